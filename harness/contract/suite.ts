/** A suite re-runs one experiment of the paper. Its author describes it (suite-definition.ts); suites/index.ts lists them. */
import type { Engine } from "../engine/engine.ts";
import type { HostState } from "../engine/host-state.ts";
import type { Claim, Margin, Quantity } from "./claims.ts";
import type { Figure } from "./figures.ts";
import type { DependentModel, Model } from "./model.ts";
import type { OpenQuestion, Reading } from "./readings.ts";
import type { Curve, FinishedRun, Profile, RunRecord, RunSpec } from "./run.ts";
import type { Training, TrainingResult } from "./training.ts";

/** One field of the protocol: what the paper's text says, what the authors' code does, what we do. Printed in the report. */
export interface ProtocolField {
  readonly field: string;
  /** Null: the text does not say. */
  readonly paper: string | null;
  /** Null: there is no code of the authors for it. */
  readonly code: string | null;
  readonly ours: string;
  /** Why ours, where the sources are silent, at odds, or not followed; null where there is nothing to explain. */
  readonly why: string | null;
  /** Where the paper's text and the authors' code contradict each other; where one is only more precise they do not. */
  readonly sourcesDiffer?: true;
  /** Where ours follows none of the sources that say something. */
  readonly oursDiffers?: true;
}
/** What a change of a model is judged by: equivalent to the baseline means within the margin. */
export interface RegressionMetric<Metric extends string = string> {
  readonly quantity: Quantity<Metric>;
  readonly margin: Margin;
  /** A time: runs that were made in one session share what the machine was like, whatever the code. */
  readonly timed?: true;
}
/** A column of a suite's runs. */
export interface MetricColumn {
  readonly key: string;
  readonly unit: string;
  readonly meaning: string;
  /** Some runs of the suite do not measure it, e.g. those of another arm. */
  readonly optional?: true;
}
/** A model of any settings, for a slot of a suite. */
export type SlotModel = Model<never> | DependentModel<never>;
export interface Plan {
  readonly profile: Profile;
  /** The profile's name, or the name of a smaller budget on a slow engine. */
  readonly budget: string;
  readonly runs: readonly RunSpec[];
  /** Runs, of this or another suite, that some of these start from. */
  readonly needs?: readonly RunSpec[];
  /** What results under this plan can and cannot show, one sentence. */
  readonly scope: string;
  /** Of `paper` where the data are not the paper's own: updates that runs, or those they start from, would make on those, by path. */
  readonly updatesOnPapersData?: Readonly<Record<string, number>>;
  /** Data that are not here, whose runs the plan therefore leaves out. */
  readonly missing?: readonly MissingData[];
  /** Number of values per run of a metric with its own axis (`Quantity.nesting`); absent without such a metric. */
  readonly draws?: number;
}
export interface MissingData {
  /** What is not tested for want of them: "reconstructions of CelebA". */
  readonly what: string;
  /** How to get them, with the command. */
  readonly how: string;
  /** Number of runs in the plan if the data were here. */
  readonly leftOut: readonly { readonly model: string; readonly setting: string; readonly runs: number }[];
}
/** What a run measured, after its training ended. */
export interface Measurement {
  readonly metrics: Readonly<Record<string, number>>;
  /** Of metrics that are measured several times (`Quantity.nesting`): every value. The metric is their mean. */
  readonly draws?: Readonly<Record<string, readonly number[]>>;
  readonly curve: Curve;
  /** Float arrays stored beside the record, by name: e.g. samples [10000, 2]. */
  readonly arrays: Readonly<Record<string, { readonly shape: readonly number[]; readonly data: Float32Array }>>;
}
/** What the harness gives to a run. */
export interface RunContext {
  readonly engine: Engine;
  /** 64-bit key (two unsigned words) of one random stream of this run: "init", "data order", "noise", "hyperparameters", … */
  seed(purpose: string): readonly [number, number];
  /**
   * Trains to the planned number of updates, from a checkpoint when there is one. Throws Diverged on a non-finite metric.
   * A run calls it unless it plans 0 updates.
   */
  train(training: Training): Promise<TrainingResult>;
  /** Between pieces of long work beside training: lets messages in. Throws Interrupted when the suite is to stop. */
  pause(): Promise<void>;
  /** Only the first steps are looked at, and nothing is stored: what is fitted to data for long may be made up. */
  readonly rehearsed?: true;
  /** The finished run that this one starts from. Throws TypeError when its specification names none. */
  needed(): Needed;
}
/** What a run may take of the one it starts from. */
export interface Needed {
  readonly spec: RunSpec;
  /** Its trained state. */
  readonly weights: HostState;
}
/** A stored run with its arrays at hand. */
export interface StoredRun {
  readonly record: RunRecord;
  /** Reads an artifact of a finished run; throws when the file is missing or its hash differs. */
  array(name: string): Float32Array;
  /** Reads the trained state of a finished run; throws as `array` does, and for a run that trained nothing. */
  weights(): HostState;
}
/** A suite as the harness takes it: harness/plan/define-suite.ts makes it of the author's description. */
export interface Suite {
  /** Absolute path of its module. */
  readonly file: string;
  readonly id: string;
  readonly title: string;
  /** A changed protocol bumps it; runs of different versions are never averaged. */
  readonly version: number;
  /** Section of the paper. */
  readonly place: string;
  readonly claims: readonly Claim[];
  /** The first is the primary one. */
  readonly readings: readonly [Reading, ...Reading[]];
  /** What the readings differ in; the readings are their combinations. Empty where there is one reading. */
  readonly questions: readonly OpenQuestion[];
  /** The protocol of a plan, field by field, with what is left open and what differs from the paper. */
  protocol(plan: Plan): readonly ProtocolField[];
  /** What a changed model or code is judged by against an accepted baseline, the first being the primary one. */
  readonly regression: readonly RegressionMetric[];
  /** Metrics a run reports, in column order: key, unit, meaning. */
  readonly metrics: readonly MetricColumn[];
  /**
   * Runs of each arm at the planned analyses of the claims under the profile `paper`, ascending, e.g. [5, 7, 10]; the last is
   * the number of the plan. Fixed before the first run. Absent: one analysis, of all runs.
   */
  readonly interimAnalyses?: readonly number[];
  /** The paper's protocol is all there is: whichever profile is asked for, `plan` gives the plan of `paper`. */
  readonly literal?: true;
  /** True when the profile uses the paper's own data (not a stand-in or an easier version). */
  usesPapersData(profile: Profile): boolean;
  plan(
    profile: Profile,
    engineClass: string,
    options: { readonly rootSeed: string; readonly replicates?: number },
  ): Plan;
  run(spec: RunSpec, context: RunContext): Promise<Measurement>;
  /**
   * All metrics of a finished run from its stored arrays, by the same code as in `run`: for runs whose weights were
   * left behind. Absent if some metric needs more than the arrays.
   */
  measure?(spec: RunSpec, array: StoredRun["array"]): Readonly<Record<string, number>>;
  figures(runs: readonly StoredRun[]): readonly Figure[];
  /** Its models by slot; a changed one may take a slot. Absent where there is nothing to put in. */
  readonly slots?: Readonly<Record<string, SlotModel>>;
  /** The suite with another model in a slot; the slot's name stays that of its runs. */
  withModel?(slot: string, model: SlotModel): Suite;
}
export type { FinishedRun };
