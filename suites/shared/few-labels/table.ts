/** A table of classifiers with few labels: its rows at their numbers of labels. */
import type { PublishedValue } from "../../../harness/contract/claims.ts";
import type { AnyRow, LabelledDataset, RowArm } from "./row.ts";

/** Setting of the primary reading's runs; a reading adds its words. */
export const PUBLISHED = "table";
/** An arm of a table: a row at a number of labels. */
export interface Arm<Name extends string = string> {
  readonly id: Name;
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
export interface Table<Name extends string = string> {
  readonly dataset: LabelledDataset;
  readonly arms: readonly Arm<Name>[];
  /** Linear classifiers on the features of other suites' models. */
  readonly linear?: readonly LinearArm[];
}

/** The rows of a table as arms of its suite. */
export const armsOf = <Name extends string>({ arms }: Table<Name>): Readonly<Record<Name, RowArm>> =>
  Object.fromEntries(arms.map(({ id, row }) => [id, { version: row.version, file: row.file, row }])) as Record<
    Name,
    RowArm
  >;
