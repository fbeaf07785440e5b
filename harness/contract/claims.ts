/** Typed statements of a paper, and what it means for us to have tested one. */

/** What the paper's ± is. A 3 SD bar read as an SD is a threefold error, so the kind is never implied. */
export type Spread =
  | { readonly kind: "sd" | "3sd" | "1.96sd" | "se" | "ci"; readonly value: number }
  | { readonly kind: "unknown"; readonly value: number }
  | { readonly kind: "none" };

/** A number as the paper prints it; the values of a paper are in `baselines/papers/<id>/published.ts`. */
export interface PublishedValue {
  readonly id: string;
  /** Table label or section of the paper. */
  readonly place: string;
  readonly unit: string;
  readonly mean: number;
  readonly spread: Spread;
  readonly min?: number;
  readonly max?: number;
  /** Number of units the mean is over; null when the paper does not say. */
  readonly n: number | null;
  /** What was repeated: "run", "encoder", "labelDraw"; null when the paper does not say. */
  readonly axis: string | null;
  /** Absent where the mean is not over units whose possible values are known: the audit then checks less. */
  readonly grain?: Grain;
}

/** The values that one unit can have, and the decimal places of the printed mean (harness/contract/grain.ts makes it). */
export interface Grain {
  /** Places after the point in print, zeros included. */
  readonly decimals: number;
  /** One unit is a multiple of this, in the value's unit: 1 for counts, 100/10000 for a percentage of 10,000 cases. */
  readonly step: number;
  readonly stepText: string;
  /** Smallest and largest value that one unit can have. */
  readonly low: number;
  readonly high: number;
}

/** A measured quantity, declared once per suite. `Metric`: names of the suite's metrics. */
export interface Quantity<Metric extends string = string> {
  /** Key in a run's metrics. */
  readonly metric: Metric;
  readonly label: string;
  readonly unit: string;
  readonly better: "higher" | "lower";
  /** What a run that diverged or crashed counts as; null when the metric has no bound (then tests are on ranks). */
  readonly worst: number | null;
  /** The best value possible under the paper's protocol, e.g. 25 of 25 modes or an error of 0 %; absent if unknown. */
  readonly best?: number;
  /**
   * Where a run measures it several times, on an axis of its own: that of the runs, then that within a run, e.g.
   * ["encoder", "labelDraw"]. The run's record then has its `draws`.
   */
  readonly nesting?: readonly [run: string, draw: string];
}

/** An equivalence margin, fixed before any run, and why it is this wide. */
export interface Margin {
  readonly value: number;
  readonly reason: string;
}

interface ClaimBase {
  readonly id: string;
  /** The claim in the paper's sense, one sentence. */
  readonly statement: string;
  readonly place: string;
  /** Random axis the claim speaks of, by name. */
  readonly axis: string;
  /** Claims of one family share one Holm correction. */
  readonly family: string;
  /** Level of its tests, two-sided, and of the intervals 1 − α that serve them: above 0, at most 0.5; 0.05 when absent. */
  readonly alpha?: number;
  /** Set when the protocol is unpublished or partly chosen by us: caps numbers at CONSISTENT (the assumptions' version is shown). */
  readonly assumption?: string;
}

/** "A covers 13.4 ± 5.8 modes." */
export interface PointClaim<Arm extends string = string, Metric extends string = string> extends ClaimBase {
  readonly kind: "point";
  readonly quantity: Quantity<Metric>;
  readonly arm: Arm;
  readonly published: PublishedValue;
  readonly margin: Margin;
}
/** "A is 3.00 ± 0.50 below B": a difference of means, first minus second. */
export interface GapClaim<Arm extends string = string, Metric extends string = string> extends ClaimBase {
  readonly kind: "gap";
  readonly quantity: Quantity<Metric>;
  readonly arms: readonly [first: Arm, second: Arm];
  readonly published: PublishedValue;
  readonly margin: Margin;
  readonly design: "paired" | "unpaired";
}
/** "A covers more modes than B": the first arm's quantity is the greater one. */
export interface OrderingClaim<Arm extends string = string, Metric extends string = string> extends ClaimBase {
  readonly kind: "ordering";
  readonly quantity: Quantity<Metric>;
  readonly arms: readonly [greater: Arm, lesser: Arm];
  readonly published: readonly [greater: PublishedValue, lesser: PublishedValue] | null;
  readonly design: "paired" | "unpaired";
}
/** "Error falls as labels grow": arms in the order in which the quantity moves. */
export interface TrendClaim<Arm extends string = string, Metric extends string = string> extends ClaimBase {
  readonly kind: "trend";
  readonly quantity: Quantity<Metric>;
  readonly arms: readonly Arm[];
  readonly direction: "rising" | "falling";
}
/** "min 8, max 25 over ten runs". */
export interface RangeClaim<Arm extends string = string, Metric extends string = string> extends ClaimBase {
  readonly kind: "range";
  readonly quantity: Quantity<Metric>;
  readonly arm: Arm;
  readonly published: PublishedValue & { readonly min: number; readonly max: number; readonly n: number };
}
/** A statement of the theory: a computed quantity equals an exact value. */
export interface IdentityClaim<Arm extends string = string, Metric extends string = string> extends ClaimBase {
  readonly kind: "identity";
  readonly quantity: Quantity<Metric>;
  readonly arm: Arm;
  readonly expected: number;
  readonly tolerance: number;
}
/** Shown, never tested. */
export interface QualitativeClaim extends ClaimBase {
  readonly kind: "qualitative";
  readonly reason: string;
}
/** A claim of a suite whose arms and metrics have these names. */
export type Claim<Arm extends string = string, Metric extends string = string> =
  | PointClaim<Arm, Metric>
  | GapClaim<Arm, Metric>
  | OrderingClaim<Arm, Metric>
  | TrendClaim<Arm, Metric>
  | RangeClaim<Arm, Metric>
  | IdentityClaim<Arm, Metric>
  | QualitativeClaim;

/** One measured value: a run's, or its declared worst value when it failed. */
export interface Observation {
  readonly replicate: number;
  /** Its index on each random axis, e.g. {encoder: 2, labelDraw: 37}. Absent: the claim's axis alone, at `replicate`. */
  readonly units?: Readonly<Record<string, number>>;
  readonly value: number;
  /**
   * false: diverged, crashed or timed out; `value` is then the quantity's worst value. A failed run of a nested sample has
   * a single observation for all its draws.
   */
  readonly finished: boolean;
}
export interface Sample {
  readonly arm: string;
  readonly reading: string;
  readonly observations: readonly Observation[];
  /** The axes of `units` from the outermost to the innermost, e.g. ["encoder", "labelDraw"]; needed where they are several. */
  readonly nesting?: readonly string[];
  /** Planned runs (units of the outermost axis), whatever their number of draws. Fewer: the suite is unfinished. */
  readonly planned: number;
}

export const PAPER_VERDICTS = [
  "NOT TESTABLE",
  "NOT TESTED",
  "STALE",
  "REPRODUCED",
  "CONTRADICTED",
  "BETTER",
  "CONSISTENT",
  "INCONCLUSIVE",
] as const;
export type PaperVerdict = (typeof PAPER_VERDICTS)[number];

/** The possible verdicts on finished runs of the paper's profile. */
export const VERDICTS_OF_RUNS = [
  "REPRODUCED",
  "CONSISTENT",
  "INCONCLUSIVE",
  "CONTRADICTED",
  "BETTER",
] as const satisfies readonly PaperVerdict[];

/** A number is never bare: its spread, the kind of it, and n go with it. */
export interface Estimate {
  readonly arm: string;
  readonly n: number;
  readonly mean: number;
  /** Sample SD, ddof = 1; null for fewer than two observations. */
  readonly sd: number | null;
  readonly min: number;
  readonly max: number;
  /** t interval for the mean; null for fewer than two observations. */
  readonly interval: Interval | null;
  /** Where each of the n units is a mean of draws: the hierarchical bootstrap interval of the mean, beside the t interval. */
  readonly hierarchical?: Interval;
  /** Failed runs (units of the outermost axis), including runs with a failed draw. */
  readonly failed: number;
}
export interface Interval {
  readonly low: number;
  readonly high: number;
  /** Coverage, e.g. 0.95. */
  readonly level: number;
  readonly kind: "t" | "welch" | "prediction" | "bootstrap" | "permutation";
}
export interface TestResult {
  readonly name: string;
  readonly p: number;
  /** p after Holm over the claim's family; equal to p for a family of one. */
  readonly adjustedP: number;
}

/** The smallest deviation of the truth from the printed value that the runs of a CONSISTENT would have detected. */
export type SmallestShown =
  | {
      /** Absolute deviation, in `unit`, of the true mean or difference of means from the printed one. */
      readonly deviation: number;
      /** The deviation in equivalence margins of the claim; always above 1. */
      readonly margins: number;
      readonly unit: string;
      /** Probability of a significant departure at that deviation. */
      readonly power: number;
      /** Two-sided level of the departure test: α over the size of the family, the first step of Holm. */
      readonly alpha: number;
    }
  | {
      readonly deviation: null;
      /** The reason why no deviation can be computed: a clause without a full stop. */
      readonly reason: string;
    };

/** What we can say of one claim under one reading of the paper. */
export interface Judgement {
  readonly claimId: string;
  readonly reading: string;
  readonly verdict: PaperVerdict;
  /** One sentence: why this verdict. */
  readonly reason: string;
  readonly estimates: readonly Estimate[];
  /** Difference of means (first arm minus second, or ours minus the printed value) with its interval. */
  readonly effect: {
    readonly value: number;
    readonly interval: Interval;
    /** Of an ordering whose units are means of draws: the hierarchical bootstrap interval, beside the interval. */
    readonly hierarchical?: Interval;
    readonly unit: string;
  } | null;
  readonly tests: readonly TestResult[];
  /**
   * Whether the claim holds under this reading alone: true for REPRODUCED, CONSISTENT and BETTER, false for CONTRADICTED,
   * null for the rest. An ordering that is INCONCLUSIVE only because another reading does not give it still holds here.
   */
  readonly holds: boolean | null;
  /** Whether the point estimate of an ordering or trend points the claimed way, at any profile; a tie does not. Null for other claims, and without units. */
  readonly pointsAsClaimed: boolean | null;
  /** Evidence of a reduced profile on an ordering, in words that cannot be mistaken for a verdict. */
  readonly directional: string | null;
  /**
   * Further replicates per arm that would decide (80 % power at the present estimates), or further draws if the claim's
   * axis lies within a run; and the smallest margin decidable now.
   */
  readonly wouldDecide: { readonly furtherReplicates: number | null; readonly smallestMargin: number | null } | null;
  /** Sensitivity of a CONSISTENT, which is weak evidence alone; null for every other verdict. */
  readonly smallestShown: SmallestShown | null;
  /** The planned interim analysis that it is of; absent where the suite plans only one analysis. */
  readonly analysis?: {
    readonly number: number;
    readonly of: number;
    /** Runs of each arm at this analysis, and at the last one. */
    readonly runs: number;
    readonly planned: number;
    /** Runs of each arm that the next analysis needs; null where the claim needs no more. */
    readonly next: number | null;
  };
}

/** Level of a claim's tests: 0.05 unless it declares another. */
export function alphaOf({ alpha = 0.05 }: Pick<Claim, "alpha">): number {
  return alpha;
}

/** Coverage of the intervals that serve a claim's tests: 1 − α. */
export function levelOf(claim: Pick<Claim, "alpha">): number {
  return 1 - alphaOf(claim);
}
