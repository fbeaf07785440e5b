/** Which claim gets its runs next: nights and campaigns choose by the same rule. */

/** A claim of `npm run plan SUITE -- --json`. */
export interface PlannedClaim {
  readonly claim: string;
  /** The runs that its verdict waits for, by their places in the plan's list. */
  readonly waitsFor: readonly number[];
  /** Milliseconds of training on one core. */
  readonly ms: number;
}

export interface Waiting {
  readonly claim: string;
  readonly runs: number;
  readonly ms: number;
  /** Claims of the suite that have all their runs once this one has. */
  readonly gain: number;
}

/** The claims that wait for runs. */
export function waitingClaims(claims: readonly PlannedClaim[]): Waiting[] {
  const waiting = claims.filter(({ waitsFor }) => waitsFor.length > 0);
  return waiting.map(({ claim, waitsFor, ms }) => ({
    ...{ claim, ms },
    runs: waitsFor.length,
    gain: waiting.filter((other) => other.waitsFor.every((at) => waitsFor.includes(at))).length,
  }));
}

/**
 * The choice that decides most claims a minute; of a tie the first. Verdicts are given once, on all planned runs of a claim,
 * so that the order decides when a claim is judged and not how.
 * @throws TypeError without any choice
 */
export function soonest<T extends Pick<Waiting, "ms" | "gain">>(choices: readonly T[]): T {
  const rate = ({ gain, ms }: T): number => gain / Math.max(ms, 1);
  return choices.reduce((best, one) => (rate(one) > rate(best) ? one : best));
}
