/** The choice of the next claim to run, shared by nights and campaigns. */

/** A claim in the output of `npm run plan SUITE -- --json`. */
export interface PlannedClaim {
  readonly claim: string;
  /** Indices in the plan of the runs that its verdict still needs. */
  readonly waitsFor: readonly number[];
  /** Milliseconds of training on one core. */
  readonly ms: number;
}

export interface Waiting {
  readonly claim: string;
  readonly runs: number;
  readonly ms: number;
  /** Claims of the suite that this claim's runs complete. */
  readonly gain: number;
}

/** The claims that wait for runs. */
export function waitingClaims(claims: readonly PlannedClaim[]): Waiting[] {
  const waiting = claims.filter(({ waitsFor }) => waitsFor.length > 0);
  return waiting.map(({ claim, waitsFor, ms }) => ({
    claim,
    ms,
    runs: waitsFor.length,
    gain: waiting.filter((other) => other.waitsFor.every((at) => waitsFor.includes(at))).length,
  }));
}

/**
 * The choice that decides most claims a minute; the first one of a tie. A verdict needs all planned runs of its claim,
 * so the order determines when a claim is judged, not the verdict.
 * @throws TypeError without any choice
 */
export function soonest<T extends Pick<Waiting, "ms" | "gain">>(choices: readonly T[]): T {
  const rate = ({ gain, ms }: T): number => gain / Math.max(ms, 1);
  return choices.reduce((best, one) => (rate(one) > rate(best) ? one : best));
}
