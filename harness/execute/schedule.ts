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
 * had more would have to load its engine anew.
 */
export function schedule({ runs, cores, wanted, engineClass }: ScheduleOptions): Schedule {
  if (wanted !== undefined) {
    const workers = Math.max(1, Math.min(wanted, runs.length));
    return { workers, threads: 1, line: `${processes(workers, 1)}, as --workers ${wanted} says.` };
  }
  const width = atOnce(runs);
  const workers = Math.max(1, Math.min(cores, width));
  const spare = Math.floor(cores / workers);
  const threads = engineClass === "tensorflow-cpu" ? spare : 1;
  const what = `${count(width, "run")} at once, ${count(cores, "core")}`;
  const why =
    spare === 1
      ? "one a core"
      : threads > 1
        ? "the cores that are left are shared out"
        : `the ${engineClass} engine has no use for more threads`;
  return { workers, threads, line: `${processes(workers, threads)}: ${what}, ${why}.` };
}

/** How many of the runs can be at work at once at most: those that no other one starts from. */
function atOnce(runs: readonly RunPlace[]): number {
  const needed = new Set(runs.map(({ needs }) => needs?.key));
  return runs.filter(({ key }) => !needed.has(key)).length;
}

const processes = (workers: number, threads: number): string =>
  `${count(workers, "process", "processes")} of ${count(threads, "thread")}`;
const count = (n: number, one: string, many = `${one}s`): string => `${n} ${n === 1 ? one : many}`;
