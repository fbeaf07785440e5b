/**
 * Claims on a number: a mean (`point`) or a difference of means (`gap`) compared with the printed one, by t tests. If
 * units agree so closely that their variance is no estimate, they must also exclude rare others by a binomial bound
 * (`unseen-units.ts`). Limit: Welch's t is normal theory. For skewed runs and n other than the paper's, REPRODUCED at a
 * true deviation of one margin comes in 8 to 12 of 100 studies of 20 runs against 10 printed
 * (`ci/calibration/numbers.ts`).
 */
import type { GapClaim, Interval, PointClaim, PublishedValue } from "../contract/claims.ts";
import { alphaOf, levelOf } from "../contract/claims.ts";
import { mean } from "../statistics/descriptive.ts";
import { beyondPower, equivalencePower, extended, furtherReplicates } from "../statistics/power.ts";
import { predictionInterval } from "../statistics/prediction.ts";
import { publishedSd } from "../statistics/spread.ts";
import { beyondMargin, smallestMargin, tost } from "../statistics/tost.ts";
import { type Contrast, contrastInterval, standardError } from "../statistics/welch.ts";
import { type Arm, contrastOf, differenceOf, estimates, pairedDifferences, unboundedReason, unitCount } from "./arm.ts";
import {
  type Adjusted,
  consistent,
  type Decision,
  decided,
  FEWEST_UNITS,
  type Finding,
  inconclusive,
  none,
  type RawTest,
  show,
  showInterval,
  showLevel,
  showP,
} from "./finding.ts";
import { smallestShown } from "./smallest-shown.ts";
import {
  type Guard,
  guardedAgreement,
  guardedDeparture,
  guardedDeviation,
  guardedInterval,
  guardedMargin,
  guardedPower,
  guardOf,
  movesFrom,
  type Source,
  stepOf,
  whoAgrees,
} from "./unseen-units.ts";

/** What the printed ± lets us do. */
interface Printed {
  readonly mean: number;
  /** SD of one unit on the claim's axis and n; null: the mean is taken as exact. */
  readonly error: { readonly sd: number; readonly n: number } | null;
  /** n on the claim's axis; Infinity where it is not printed: the strictest prediction interval. */
  readonly units: number;
  readonly asExact: string | null;
}

/** The printed value on the claim's axis: an SD over label draws says nothing on the spread of encoders. */
function printed(value: PublishedValue, axis: string): Printed {
  const sameAxis = value.axis === null || value.axis === axis;
  const units = sameAxis ? (value.n ?? Infinity) : Infinity;
  const sd = sameAxis ? publishedSd(value) : null;
  const exact = (asExact: string): Printed => ({ mean: value.mean, error: null, units, asExact });
  if (!sameAxis) return exact(`the printed ± is over ${value.axis}, the claim is on ${axis}`);
  if (sd === null) return exact(`no SD can be had from the printed ± (${value.spread.kind})`);
  if (value.n === null || value.n < 2) return exact("no n of at least 2 is printed");
  return { mean: value.mean, error: { sd, n: value.n }, units, asExact: null };
}

export function pointFinding(claim: PointClaim, arm: Arm): Finding {
  return numberFinding(claim, [arm], contrastOf(arm), unitCount(arm), (reach) => {
    const moves = (from: number) => movesFrom(claim.quantity, from, reach);
    return [[{ units: arm, sign: 1, moves: moves(mean(arm.values)) }], negated(moves(claim.published.mean))];
  });
}

const negated = (moves: readonly number[]): number[] => moves.map((move) => -move);

export function gapFinding(claim: GapClaim, first: Arm, second: Arm): Finding {
  const arms = [first, second];
  const bounded = !first.unbounded && !second.unbounded;
  /** Distances by which a unit of the first arm, of the second, or of either moves the gap. */
  const movesBy = (reach: number) => {
    const [own, other] = [first, second].map(({ values }) => movesFrom(claim.quantity, mean(values), reach));
    return { own: own!, other: negated(other!), either: [...own!, ...negated(other!)] };
  };
  if (claim.design === "paired") {
    const differences = pairedDifferences(first, second);
    return numberFinding(claim, arms, bounded ? contrastOf(differences) : null, unitCount(differences), (reach) => {
      const { either } = movesBy(reach);
      return [[{ units: differences, sign: 1, moves: either }], negated(either)];
    });
  }
  const units = Math.min(unitCount(first), unitCount(second));
  return numberFinding(claim, arms, bounded ? differenceOf(first, second) : null, units, (reach) => {
    const { own, other, either } = movesBy(reach);
    const sources: Source[] = [
      { units: first, sign: 1, moves: own },
      { units: second, sign: -1, moves: other },
    ];
    return [sources, negated(either)];
  });
}

/** Our samples in the contrast, and the moves of a printed unit; `reach` replaces an unknown best value. */
type Samples = (reach: number) => readonly [sources: readonly Source[], printedMoves: readonly number[]];

function numberFinding(
  claim: PointClaim | GapClaim,
  arms: readonly Arm[],
  ours: Contrast | null,
  units: number,
  samples: Samples,
): Finding {
  const target = printed(claim.published, claim.axis);
  const level = levelOf(claim);
  const base = { estimates: estimates(arms, level), pointsAsClaimed: null, directional: () => null };
  if (ours === null)
    return {
      ...base,
      effect: null,
      agreement: null,
      departure: null,
      decide: () =>
        arms.some((arm) => arm.unbounded)
          ? inconclusive(unboundedReason(arms), none)
          : inconclusive(tooFew(units, claim.axis), () => FEWEST_UNITS - units),
    };
  const { unit } = claim.quantity;
  const paper = target.error === null ? [] : [{ variance: target.error.sd ** 2, n: target.error.n }];
  const contrast: Contrast = { value: ours.value - target.mean, terms: [...ours.terms, ...paper] };
  const kind = target.error === null ? "one-sample" : "Welch";
  const guard = guardFor(contrast.value, target, samples);
  return {
    ...base,
    effect: { value: contrast.value, interval: contrastInterval(contrast, level), unit },
    agreement: largerP(
      {
        name: `equivalence within ± ${claim.margin.value} ${unit} (TOST, ${kind})`,
        p: tost(contrast, claim.margin.value).p,
      },
      guard && {
        name: `equivalence within ± ${claim.margin.value} ${unit} (units not seen, binomial)`,
        p: guardedAgreement(guard, claim.margin.value),
      },
    ),
    departure: largerP(
      {
        name: `difference beyond ± ${claim.margin.value} ${unit} (${kind} t)`,
        p: beyondMargin(contrast, claim.margin.value),
      },
      guard && {
        name: `difference beyond ± ${claim.margin.value} ${unit} (units not seen, binomial)`,
        p: guardedDeparture(guard, contrast.value, claim.margin.value),
      },
    ),
    decide: (adjusted) => decideNumber(claim, target, ours, contrast, guard, units, adjusted),
  };
}

/** The guard for units that agree; null if the spread of all samples is measured. */
function guardFor(value: number, { error }: Printed, samples: Samples): Guard | null {
  const step = Math.max(...samples(0)[0].map(stepOf));
  const [sources, moves] = samples(Math.max(Math.abs(value), step));
  return guardOf(value, sources, error && { ...error, moves });
}

/** Both tests must pass: the larger p counts. */
function largerP(test: RawTest, guard: RawTest | null): RawTest {
  return guard !== null && guard.p > test.p ? guard : test;
}

function tooFew(units: number, axis: string): string {
  return `Only ${units} of at least ${FEWEST_UNITS} units on the axis "${axis}".`;
}

function decideNumber(
  claim: PointClaim | GapClaim,
  target: Printed,
  ours: Contrast,
  contrast: Contrast,
  guard: Guard | null,
  units: number,
  { agreement, departure, planningAlpha }: Adjusted,
): Decision {
  const margin = claim.margin.value;
  const { unit, better } = claim.quantity;
  const alpha = alphaOf(claim);
  const level = levelOf(claim);
  const own = contrastInterval(ours, level);
  const value = `Our ${show(ours.value)} ${unit} (${showLevel(level)} interval ${showInterval(own)}, n = ${units})`;
  const open = (reason: string): Decision =>
    inconclusive(
      reason,
      () => replicatesToDecide(contrast, guard, margin, ours.terms.length, units, planningAlpha),
      () => smallestDecidable(contrast, guard, planningAlpha),
    );
  if (units < FEWEST_UNITS) return open(tooFew(units, claim.axis));

  const caps = [
    ...(claim.assumption === undefined ? [] : [`the protocol is partly ours (${claim.assumption})`]),
    ...(target.asExact === null ? [] : [`the printed value is taken as exact: ${target.asExact}`]),
  ];
  const note = caps.length === 0 ? "" : ` Note: ${caps.join("; ")}.`;
  const equivalent = agreement <= alpha;
  const within = `${value} is equivalent to the printed ${show(target.mean)} within ± ${margin} (${showP(agreement)})`;
  if (equivalent && caps.length === 0) return decided("REPRODUCED", `${within}.`);

  const betterSide = better === "higher" ? contrast.value > 0 : contrast.value < 0;
  if (departure <= alpha && !betterSide)
    return decided(
      "CONTRADICTED",
      `${value} is worse than the printed ${show(target.mean)} by more than ${margin} (${showP(departure)}).${note}`,
    );
  const whollyBetter = better === "higher" ? own.low > target.mean + margin : own.high < target.mean - margin;
  if (departure <= alpha && whollyBetter)
    return decided(
      "BETTER",
      `${value} is better than the printed ${show(target.mean)} by more than ${margin} (${showP(departure)}).${note}`,
    );

  const unseen = guard && guardedInterval(guard, alpha / 2);
  const prediction = widened(predictionInterval(ours, target.units, level), unseen, target.mean);
  const halfWidth = (prediction.high - prediction.low) / 2;
  const size = target.units === Infinity ? "" : ` for a new mean of ${target.units}`;
  const wider = unseen === null ? "" : `, widened for rare others as ${whoAgrees(guard!)}`;
  const range = `the ${showLevel(level)} prediction interval ${showInterval(prediction)}${size}${wider}`;
  if (guard && !Number.isFinite(halfWidth))
    return open(
      `${value}: ${whoAgrees(guard)}, so their spread does not show rare others, and without a worst value of the metric nothing bounds how far these move the mean.${note}`,
    );
  if (guard && agreement > alpha && departure > alpha && halfWidth > 2 * margin)
    return open(
      `${value}: ${whoAgrees(guard)}, so their spread does not show rare others, which may put the mean anywhere from ${showInterval(prediction)} ${unit}: wider than ± ${show(2 * margin)}, twice the margin.${note}`,
    );
  if (halfWidth > 2 * margin)
    return open(
      `${value}: ${range} is wider than ± ${show(2 * margin)}, twice the margin, and decides nothing.${note}`,
    );
  const shown = () => {
    const unseen = guard && guardedDeviation(guard, contrast.value, margin, planningAlpha);
    return smallestShown({ contrast, ours: ours.terms.length, margin, unseen, alpha: planningAlpha, unit });
  };
  if (equivalent) return consistent(`${within}, but at most CONSISTENT: ${caps.join("; ")}.`, shown, true);
  if (prediction.low <= target.mean && target.mean <= prediction.high)
    return consistent(`The printed ${show(target.mean)} lies in ${range}. ${value}.${note}`, shown);
  return open(
    `${value}: the printed ${show(target.mean)} lies outside ${range}, but a difference beyond ± ${margin} is not shown (${showP(departure)}).${note}`,
  );
}

/** An interval about our value, widened by possible moves of unseen units; `unseen` is relative to `printed`. */
function widened(own: Interval, unseen: Pick<Interval, "low" | "high"> | null, printed: number): Interval {
  if (unseen === null) return own;
  return { ...own, low: Math.min(own.low, printed + unseen.low), high: Math.max(own.high, printed + unseen.high) };
}

/** The smallest margin for which these units show equivalence; null if moves of unseen units are unbounded. */
function smallestDecidable(contrast: Contrast, guard: Guard | null, alpha: number): number | null {
  const smallest = Math.max(smallestMargin(contrast, 0, alpha), guard === null ? 0 : guardedMargin(guard, alpha));
  return Number.isFinite(smallest) ? smallest : null;
}

/** Replicates that show equivalence where the present estimate is inside the margin, or a difference where it is not. */
function replicatesToDecide(
  contrast: Contrast,
  guard: Guard | null,
  margin: number,
  growing: number,
  units: number,
  alpha: number,
): number | null {
  const power = Math.abs(contrast.value) < margin ? equivalencePower : beyondPower;
  const further = furtherReplicates((k) => {
    const larger = extended(contrast, k, growing);
    const ours = standardError({ ...larger, terms: larger.terms.slice(0, growing) });
    const shown = power(larger, margin, alpha, ours);
    return guard === null ? shown : Math.min(shown, guardedPower(guard, contrast.value, margin, alpha, k));
  });
  return further === null ? null : Math.max(1, FEWEST_UNITS - units, further);
}
