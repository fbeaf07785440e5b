/** Submits a batch: its file first, then its jobs. */
import { join } from "node:path";
import type { EngineChoice } from "../../worker/messages.ts";
import type { ExecuteOptions } from "../execute.ts";
import { batchFile, batchFolder, writeBatch } from "./batch.ts";
import type { Slurm } from "./commands.ts";

/** The cluster, as a person chose it. */
export interface Cluster {
  /** Options of sbatch that are passed through. */
  readonly options: readonly string[];
  /** Tasks at the same time; undefined for as many as the cluster lets. */
  readonly atOnce: number | undefined;
}

export interface BatchOptions extends Pick<ExecuteOptions, "choice" | "store" | "checkpointMs" | "timeoutMs"> {
  readonly cluster: Cluster;
  readonly rootSeed: string;
}

export interface NewBatch {
  readonly name: string;
  readonly tasks: Parameters<typeof writeBatch>[1]["tasks"];
  readonly indexes: readonly number[];
  readonly atOnce?: number | undefined;
  /** Nodes that are to do none of it. */
  readonly without?: readonly string[];
}

/**
 * The file goes first: a coordinator that dies between the two finds the batch by its name, in the queue or not.
 * @throws what `Slurm.submit` throws
 */
export async function submitBatch(
  slurm: Slurm,
  { choice, store, cluster, rootSeed, checkpointMs, timeoutMs }: BatchOptions,
  { name, tasks, indexes, atOnce, without = [] }: NewBatch,
): Promise<void> {
  const engine: EngineChoice = choice.requested === undefined ? {} : { requested: choice.requested };
  writeBatch(store.folder, { name, engine, rootSeed, checkpointMs, timeoutMs, tasks });
  const program = [
    process.execPath,
    ...process.execArgv,
    process.argv[1]!,
    "slurm-task",
    batchFile(store.folder, name),
  ];
  await slurm.submit({
    name,
    indexes,
    atOnce,
    script: `#!/bin/sh\nexec ${program.map(quoted).join(" ")} "$SLURM_ARRAY_TASK_ID"\n`,
    output: join(batchFolder(store.folder, name).replaceAll("%", "%%"), "%a.log"),
    options: [...cluster.options, ...excluding(cluster, without)],
  });
}

const quoted = (word: string): string => `'${word.replaceAll("'", `'\\''`)}'`;

/** The later of two options counts for sbatch: what a person excludes stays excluded. */
function excluding({ options }: Cluster, nodes: readonly string[]): string[] {
  if (nodes.length === 0) return [];
  const own = options.filter((option) => option.startsWith("--exclude=")).map((option) => option.split("=")[1]!);
  return [`--exclude=${[...own, ...nodes].join(",")}`];
}
