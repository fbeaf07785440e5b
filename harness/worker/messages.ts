/** What the suite's process and its workers say to each other. */
import type { Provenance, RunRecord, RunSpec } from "../contract/run.ts";
import type { EngineId } from "../engine/engine.ts";
import type { TracedOperation } from "../engine/trace.ts";
import type { Origin } from "../provenance/provenance.ts";
import type { Finding } from "../store/revalidation.ts";
import type { RunPlace } from "../store/store.ts";
import type { Checked, CheckTask } from "./check-model.ts";

export type EngineInfo = Provenance["engine"];
/** The engine asked for (undefined: the best that works), and a reason that replaces the engine's own. */
export interface EngineChoice {
  readonly requested?: EngineId | undefined;
  /** Whether its runs are stacked, as `OpenOptions` has it. */
  readonly stacked?: boolean | undefined;
  readonly reason?: string | undefined;
}

export interface RunTask {
  readonly spec: RunSpec;
  readonly key: string;
  /** The run it starts from, which is stored. */
  readonly needs: RunPlace | null;
  readonly store: string;
  readonly origin: Origin;
  readonly attempt: number;
  readonly checkpointMs: number;
  readonly timeoutMs: number | null;
}
export interface ReplayAsk {
  /** The answer has hashes after the updates behind this one, up to `to`. */
  readonly from: number;
  readonly to: number;
  /** Whether it has the operations of update `to`. */
  readonly operations: boolean;
}
export interface Replayed {
  readonly updates: readonly { readonly update: number; readonly tensors: Readonly<Record<string, string>> }[];
  /** Of update `to`, done operation by operation from the state before it; empty where they were not asked for. */
  readonly operations: readonly TracedOperation[];
  /** Hashes of the state that those operations make. */
  readonly eagerly: Readonly<Record<string, string>>;
}

/** The tasks of a worker by their names. */
interface Tasks {
  open: { readonly engine: EngineChoice; readonly threads: number };
  /** One run, or several of one model that are stacked. */
  run: { readonly runs: readonly RunTask[] };
  /** Checks a stored run against today's code. */
  revalidate: Pick<RunTask, "spec" | "key" | "needs" | "store">;
  /** Does the first updates of a stored run again and answers with hashes. */
  replay: Pick<RunTask, "spec" | "needs" | "store"> & { readonly rootSeed: string; readonly ask: ReplayAsk };
  /** Times `updates` steps of a run without storing anything. */
  time: {
    readonly spec: RunSpec;
    /** The run it starts from, whose state before its first update serves here. */
    readonly needs: RunSpec | null;
    readonly rootSeed: string;
    readonly updates: number;
  };
  /** Times products of matrices: how fast the engine computes. */
  rate: unknown;
  /** Looks at a model of a slot without storing anything. */
  check: CheckTask;
}
export type TaskName = keyof Tasks;
/** The message that gives a worker a task, e.g. `Task<"time">`; a union of all without a name. */
export type Task<T extends TaskName = TaskName> = { [K in T]: Tasks[K] & { readonly type: K } }[T];
export type ToWorker = Task | { readonly type: "stop" };

/** The message that ends each task. */
export interface Answers {
  open: { readonly type: "ready"; readonly engine: EngineInfo };
  run: { readonly type: "done" };
  revalidate: { readonly type: "revalidated"; readonly finding: Finding };
  replay: { readonly type: "replayed"; readonly replayed: Replayed };
  time: { readonly type: "timed"; readonly stepMs: number };
  rate: { readonly type: "rated"; readonly flops: number };
  check: Checked;
}
/** A message about one of the runs of a task. */
export type RunReport =
  | { readonly type: "progress"; readonly updates: number }
  | { readonly type: "warning"; readonly message: string }
  | { readonly type: "ended"; readonly state: RunRecord["state"] };
export type FromWorker =
  | Answers[TaskName]
  /** Sent again and again by a worker that is at work. */
  | { readonly type: "alive" }
  /** `run` is the place of the run among the runs of its task. */
  | (RunReport & { readonly run: number })
  | { readonly type: "interrupted" }
  /** An error thrown by the run: the suite's process decides whether to try again. */
  | {
      readonly type: "failed";
      readonly message: string;
      readonly stack: string | null;
      readonly exitCode: number | null;
    };
