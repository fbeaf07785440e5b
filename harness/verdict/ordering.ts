/** Claims on an order: one arm above another (`ordering`), or arms that rise or fall (`trend`). */
import type { Interval, OrderingClaim, TrendClaim } from "../contract/claims.ts";
import { alphaOf, levelOf } from "../contract/claims.ts";
import { mean } from "../statistics/descriptive.ts";
import { normalQuantile } from "../statistics/distributions.ts";
import { hierarchicalBootstrap, hierarchicalDifference } from "../statistics/hierarchical-bootstrap.ts";
import {
  choose,
  type PermutationTest,
  permutationTest,
  rankSumTest,
  signedRankTest,
  signFlipTest,
} from "../statistics/permutation.ts";
import { differencePower, extended, furtherReplicates } from "../statistics/power.ts";
import { midranks, signedRanks } from "../statistics/ranks.ts";
import { resolutionFloor } from "../statistics/tost.ts";
import { trendTest } from "../statistics/trend.ts";
import { type Contrast, contrastInterval } from "../statistics/welch.ts";
import { type Arm, contrastOf, differenceOf, estimates, pairedDifferences, permutable } from "./arm.ts";
import {
  type Adjusted,
  type Decision,
  decided,
  type Finding,
  inconclusive,
  none,
  show,
  showInterval,
  showLevel,
  showP,
} from "./finding.ts";

/** The test, the sign it speaks for (of the difference, or of the ranks), and the effect where a mean exists. */
interface Comparison {
  readonly name: string;
  readonly test: PermutationTest;
  readonly sign: number;
  readonly contrast: Contrast | null;
  /** Bootstrap interval of the difference, where units are means of draws. */
  readonly hierarchical: Interval | null;
}

/** Sign of a difference of means of `values`; 0 where it is no more than rounding. */
function signOf(difference: number, values: readonly number[]): number {
  const scale = Math.max(...values.map(Math.abs));
  return Math.abs(difference) <= 1e-12 * scale ? 0 : Math.sign(difference);
}

function comparePairs(first: Arm, second: Arm, level: number): Comparison | null {
  const differences = pairedDifferences(first, second);
  const { values, draws } = differences;
  if (!permutable(differences)) return null;
  if (first.unbounded || second.unbounded)
    return {
      name: "signed rank (sign flips)",
      test: signedRankTest(values),
      sign: Math.sign(signedRanks(values).reduce((sum, rank) => sum + rank, 0)),
      contrast: null,
      hierarchical: null,
    };
  const nested = draws !== null && draws.length > 1 && differences.means === 1;
  return {
    name: "paired sign-flip permutation",
    test: signFlipTest(values),
    sign: signOf(mean(values), values),
    contrast: contrastOf(differences),
    hierarchical: nested ? hierarchicalBootstrap(draws, { level }) : null,
  };
}

function compareArms(first: Arm, second: Arm, level: number): Comparison | null {
  const [a, b] = [first.values, second.values];
  if (!permutable(first) || !permutable(second)) return null;
  if (first.unbounded || second.unbounded) {
    const ranks = midranks([...a, ...b]);
    return {
      name: "rank sum (Mann–Whitney permutation)",
      test: rankSumTest(a, b),
      sign: Math.sign(mean(ranks.slice(0, a.length)) - mean(ranks.slice(a.length))),
      contrast: null,
      hierarchical: null,
    };
  }
  const nested = (first.draws ?? second.draws) !== null && first.means === 1 && second.means === 1;
  return {
    name: "studentised permutation (Welch t)",
    test: permutationTest(a, b),
    sign: signOf(mean(a) - mean(b), [...a, ...b]),
    contrast: differenceOf(first, second),
    hierarchical:
      nested && a.length > 1 && b.length > 1
        ? hierarchicalDifference(first.draws ?? a.map((x) => [x]), second.draws ?? b.map((x) => [x]), { level })
        : null,
  };
}

export function orderingFinding(claim: OrderingClaim, first: Arm, second: Arm): Finding {
  const paired = claim.design === "paired";
  const level = levelOf(claim);
  const comparison = paired ? comparePairs(first, second, level) : compareArms(first, second, level);
  const base = { estimates: estimates([first, second], level) };
  if (comparison === null)
    return {
      ...base,
      effect: null,
      agreement: null,
      departure: null,
      pointsAsClaimed: null,
      decide: () => inconclusive("The two arms have no units to compare.", none),
      directional: () => null,
    };
  const { name, test, sign, contrast, hierarchical } = comparison;
  const { unit } = claim.quantity;
  const interval = contrast && contrastInterval(contrast, level);
  const raw = { name: test.exact ? `${name}, exact` : `${name}, ${test.splits - 1} resamples`, p: test.p };
  const shown =
    contrast && interval
      ? `difference ${show(contrast.value)} ${unit}, ${showLevel(level)} interval ${showInterval(interval)}`
      : null;
  return {
    ...base,
    effect: contrast && interval && { value: contrast.value, interval, ...(hierarchical && { hierarchical }), unit },
    agreement: raw,
    departure: raw,
    pointsAsClaimed: sign > 0,
    decide: (adjusted) => {
      const alpha = alphaOf(claim);
      const p = Math.max(adjusted.agreement, adjusted.departure);
      const what = `${claim.arms[0]} ${sign === 0 ? "level with" : sign > 0 ? "above" : "below"} ${claim.arms[1]}${shown ? `, ${shown}` : ""} (${name}, ${showP(p)})`;
      if (p <= alpha && sign > 0) return decided("REPRODUCED", `The claimed order is significant: ${what}.`);
      if (p <= alpha && sign < 0) return decided("CONTRADICTED", `The reversed order is significant: ${what}.`);
      return inconclusive(
        `No order is shown: ${what}.`,
        () => contrast && replicatesToOrder(contrast, paired, adjusted.planningAlpha),
        () => contrast && resolutionFloor(contrast, adjusted.planningAlpha / 2),
      );
    },
    directional: (scale) =>
      `${scale} ${claim.arms[0]} was above ${claim.arms[1]} in ${claim.quantity.label} in ${wins(first, second, paired)}` +
      `${shown ? ` (${shown})` : ""}. This is not a verdict on the paper.`,
  };
}

/** "9 of 10 pairs", or of all comparisons of single units where there are no pairs. */
function wins(first: Arm, second: Arm, paired: boolean): string {
  const differences = paired
    ? pairedDifferences(first, second).measured
    : first.measured.flatMap((a) => second.measured.map((b) => (a === b ? 0 : a - b)));
  const above = differences.filter((value) => value > 0).length;
  const tied = differences.filter((value) => value === 0).length;
  const what = paired ? "pairs" : "comparisons of single units";
  return `${above} of ${differences.length} ${what}${tied > 0 ? `, ${tied} tied` : ""}`;
}

/** Replicates for 80 % power of the t test at the present estimates, and enough for the permutation test to reach α. */
function replicatesToOrder(contrast: Contrast, paired: boolean, alpha: number): number | null {
  const reachable = ({ terms }: Contrast) => {
    const [first, second] = terms;
    const smallestP = paired ? 2 ** (1 - first!.n) : 2 / choose(first!.n + second!.n, first!.n);
    return smallestP <= alpha;
  };
  const further = furtherReplicates((k) => {
    const larger = extended(contrast, k);
    return reachable(larger) ? differencePower(larger, alpha) : 0;
  });
  return further === null ? null : Math.max(1, further);
}

export function trendFinding(claim: TrendClaim, arms: readonly Arm[]): Finding {
  const level = levelOf(claim);
  const base = { estimates: estimates(arms, level), directional: () => null };
  if (arms.length < 2 || !arms.every(permutable))
    return {
      ...base,
      effect: null,
      agreement: null,
      departure: null,
      pointsAsClaimed: null,
      decide: () => inconclusive("A trend needs at least two arms with units in each.", none),
    };
  const test = trendTest(arms.map((arm) => arm.values));
  const [first, last] = [arms[0]!, arms.at(-1)!];
  const contrast = differenceOf(last, first);
  const raw = { name: `Jonckheere–Terpstra, ${test.exact ? "exact" : `${test.splits - 1} resamples`}`, p: test.p };
  const rises = test.statistic > test.expected;
  const falls = test.statistic < test.expected;
  return {
    ...base,
    effect: contrast && {
      value: contrast.value,
      interval: contrastInterval(contrast, level),
      unit: claim.quantity.unit,
    },
    agreement: raw,
    departure: raw,
    pointsAsClaimed: claim.direction === "rising" ? rises : falls,
    decide: (adjusted) =>
      decideTrend(claim, rises, test.z, Math.min(...arms.map((arm) => arm.values.length)), adjusted),
  };
}

function decideTrend(claim: TrendClaim, rises: boolean, z: number, units: number, adjusted: Adjusted): Decision {
  const p = Math.max(adjusted.agreement, adjusted.departure);
  const alpha = alphaOf(claim);
  const what = `${claim.quantity.label} ${z === 0 ? "neither rises nor falls" : rises ? "rises" : "falls"} over ${claim.arms.join(", ")} (${showP(p)})`;
  if (p <= alpha && rises === (claim.direction === "rising"))
    return decided("REPRODUCED", `The claimed trend is significant: ${what}.`);
  if (p <= alpha) return decided("CONTRADICTED", `The reversed trend is significant: ${what}.`);
  // z grows with the root of the units an arm.
  const wanted = normalQuantile(1 - adjusted.planningAlpha / 2) + normalQuantile(0.8);
  const further = z === 0 ? null : Math.max(1, Math.ceil(units * (wanted / z) ** 2) - units);
  return inconclusive(`No trend is shown: ${what}.`, () => further);
}
