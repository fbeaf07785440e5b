/** How many processes do a plan's runs, and how many threads each of them has. */
import type { RunSpec } from "../contract/run.ts";
import { unstackedClass } from "../engine/engine.ts";
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
  /** Runs of one model that a process does at the same time, at most; 1 where they are not stacked. */
  readonly stack?: number | undefined;
}

/** Whether runs are of one kind: whether their steps are the same operations shows when they are recorded. */
export const canBeStacked = (one: RunSpec, other: RunSpec): boolean =>
  stackKind(one) === stackKind(other) && one.updates > 0;
const stackKind = ({ suite, budget, model }: RunSpec): string => JSON.stringify([suite, budget, model]);

/**
 * As many one-thread processes as cores, where there are enough runs: two threads make a step faster, but not twice as
 * fast. Only cores that would be idle otherwise become threads. The last runs of a plan keep to one: the process that
 * had more would have to load its engine anew. One process has the GPU: TensorFlow takes its memory whole.
 */
export function schedule({ runs, cores, wanted, engineClass, stack = 1 }: ScheduleOptions): Schedule {
  const stacks = stack > 1 ? `, stacks of ${count(stack, "run")}` : "";
  const picked = (workers: number, threads: number, why: string): Schedule => {
    const line = `${count(workers, "process", "processes")} of ${count(threads, "thread")}${stacks}${why}.`;
    return { workers, threads, line };
  };
  if (wanted !== undefined)
    return picked(Math.max(1, Math.min(wanted, jobs(runs, stack))), 1, `, as --workers ${wanted} says`);
  if (unstackedClass(engineClass) === "tensorflow-gpu") return picked(1, 1, ": there is one GPU");
  const independent = atOnce(runs);
  const width = jobs(independent, stack);
  const workers = Math.max(1, Math.min(cores, width));
  const spare = Math.floor(cores / workers);
  const why = (rest: string): string =>
    `: ${count(width, stack > 1 ? "stack" : "run")} at once, ${count(cores, "core")}, ${rest}`;
  if (spare === 1) return picked(workers, 1, why("one a core"));
  return unstackedClass(engineClass) === "tensorflow-cpu"
    ? picked(workers, spare, why("the cores that are left are shared out"))
    : picked(workers, 1, why(`the ${engineClass} engine has no use for more threads`));
}

/** The runs that can be at work at once at most: those that no other one starts from. */
function atOnce(runs: readonly RunPlace[]): RunPlace[] {
  const needed = new Set(runs.map(({ needs }) => needs?.key));
  return runs.filter(({ key }) => !needed.has(key));
}

/** How many stacks the runs come to; runs that train nothing are done one by one. */
function jobs(runs: readonly RunPlace[], stack: number): number {
  const kinds = new Map<string, number>();
  for (const { spec } of stack > 1 ? runs.filter(({ spec }) => spec.updates > 0) : [])
    kinds.set(stackKind(spec), (kinds.get(stackKind(spec)) ?? 0) + 1);
  const stacked = [...kinds.values()];
  const alone = runs.length - stacked.reduce((sum, size) => sum + size, 0);
  return stacked.reduce((sum, size) => sum + Math.ceil(size / stack), alone);
}

const count = (n: number, one: string, many = `${one}s`): string => `${n} ${n === 1 ? one : many}`;
