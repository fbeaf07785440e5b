/** What the suite's process and its workers say to each other. */
import type { Provenance, RunRecord, RunSpec } from "../contract/run.ts";
import type { EngineId } from "../engine/engine.ts";
import type { Origin } from "../provenance/provenance.ts";
import type { Finding } from "../store/revalidation.ts";
import type { RunPlace } from "../store/store.ts";
import type { Checked, CheckTask } from "./check-model.ts";
import type { ReplayAsk, Replayed } from "./replay.ts";

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
/** Checks a stored run against today's code. */
export interface RevalidateTask extends Pick<RunTask, "spec" | "key" | "needs" | "store"> {
  readonly type: "revalidate";
}
/** Does a stored run's first updates again, and tells hashes. */
export interface ReplayTask extends Pick<RunTask, "spec" | "needs" | "store"> {
  readonly type: "replay";
  readonly rootSeed: string;
  readonly ask: ReplayAsk;
}
export type ToWorker =
  | { readonly type: "open"; readonly engine: EngineChoice; readonly threads: number }
  /** One run, or several of one model that are stacked. */
  | { readonly type: "run"; readonly runs: readonly RunTask[] }
  | RevalidateTask
  | ReplayTask
  /** Times `updates` steps of a run without storing anything. */
  | {
      readonly type: "time";
      readonly spec: RunSpec;
      /** The run it starts from, of which the state before its first update serves here. */
      readonly needs: RunSpec | null;
      readonly rootSeed: string;
      readonly updates: number;
    }
  /** Times products of matrices: how fast the engine computes. */
  | { readonly type: "rate" }
  /** Looks at a model of a slot without storing anything. */
  | CheckTask
  | { readonly type: "stop" };

export type FromWorker =
  | { readonly type: "ready"; readonly engine: EngineInfo }
  /** Told again and again by a worker that is at work. */
  | { readonly type: "alive" }
  /** Of the runs of one task, `run` is the place of the one that it is about. */
  | { readonly type: "progress"; readonly run: number; readonly updates: number }
  | { readonly type: "warning"; readonly run: number; readonly message: string }
  | { readonly type: "ended"; readonly run: number; readonly state: RunRecord["state"] }
  | { readonly type: "done" }
  | { readonly type: "interrupted" }
  | { readonly type: "revalidated"; readonly finding: Finding }
  | { readonly type: "replayed"; readonly replayed: Replayed }
  | { readonly type: "timed"; readonly stepMs: number }
  | { readonly type: "rated"; readonly flops: number }
  | Checked
  /** An error thrown by the run: the suite's process decides whether to try again. */
  | {
      readonly type: "failed";
      readonly message: string;
      readonly stack: string | null;
      readonly exitCode: number | null;
    };
