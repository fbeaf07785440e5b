/** The runs of a store that Slurm has in its queue. */
import type { RunSpec } from "../../contract/run.ts";
import { HarnessError, messageOf } from "../../errors.ts";
import { type Batch, batchesOf } from "./batch.ts";
import { isAlive, SLURM, type Slurm, type SlurmTask } from "./commands.ts";

export interface QueuedRun {
  /** Undefined where Slurm does not tell: it may be in the queue, at work, or gone. */
  readonly task: SlurmTask | undefined;
  readonly made: {
    readonly spec: RunSpec;
    readonly key: string;
    readonly engineClass: string;
    readonly rootSeed: string;
  };
}
export interface Queued {
  /** By the keys of the runs. */
  readonly runs: ReadonlyMap<string, QueuedRun>;
  /** Why Slurm could not be asked; undefined when it could, or need not. */
  readonly silent: string | undefined;
}

/** What was given to Slurm, where it does not answer: what is stored can be shown all the same. */
export async function queuedRuns(store: string, slurm: Slurm = SLURM): Promise<Queued> {
  const batches = batchesOf(store).filter(({ tasks }) => tasks.length > 0);
  const made = ({ tasks, rootSeed }: Batch, index: number): QueuedRun["made"] | undefined => {
    const place = tasks[index]?.place;
    return place && { spec: place.spec, key: place.key, engineClass: place.engineClass, rootSeed };
  };
  try {
    const alive = (await slurm.queue(batches.map(({ name }) => name))).filter(isAlive);
    const runs = alive.flatMap((task): [string, QueuedRun][] => {
      const batch = batches.find(({ name }) => name === task.batch);
      const of = batch && made(batch, task.index);
      return of ? [[of.key, { task, made: of }]] : [];
    });
    return { runs: new Map(runs), silent: undefined };
  } catch (error) {
    if (!(error instanceof HarnessError)) throw error;
    const runs = batches.flatMap((batch) =>
      batch.tasks.map((_, index): [string, QueuedRun] => {
        const of = made(batch, index)!;
        return [of.key, { task: undefined, made: of }];
      }),
    );
    return { runs: new Map(runs), silent: messageOf(error) };
  }
}
