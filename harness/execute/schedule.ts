/** How many processes do a plan's runs, and how many threads each of them has. */
import type { RunPlace } from "../store/store.ts";

export interface Schedule {
  readonly workers: number;
  /** Threads between operations; one operation has one thread, so that the bits of a run do not depend on them. */
  readonly threads: number;
  /** What was picked and why, one line. */
  readonly line: string;
}

export interface ScheduleOptions {
  /** Those to do, each after the one that it starts from. */
  readonly runs: readonly RunPlace[];
  readonly cores: number;
  /** Processes that a person asked for. */
  readonly wanted: number | undefined;
  readonly engineClass: string;
}

/**
 * As many one-thread processes as cores, where there are enough runs: two threads make a step faster, but not twice as
 * fast. Only cores that would be idle otherwise become threads. The last runs of a plan keep to one: the process that
 * had more would have to load its engine anew. One process has the GPU: TensorFlow takes its memory whole.
 */
export function schedule({ runs, cores, wanted, engineClass }: ScheduleOptions): Schedule {
  const picked = (workers: number, threads: number, why: string): Schedule => {
    const line = `${count(workers, "process", "processes")} of ${count(threads, "thread")}${why}.`;
    return { workers, threads, line };
  };
  if (wanted !== undefined)
    return picked(Math.max(1, Math.min(wanted, runs.length)), 1, `, as --workers ${wanted} says`);
  if (engineClass === "tensorflow-gpu") return picked(1, 1, ": there is one GPU");
  const width = atOnce(runs);
  const workers = Math.max(1, Math.min(cores, width));
  const spare = Math.floor(cores / workers);
  const why = (rest: string): string => `: ${count(width, "run")} at once, ${count(cores, "core")}, ${rest}`;
  if (spare === 1) return picked(workers, 1, why("one a core"));
  return engineClass === "tensorflow-cpu"
    ? picked(workers, spare, why("the cores that are left are shared out"))
    : picked(workers, 1, why(`the ${engineClass} engine has no use for more threads`));
}

/** How many of the runs can be at work at once at most: those that no other one starts from. */
function atOnce(runs: readonly RunPlace[]): number {
  const needed = new Set(runs.map(({ needs }) => needs?.key));
  return runs.filter(({ key }) => !needed.has(key)).length;
}

const count = (n: number, one: string, many = `${one}s`): string => `${n} ${n === 1 ? one : many}`;
