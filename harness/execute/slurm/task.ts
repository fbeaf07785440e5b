/** One task of a job array, on a node of the cluster: opens the engine and does the one run that it is given. */
import { join } from "node:path";
import { EXIT, HarnessError } from "../../errors.ts";
import { writeAtomic } from "../../files/atomic-file.ts";
import { readOrigins } from "../../provenance/provenance.ts";
import { isResult, Store } from "../../store/store.ts";
import { startWorker } from "../../worker/pool.ts";
import { execute } from "../execute.ts";
import { placeOf, readBatch } from "./batch.ts";

/** What a node's engine is, beside the batch that asked for it. */
export const ENGINE_FILE = "engine.json";

/**
 * `file` is `<store>/slurm/<name>/batch.json`. A batch without runs asks for the engine: the answer is a file beside it.
 * @throws HarnessError when the engine is not the one that the runs were planned for, or nothing can be stored.
 */
export async function slurmTask(file: string, index: number, { signal }: { signal: AbortSignal }): Promise<void> {
  const batch = readBatch(file);
  const folder = join(file, "..");
  const threads = Math.max(1, Number(process.env.SLURM_CPUS_PER_TASK ?? 1) || 1);
  const { worker, engine } = await startWorker(batch.engine, threads);
  try {
    if (batch.tasks.length === 0) {
      writeAtomic(join(folder, ENGINE_FILE), `${JSON.stringify(engine)}\n`);
      return;
    }
    const task = batch.tasks[index];
    if (!task) throw new HarnessError(`${file} has ${batch.tasks.length} tasks, and none of index ${index}.`);
    const place = placeOf(task.place);
    if (engine.class !== place.engineClass)
      throw new HarnessError(
        `The engine of this node is ${engine.class} (${engine.reason}), and the runs were planned for ${place.engineClass}. Ask for nodes that are alike with --slurm, or name the engine with --engine.`,
        EXIT.cannotJudge,
      );
    const store = Store.open(join(folder, "..", ".."), { create: false });
    const stored = store.read(place)?.record;
    if (stored && isResult(stored)) return;
    await execute({
      runs: [place],
      store,
      engine,
      choice: batch.engine,
      first: Promise.resolve(worker),
      workers: 1,
      threads,
      origins: await readOrigins([place.spec], batch.rootSeed),
      checkpointMs: batch.checkpointMs,
      timeoutMs: batch.timeoutMs,
      signal,
      onEvent: (event) => {
        if (event.type === "warning" || event.type === "retried") console.error(event.message);
      },
    });
  } finally {
    worker.stop();
    await worker.gone();
  }
}
