/** A table of classifiers with few labels: its rows at their numbers of labels. */
import type { PublishedValue } from "../../../harness/contract/claims.ts";
import type { AnyRow, LabelledDataset } from "./row.ts";

/** Setting of the primary reading's runs; a reading adds its words. */
export const PUBLISHED = "table";
/** An arm of a table: a row at a number of labels. */
export interface Arm {
  readonly id: string;
  readonly row: AnyRow;
  /** As printed; smaller budgets may take fewer. */
  readonly labels: number;
}
/** A row whose runs another suite's models are behind. */
export interface LinearArm {
  readonly id: string;
  readonly title: string;
  readonly printed: PublishedValue;
  readonly note: string;
}
export interface Table {
  readonly suite: string;
  readonly version: number;
  readonly dataset: LabelledDataset;
  readonly arms: readonly Arm[];
  /** Linear classifiers on the features of other suites' models. */
  readonly linear?: readonly LinearArm[];
}
