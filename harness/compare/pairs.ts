/** Runs of both sides as pairs. */
import type { Observation } from "../contract/claims.ts";

/** Both sides by replicate. */
interface Sides {
  readonly baseline: readonly Observation[];
  readonly candidate: readonly Observation[];
}

export const byReplicate = (runs: readonly Observation[]): Observation[] =>
  [...runs].sort((a, b) => a.replicate - b.replicate);

/** Candidate minus baseline by replicate; null where the replicates differ. Two runs that failed alike do not differ. */
export function differencesOf(sides: Sides): number[] | null {
  const [before, after] = [byReplicate(sides.baseline), byReplicate(sides.candidate)];
  if (before.length !== after.length || before.some((one, i) => one.replicate !== after[i]!.replicate)) return null;
  return after.map(({ value }, i) => minus(value, before[i]!.value));
}

export const minus = (after: number, before: number): number => (after === before ? 0 : after - before);

/** Of ±Infinity too: between two values that fail on opposite sides lies 0. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => Math.sign(a - b) || 0);
  const [low, high] = [sorted[(sorted.length - 1) >> 1]!, sorted[sorted.length >> 1]!];
  return low === high ? low : low === -high ? 0 : (low + high) / 2;
}
