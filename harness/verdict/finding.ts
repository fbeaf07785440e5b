/** What one claim's samples show under one reading, before the p-values of its family are known. */
import type { Estimate, Judgement, PaperVerdict, SmallestShown } from "../contract/claims.ts";

/** Fewer units on the claim's axis than this decide no number. */
export const FEWEST_UNITS = 5;

export interface RawTest {
  readonly name: string;
  readonly p: number;
}
export interface Decision {
  readonly verdict: Exclude<PaperVerdict, "NOT TESTABLE" | "NOT TESTED" | "STALE">;
  readonly reason: string;
  /** What would decide; null where something is decided. Apart, since it takes far longer than the verdict. */
  readonly plan: (() => NonNullable<Judgement["wouldDecide"]>) | null;
  /** Sensitivity of a CONSISTENT; null for other verdicts. Evaluated lazily, like `plan`. */
  readonly shown: (() => SmallestShown) | null;
  /** Whether a test at the claim's level gave the verdict. */
  readonly byTest: boolean;
}
/** p-values after Holm. */
export interface Adjusted {
  readonly agreement: number;
  readonly departure: number;
  /** α for planning further replicates: the first, hardest step of Holm. */
  readonly planningAlpha: number;
}
export interface Finding {
  readonly estimates: readonly Estimate[];
  readonly effect: Judgement["effect"];
  /** The test that could confirm the claim. Null: none could be made. */
  readonly agreement: RawTest | null;
  /** The test that could contradict it; for an ordering the same one. */
  readonly departure: RawTest | null;
  /** Whether the point estimate points the claimed way; null where nothing points. */
  readonly pointsAsClaimed: boolean | null;
  decide(adjusted: Adjusted): Decision;
  /** Evidence in words for a profile that gives no verdict; null where there is none. */
  directional(scale: string): string | null;
}

export function inconclusive(
  reason: string,
  further: () => number | null,
  margin: () => number | null = none,
): Decision {
  return {
    verdict: "INCONCLUSIVE",
    reason,
    plan: () => ({ furtherReplicates: further(), smallestMargin: margin() }),
    shown: null,
    byTest: false,
  };
}

/** Nothing is known that would decide. */
export const none = () => null;

export function decided(verdict: "REPRODUCED" | "CONTRADICTED" | "BETTER", reason: string): Decision {
  return { verdict, reason, plan: null, shown: null, byTest: true };
}

/** CONSISTENT, with the smallest deviation that these runs would have detected. `byTest`: equivalence was shown. */
export function consistent(reason: string, shown: () => SmallestShown, byTest = false): Decision {
  return { verdict: "CONSISTENT", reason, plan: null, shown, byTest };
}

/** Four significant digits, without an exponent for ordinary sizes. */
export function show(value: number): string {
  return String(Number(value.toPrecision(4)));
}

export function showP(p: number): string {
  return p < 1e-4 ? "p < 0.0001" : `p = ${Number(p.toPrecision(2))}`;
}

/** "95 %" */
export function showLevel(level: number): string {
  return `${Number((100 * level).toPrecision(4))} %`;
}

export function showInterval({ low, high }: { readonly low: number; readonly high: number }): string {
  return `${show(low)} to ${show(high)}`;
}
