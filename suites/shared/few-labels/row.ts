/** A row of the paper's semi-supervised tables: which model, trained how much, under which budget. */
import type { BuiltClassifier } from "../../../baselines/models/semi-supervised.ts";
import type { ImageData, ImageReader } from "../../../datasets/image-data.ts";
import type { Profile } from "../../../harness/contract/run.ts";
import type { ProtocolField } from "../../../harness/contract/suite.ts";
import type { Arm, PlannedRun } from "../../../harness/contract/suite-definition.ts";
import type { HostState } from "../../../harness/engine/host-state.ts";
import type { Ops } from "../../../harness/engine/ops.ts";
import type { BudgetId } from "../images/budgets.ts";
import type { ImageShape } from "../images/pixels.ts";
import type { BatchSizes } from "./batches.ts";
import type { M1RunSettings, RowSettings } from "./settings.ts";

/** The datasets of the two tables. */
export type LabelledDataset = "svhn" | "cifar10";

/** What a run's amount of training depends on. */
export interface Asked {
  readonly budget: BudgetId;
  readonly dataset: LabelledDataset;
  /** Training images, and those of them that have labels. */
  readonly images: number;
  readonly labels: number;
  /** What readings ask for beside the primary one, e.g. "squared". */
  readonly variants: ReadonlySet<string>;
}
export interface Amount<Settings extends object = object> {
  readonly settings: Settings;
  /** Networks whose steps cost the same have one name. */
  readonly network: string;
  readonly sizes: BatchSizes;
  readonly updates: number;
  /** Batches of the pass after training that test-time statistics are taken on, of a model that has such. */
  readonly settlingBatches?: number;
}

/** Settings of a row's runs for the words of a protocol, each distinct value once. */
export interface Said {
  readonly literal: boolean;
  /** Values of the runs' own settings. */
  all(of: (settings: RowSettings) => string | number): string;
  /** Values of the model's settings, by the path to them: "widthFactor", "sizes.hidden". */
  model(path: string): string;
  readonly updates: string;
}

/** The place, budget and data of a run that starts from another one. */
export interface RunPlan {
  readonly profile: Profile;
  readonly budget: BudgetId;
  readonly setting: string;
  readonly replicate: number;
  readonly data: ImageData;
}
/** What a model may take of the images, or of the run that its own starts from. */
export interface BuiltOn {
  readonly training: ImageReader;
  readonly shape: ImageShape;
  /** What is fitted to images for long may be made up (RunContext). */
  readonly rehearsed: boolean;
  /** @throws TypeError where the run starts from none. */
  trained(): HostState;
}

/** `From`: the arm of the run that a run of this row starts from. */
export interface Row<Settings extends object = object, From extends string = never> {
  /** Absolute path of its module. */
  readonly file: string;
  /** In arms' names. */
  readonly id: string;
  /** As the tables call it. */
  readonly title: string;
  /** What is to be said beside the title; absent where nothing is. */
  readonly note?: string;
  readonly version: number;
  /** Images that a step takes without a label: any, those that have none, or no images. */
  readonly unlabelled: "all" | "others" | "none";
  /** What readings may ask of it; runs of every combination are planned by the paper profile alone. */
  readonly variants: readonly string[];
  amount(asked: Asked): Amount<Settings>;
  /** The run that a run of this row starts from, of the same replicate; absent where it starts from nothing. */
  startsFrom?(plan: RunPlan): PlannedRun<From, M1RunSettings>;
  /** How it is trained: the sources, and ours in the words of a plan's settings. */
  protocol(said: Said, dataset: LabelledDataset): readonly ProtocolField[];
  build(settings: Settings, ops: Ops, on: BuiltOn): BuiltClassifier;
}

/** A row whose settings are the model's own affair. */
// biome-ignore lint/suspicious/noExplicitAny: rows of any settings stand in one list; each builds from the settings it gave
export type AnyRow = Row<any, any>;

/** A row at a number of labels, as an arm of a suite. */
export interface RowArm extends Arm {
  readonly row: AnyRow;
}
