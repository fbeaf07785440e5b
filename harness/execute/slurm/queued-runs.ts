/** The runs of a store that Slurm has in its queue. */
import { HarnessError } from "../../errors.ts";
import type { RunSpec } from "../../run.ts";
import { batchesOf } from "./batch.ts";
import { isAlive, queue, type SlurmTask } from "./commands.ts";

export interface QueuedRun {
  readonly task: SlurmTask;
  readonly made: {
    readonly spec: RunSpec;
    readonly key: string;
    readonly engineClass: string;
    readonly rootSeed: string;
  };
}
/** By the keys of the runs. */
export type QueuedRuns = ReadonlyMap<string, QueuedRun>;

/** None where Slurm does not answer: what is stored can be shown all the same. */
export async function queuedRuns(store: string): Promise<QueuedRuns> {
  const batches = batchesOf(store);
  try {
    const alive = (await queue(batches.map(({ name }) => name))).filter(isAlive);
    return new Map(
      alive.flatMap((task): [string, QueuedRun][] => {
        const batch = batches.find(({ name }) => name === task.batch);
        const place = batch?.tasks[task.index]?.place;
        if (!batch || !place) return [];
        const { spec, key, engineClass } = place;
        return [[key, { task, made: { spec, key, engineClass, rootSeed: batch.rootSeed } }]];
      }),
    );
  } catch (error) {
    if (error instanceof HarnessError) return new Map();
    throw error;
  }
}
