/** Two things timed in turn in one process, so that what slows the machine down slows both. */
import { setImmediate } from "node:timers/promises";

export interface Alternations {
  /** Turns of both; one before them does not count. */
  readonly alternations: number;
  /** Repetitions in a turn. */
  readonly steps: number;
}
export interface Alternated {
  /** Median over the alternations of the first's median time by the second's. */
  readonly ratio: number;
  /** Medians over all repetitions, in milliseconds. */
  readonly firstMs: number;
  readonly secondMs: number;
}

/** Times `first` and `second`, which end when their work is done, by `now` in milliseconds. */
export async function alternate(
  first: () => void,
  second: () => void,
  { alternations, steps }: Alternations,
  now: () => number = () => performance.now(),
): Promise<Alternated> {
  const times = (once: () => void): number[] =>
    Array.from({ length: steps }, () => {
      const start = now();
      once();
      return now() - start;
    });
  const turns: (readonly [number[], number[]])[] = [];
  for (let turn = 0; turn <= alternations; turn++) {
    turns.push([times(first), times(second)]);
    await setImmediate(); // messages of the parent process get in
  }
  const counted = turns.slice(1);
  return {
    ratio: median(counted.map(([a, b]) => median(a) / median(b))),
    firstMs: median(counted.flatMap(([a]) => a)),
    secondMs: median(counted.flatMap(([, b]) => b)),
  };
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return (sorted[(sorted.length - 1) >> 1]! + sorted[sorted.length >> 1]!) / 2;
}
