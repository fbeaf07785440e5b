/** Procedures that were tried and left out, measured like the others: they decide nothing. */
import { summarize } from "../../harness/statistics/descriptive.ts";
import { tUpperTail } from "../../harness/statistics/distributions.ts";
import { beyondMargin, tost } from "../../harness/statistics/tost.ts";
import { oneSample } from "../../harness/statistics/welch.ts";
import { ofNormal } from "./levels.ts";
import { drawn } from "./populations.ts";
import type { Procedure } from "./procedure.ts";
import { ALPHA, MARGIN, numberTruths, sizes } from "./study.ts";

/**
 * P. Hall's monotone transformation of t, which takes out the skewness of the studentised mean: t + γ/√n (t²/3 + 1/6) +
 * γ²t³/(27n) (J. Royal Statistical Society B 54, 1992), γ the sample skewness.
 */
function hallsT(values: readonly number[], reference: number): number {
  const { mean, sd, n } = summarize(values);
  const moment = (power: number) => values.reduce((sum, value) => sum + (value - mean) ** power, 0) / n;
  const skewness = moment(3) / moment(2) ** 1.5;
  const t = (Math.sqrt(n) * (mean - reference)) / sd;
  return t + (skewness / Math.sqrt(n)) * (t ** 2 / 3 + 1 / 6) + (skewness ** 2 * t ** 3) / (27 * n);
}

/** What the one-sample TOST and t say if Hall's version has to agree: the larger p counts. */
function guarded(values: readonly number[]): string[] {
  const contrast = oneSample(summarize(values));
  // Constant values have no skewness; t alone speaks there.
  const above = (reference: number) =>
    contrast.terms[0]!.variance === 0 ? 0 : tUpperTail(hallsT(values, reference), values.length - 1);
  const below = (reference: number) => (contrast.terms[0]!.variance === 0 ? 0 : 1 - above(reference));
  const equivalence = Math.max(tost(contrast, MARGIN).p, above(-MARGIN), below(MARGIN));
  const departure = beyondMargin(contrast, MARGIN);
  const worse = Math.max(departure, 2 * below(-MARGIN)) <= ALPHA && contrast.value < 0;
  const better = Math.max(departure, 2 * above(MARGIN)) <= ALPHA && contrast.value > 0;
  return [
    ...(worse ? ["CONTRADICTED"] : []),
    ...(better ? ["BETTER"] : []),
    ...(equivalence <= ALPHA ? ["equivalence shown"] : []),
  ];
}

export const TRIED: readonly Procedure[] = [
  {
    title: "A number taken as exact, where Hall's skewness-corrected t has to agree",
    design:
      "As the one-sample TOST and t above, the larger of the two p counting. It lowers the rates of skewed runs and of counts, yet those of skewed runs not to nominal at n = 10, and takes power, most of it where runs are skewed. So it is left out.",
    sizes: sizes(1, 1, 1),
    truths: numberTruths(MARGIN, "equivalence shown"),
    level: ofNormal("At most the level of Student's t.", "It decides nothing."),
    study: (population, stream, n, effect) => guarded(drawn(population, stream, n, effect)),
  },
];
