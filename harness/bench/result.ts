/** What a case gave, as it is printed and stored. */
import { z } from "zod";
import { Machine } from "../contract/run.ts";
import { thisMachine } from "../provenance/this-machine.ts";
import { peakOf, ratioOf, type Turns } from "./alternate.ts";
import type { BenchCase } from "./case.ts";
import { Spread, spreadOf } from "./spread.ts";

const Measured = z.strictObject({
  name: z.string(),
  /** Milliseconds, over all repetitions of all blocks. */
  ms: Spread,
  /** Largest resident memory of a process; null where nobody can say. */
  peakMemoryBytes: z.number().nullable(),
  versions: z.record(z.string(), z.string()),
});
const Ratio = z.strictObject({
  /** Our time by theirs, block by block: below 1, ours is faster. */
  time: Spread,
  /** Our peak memory by theirs. */
  peakMemory: z.number().nullable(),
});
export const BenchResult = z.strictObject({
  format: z.literal("reproducibility-bench"),
  version: z.literal(1),
  case: z.string(),
  title: z.string(),
  conditions: z.string(),
  measuredAt: z.string(),
  machine: Machine.extend({
    /** The core that the processes were bound to; null where they were not. */
    boundTo: z.int().nullable(),
  }),
  alternations: z.int().positive(),
  /** The first is ours. */
  measured: z.array(Measured).min(1),
  /** By the name of what ours is compared with. */
  ratio: z.record(z.string(), Ratio),
});
export type BenchResult = z.infer<typeof BenchResult>;

export function resultOf({ id, title, conditions }: BenchCase, turns: Turns, core: number | null): BenchResult {
  const [ours, ...others] = turns;
  const memory = (blocks: (typeof turns)[number]["blocks"]): number | null => {
    const [mine, theirs] = [peakOf(ours!.blocks), peakOf(blocks)];
    return mine === null || theirs === null ? null : mine / theirs;
  };
  return {
    format: "reproducibility-bench",
    version: 1,
    case: id,
    title,
    conditions,
    measuredAt: new Date().toISOString(),
    machine: { ...thisMachine(), boundTo: core },
    alternations: ours!.blocks.length,
    measured: turns.map(({ contestant, blocks }) => ({
      name: contestant.name,
      ms: spreadOf(blocks.flatMap((block) => block.ms)),
      peakMemoryBytes: peakOf(blocks),
      versions: { ...contestant.versions },
    })),
    ratio: Object.fromEntries(
      others.map(({ contestant, blocks }) => [
        contestant.name,
        { time: ratioOf(ours!.blocks, blocks), peakMemory: memory(blocks) },
      ]),
    ),
  };
}
