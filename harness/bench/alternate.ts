/** Turns of several contestants, A B C A B C …: what slows the machine down for a while slows all of them. */
import type { Block, Contestant } from "./case.ts";
import { type Spread, spreadOf } from "./spread.ts";

/** Blocks of each contestant, in their order; each has as many as there were alternations. */
export type Turns = readonly { readonly contestant: Contestant; readonly blocks: readonly Block[] }[];

/** Throws what a contestant throws. */
export async function alternate(
  contestants: readonly Contestant[],
  alternations: number,
  onTurn: (done: number) => void = () => {},
): Promise<Turns> {
  const turns = contestants.map((contestant) => ({ contestant, blocks: [] as Block[] }));
  for (let i = 0; i < alternations; i++) {
    for (const { contestant, blocks } of turns) blocks.push(await contestant.block());
    onTurn(i + 1);
  }
  return turns;
}

/** Median of ours by median of theirs, alternation by alternation: below 1, ours is faster. */
export function ratioOf(ours: readonly Block[], theirs: readonly Block[]): Spread {
  const median = ({ ms }: Block): number => spreadOf(ms).median;
  return spreadOf(ours.map((block, i) => median(block) / median(theirs[i]!)));
}

/** The largest of the blocks' memory; null where one is not known. */
export function peakOf(blocks: readonly Block[]): number | null {
  const peaks = blocks.map((block) => block.peakRssBytes);
  return peaks.some((peak) => peak === null) ? null : Math.max(...(peaks as number[]));
}
