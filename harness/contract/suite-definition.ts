/** The description that the author of a suite writes; harness/plan/define-suite.ts makes a suite of it. */
import type { z } from "zod";
import type { Claim } from "./claims.ts";
import type { Figure } from "./figures.ts";
import type { OpenQuestion, Reading } from "./readings.ts";
import type { Profile, RunSpec } from "./run.ts";
import type {
  Measurement,
  MetricColumn,
  Plan,
  ProtocolField,
  RegressionMetric,
  RunContext,
  StoredRun,
} from "./suite.ts";

/** A model, or another computation that a suite sets beside others. Models are arms as they are. */
export interface Arm {
  /** Bumped when the same settings give other numbers. */
  readonly version: number;
  /** Absolute path of its module (`import.meta.filename`): its code alone makes the runs of this arm STALE, not those of the others. */
  readonly file?: string;
}
export type Arms = Readonly<Record<string, Arm>>;
export type NameOf<Of> = keyof Of & string;

/** A run as the author plans it. The harness adds suite, versions, profile, budget, path and key. */
export interface PlannedRun<Name extends string, Settings> {
  readonly arm: Name;
  /** The part of a reading that needs runs of its own, e.g. "random". */
  readonly setting: string;
  readonly replicate: number;
  /** 0 for a run that computes without training. */
  readonly updates: number;
  /** JSON, by the suite's schema. */
  readonly settings: Settings;
  /** SHA-256 of the data that it reads; absent where it reads none. */
  readonly dataSha256?: string;
  /** The run that it starts from: of another suite's plan, or of this suite. */
  readonly needs?: RunSpec | PlannedRun<Name, Settings>;
  /** Where it is not the plan's, e.g. with the name of other data. */
  readonly budget?: string;
  /** Updates that it would make on the paper's own data, where these are others. */
  readonly updatesOnPapersData?: number;
}
/** The plan as the author gives it; see `Plan`. */
export interface PlannedRuns<Name extends string, Settings>
  extends Pick<Plan, "scope" | "missing" | "draws" | "updatesOnPapersData"> {
  /** The profile's name when absent. */
  readonly budget?: string;
  readonly runs: readonly PlannedRun<Name, Settings>[];
}
/** The plan that is asked for. */
export interface PlanAsked {
  readonly profile: Profile;
  readonly engineClass: string;
  readonly rootSeed: string;
  /** Replicates of each arm; undefined: the profile's own number. */
  readonly replicates?: number | undefined;
}
/** A run that is being done. */
export interface RunAsked<Of extends Arms> {
  readonly spec: RunSpec;
  readonly arm: NameOf<Of>;
  /** The arm's model: the suite's own, or the one that takes its slot in a compare. */
  readonly model: Of[NameOf<Of>];
}
/** The result of a run, with metrics of these names. */
export interface Measured<Metric extends string> extends Pick<Measurement, "curve" | "arrays"> {
  readonly metrics: Readonly<Partial<Record<Metric, number>>>;
  readonly draws?: Readonly<Partial<Record<Metric, readonly number[]>>> | undefined;
}
/** The settings of a run of the suite, by its schema. Throws HarnessError that names the wrong field. */
export type SettingsOf<Settings> = (spec: RunSpec) => Settings;

/** The suite's one reading, or the questions that the paper leaves open; its readings are the combinations of their options. */
type Readings<Name extends string, Metric extends string> =
  | { readonly reading: Pick<Reading, "id" | "description">; readonly questions?: never }
  | {
      readonly questions: readonly [OpenQuestion<Name, Metric>, ...OpenQuestion<Name, Metric>[]];
      readonly reading?: never;
    };

/** Claims, regression metrics, questions, plans and measurements name arms and metrics by their types: a misspelt name does not compile. */
export type SuiteDefinition<Of extends Arms, Metrics extends readonly MetricColumn[], Settings> = Readings<
  NameOf<Of>,
  Metrics[number]["key"]
> & {
  /** `import.meta.filename`: what this module imports is the code of the suite's runs. */
  readonly file: string;
  readonly id: string;
  readonly title: string;
  /** A changed protocol bumps it; runs of different versions are never averaged. */
  readonly version: number;
  /** Section of the paper. */
  readonly place: string;
  /** Schema of a run's settings, or one for each arm. It checks and changes nothing: no defaults, no transforms. */
  readonly settings: z.ZodType<Settings> | ((arm: NameOf<Of>) => z.ZodType<Settings>);
  readonly arms: Of;
  /** Arms whose model another one may replace in a compare: each is a `Model` or a `DependentModel`. */
  readonly slots?: readonly NameOf<Of>[];
  /** In column order. */
  readonly metrics: Metrics;
  readonly claims: readonly Claim<NameOf<Of>, Metrics[number]["key"]>[];
  /**
   * Runs of each arm at the planned analyses of the claims under the profile `paper`, ascending, e.g. [5, 7, 10]; the last is
   * the number of the plan. Fixed before the first run. Absent: one analysis, of all runs.
   */
  readonly interimAnalyses?: readonly number[];
  /** The first is the primary one. */
  readonly regression: readonly RegressionMetric<Metrics[number]["key"]>[];
  protocol(plan: Plan, settingsOf: SettingsOf<Settings>): readonly ProtocolField[];
  /** The paper's protocol is all there is: every profile is the plan of `paper`. */
  readonly literal?: true;
  /** True when the profile uses the paper's own data (not a stand-in or an easier version). */
  usesPapersData(profile: Profile): boolean;
  plan(asked: PlanAsked, arms: Of): PlannedRuns<NameOf<Of>, NoInfer<Settings>>;
  run(settings: Settings, context: RunContext, run: RunAsked<Of>): Promise<Measured<Metrics[number]["key"]>>;
  /**
   * All metrics of a finished run from its stored arrays, by the same code as in `run`: for runs whose weights were left
   * behind, and for new metrics. Absent if some metric needs more than the arrays.
   */
  measure?(
    settings: Settings,
    array: StoredRun["array"],
    spec: RunSpec,
  ): Readonly<Partial<Record<Metrics[number]["key"], number>>>;
  figures(runs: readonly StoredRun[], settingsOf: SettingsOf<Settings>): readonly Figure[];
};
