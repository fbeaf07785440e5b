/** A paper: its identity, its printed numbers, and the suites that re-run it. A run's key does not contain the paper. */
import type { PublishedValue } from "./claims.ts";
import type { Comparison, CrossCheck } from "./comparisons.ts";
import type { Suite } from "./suite.ts";

/** The identity of a paper, as pages and messages print it. */
export interface PaperInfo {
  /** Short and unique in a project, e.g. the name of the paper's method; part of file names. */
  readonly id: string;
  readonly title: string;
  readonly authors: readonly string[];
  /** "ICLR 2017, arXiv 1234.56789". */
  readonly venue: string;
  readonly url: string;
}
/** The paper that a suite belongs to; null for suites of the harness itself. */
export const paperOf = (papers: readonly Paper[], suite: Pick<Suite, "id">): Paper | null =>
  papers.find(({ suites }) => suites.some(({ id }) => id === suite.id)) ?? null;

export interface Paper extends PaperInfo {
  /** Every number that the paper prints, once. */
  readonly published: readonly PublishedValue[];
  /** The suites that test the paper's claims, in the paper's order. */
  readonly suites: readonly Suite[];
  /** Absent where only the printed numbers themselves are audited. */
  readonly audit?: {
    readonly comparisons: readonly Comparison[];
    readonly crossChecks: readonly CrossCheck[];
    /** How the print was read where it leaves something open. */
    readonly notes: readonly string[];
  };
}
