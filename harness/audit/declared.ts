/** The data of an audit of printed numbers. */
import type { PublishedValue } from "../contract/claims.ts";
import type { Comparison, CrossCheck } from "../contract/comparisons.ts";
import type { Paper } from "../contract/paper.ts";

/** The printed numbers of a paper, and what it says about them. */
export interface AuditInput {
  /** The paper's id, for file names. */
  readonly id: string;
  readonly title: string;
  readonly published: readonly PublishedValue[];
  readonly comparisons: readonly Comparison[];
  readonly crossChecks: readonly CrossCheck[];
  /** How the print was read where it leaves something open. */
  readonly notes: readonly string[];
}

const NOTHING = { comparisons: [], crossChecks: [], notes: [] };

/** The data of a paper's audit. */
export const auditInput = ({ id, title, venue, published, audit = NOTHING }: Omit<Paper, "suites">): AuditInput => ({
  id,
  title: `${title}, ${venue}`,
  published,
  ...audit,
});

/** A number that could be computed, or the reason why not. */
export type Computed<T> =
  | ({ readonly state: "computed" } & T)
  | { readonly state: "not computable"; readonly reason: string };

export const notComputable = (reason: string): { readonly state: "not computable"; readonly reason: string } => ({
  state: "not computable",
  reason,
});
