/** A suite re-runs one experiment of the paper. It is a plain object; suites/index.ts lists them. */
import type { Claim } from "./claims.ts";
import type { Engine } from "./engine/engine.ts";
import type { Figure } from "./figures.ts";
import type { Curve, FinishedRun, Profile, RunRecord, RunSpec } from "./run.ts";
import type { Training, TrainingResult } from "./training.ts";

/** One way to read what the paper leaves open. Its id is the `setting` of the runs made under it. */
export interface Reading {
  readonly id: string;
  readonly description: string;
}
/** Something the paper does not say, and what we did about it. Printed in the report. */
export interface OpenChoice {
  readonly what: string;
  readonly paper: string;
  readonly ours: string;
  readonly why: string;
}
export interface Plan {
  readonly profile: Profile;
  /** The profile's name, or the name of a smaller budget on a slow engine. */
  readonly budget: string;
  readonly runs: readonly RunSpec[];
  /** What results under this plan can and cannot show, one sentence. */
  readonly scope: string;
}
/** What a run measured, after its training ended. */
export interface Measurement {
  readonly metrics: Readonly<Record<string, number>>;
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
}
/** A stored run with its arrays at hand. */
export interface StoredRun {
  readonly record: RunRecord;
  /** Reads an artifact of a finished run; throws when the file is missing or its hash differs. */
  array(name: string): Float32Array;
}
export interface Suite {
  readonly id: string;
  readonly title: string;
  /** A changed protocol bumps it; runs of different versions are never averaged. */
  readonly version: number;
  /** Section of the paper. */
  readonly place: string;
  readonly claims: readonly Claim[];
  /** The first is the primary one. */
  readonly readings: readonly [Reading, ...Reading[]];
  readonly openChoices: readonly OpenChoice[];
  /** Metrics a run reports, in column order: key, unit, meaning. */
  readonly metrics: readonly { readonly key: string; readonly unit: string; readonly meaning: string }[];
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
  figures(runs: readonly StoredRun[]): readonly Figure[];
}
export type { FinishedRun };
