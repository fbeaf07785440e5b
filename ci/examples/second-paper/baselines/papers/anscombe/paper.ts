/** Anscombe 1973: the paper and its printed numbers. */
import type { Paper, PublishedValue } from "reproducibility-harness/suite";

/** "Residual sum of squares of y", the same for each of the four data sets. */
export const RESIDUAL: PublishedValue = {
  id: "residual-sum-of-squares",
  place: "p. 17",
  unit: "y²",
  mean: 13.75,
  spread: { kind: "none" },
  n: null,
  axis: null,
};

export const ANSCOMBE: Omit<Paper, "suites"> = {
  id: "anscombe",
  title: "Graphs in Statistical Analysis",
  authors: ["F. J. Anscombe"],
  venue: "The American Statistician 27(1), 1973",
  url: "https://doi.org/10.1080/00031305.1973.10478966",
  published: [RESIDUAL],
  audit: { comparisons: [], crossChecks: [], notes: [] },
};
