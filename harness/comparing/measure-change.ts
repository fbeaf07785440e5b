/** A slot's metric on both sides, measured: the difference, its error and its tests, before any correction or verdict. */
import type { Margin, Observation, Quantity } from "../claims.ts";
import { mean, summarize } from "../statistics/descriptive.ts";
import { choose, permutationTest, rankSumTest, signedRankTest, signFlipTest } from "../statistics/permutation.ts";
import { tost } from "../statistics/tost.ts";
import { type Contrast, difference, pairedDifference, tTest } from "../statistics/welch.ts";

export const ALPHA = 0.05;

export interface Comparison {
  readonly slot: string;
  readonly setting: string;
  readonly quantity: Quantity;
  readonly margin: Margin;
  readonly baseline: readonly Observation[];
  readonly candidate: readonly Observation[];
}

export interface MeasuredChange {
  readonly comparison: Comparison;
  readonly design: "paired" | "unpaired";
  readonly identical: boolean;
  /** Point estimate: mean difference, or median difference where a run has no value. */
  readonly value: number;
  /** Null where a value is infinite or an arm has fewer than two runs. */
  readonly contrast: Contrast | null;
  readonly equivalenceP: number;
  readonly difference: { readonly name: string; readonly p: number };
}

const byReplicate = (a: Observation, b: Observation): number => a.replicate - b.replicate;

/**
 * `family`: number of comparisons that are judged together, at the level `alpha`. Throws RangeError when a side has no
 * runs.
 */
export function measureChange(comparison: Comparison, family: number, alpha = ALPHA): MeasuredChange {
  const baseline = [...comparison.baseline].sort(byReplicate);
  const candidate = [...comparison.candidate].sort(byReplicate);
  if (baseline.length === 0 || candidate.length === 0)
    throw new RangeError(`${comparison.slot}, ${comparison.setting}: one side has no runs`);
  const paired =
    baseline.length === candidate.length && baseline.every((one, i) => one.replicate === candidate[i]!.replicate);
  const [before, after] = [baseline.map((o) => o.value), candidate.map((o) => o.value)];
  const differences = paired ? after.map((value, i) => minus(value, before[i]!)) : [];
  const base = {
    comparison,
    design: paired ? ("paired" as const) : ("unpaired" as const),
    identical: paired && differences.every((d) => d === 0),
  };
  if (![...before, ...after].every(Number.isFinite)) {
    const test = paired
      ? { name: "signed ranks", p: signedRankTest(differences).p }
      : { name: "rank sum", p: rankSumTest(after, before).p };
    const value = paired ? median(differences) : minus(median(after), median(before));
    return { ...base, value, contrast: null, equivalenceP: base.identical ? 0 : 1, difference: test };
  }
  const value = paired ? mean(differences) : mean(after) - mean(before);
  if (before.length < 2 || after.length < 2) {
    const equivalenceP = base.identical ? 0 : 1;
    return { ...base, value, contrast: null, equivalenceP, difference: { name: "none: one run", p: 1 } };
  }
  const contrast = paired ? pairedDifference(differences) : difference(summarize(after), summarize(before));
  const splits = paired ? 2 ** differences.length : choose(before.length + after.length, before.length);
  const reachable = (2 / splits) * family <= alpha;
  const test = !reachable
    ? { name: paired ? "paired t" : "Welch t", p: tTest(contrast).p }
    : paired
      ? { name: "sign flips", p: signFlipTest(differences).p }
      : { name: "permutation", p: permutationTest(after, before).p };
  const { value: margin } = comparison.margin;
  // A margin of 0 asks for the same values: no spread of others can show that.
  const equivalenceP = base.identical ? 0 : margin === 0 ? 1 : tost(contrast, margin).p;
  return { ...base, value, contrast, equivalenceP, difference: test };
}

/** Two runs that failed alike do not differ. */
const minus = (after: number, before: number): number => (after === before ? 0 : after - before);

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => Math.sign(a - b) || 0);
  const [low, high] = [sorted[(sorted.length - 1) >> 1]!, sorted[sorted.length >> 1]!];
  return low === high ? low : low === -high ? 0 : (low + high) / 2;
}
