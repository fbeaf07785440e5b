/** The task "run": one run, or several that are stacked, each under its own lock. */
import { setTimeout } from "node:timers/promises";
import type { Engine, StackPlace } from "../engine/engine.ts";
import { acquireLock, type Lock } from "../files/lock.ts";
import { isResult, Store } from "../store/store.ts";
import { Interrupted } from "./ends.ts";
import type { TaskContext } from "./handler.ts";
import type { RunReport, RunTask } from "./messages.ts";
import { performRun, type RunAtWork } from "./perform-run.ts";
import { suiteOf } from "./probe.ts";

/**
 * Does runs at the same time, stacked where there are several. All have ended when it resolves or throws; one that fails
 * leaves the stack, and the others go on. Throws the first error that is not Interrupted, else Interrupted.
 */
export async function takeRuns(tasks: readonly RunTask[], context: TaskContext): Promise<void> {
  const { suites, stopping, tell } = context;
  const engine = await context.engine();
  const places = tasks.length > 1 ? stackOf(engine, tasks.length) : [];
  const ends = await Promise.allSettled(
    tasks.map(async (task, run) => {
      const place = places[run];
      const compile = place?.compile ?? engine.compile;
      const report = (message: RunReport): Promise<void> => tell({ ...message, run });
      const alive = (): Promise<void> => tell({ type: "alive" });
      try {
        await takeRun({ suite: suiteOf(task.spec, suites), task, engine, compile, stopping, report, alive });
      } finally {
        place?.leave();
      }
    }),
  );
  const errors = ends.flatMap((end) => (end.status === "rejected" ? [end.reason] : []));
  if (errors.length > 0) throw errors.find((error) => !(error instanceof Interrupted)) ?? errors[0];
}

function stackOf(engine: Engine, places: number): readonly StackPlace[] {
  if (!engine.stack) throw new TypeError(`the engine was not opened for stacked runs: its class is ${engine.class}`);
  return engine.stack(places);
}

interface GivenRun extends Omit<RunAtWork, "store" | "place"> {
  /** Tells that the worker does not hang. */
  alive(): Promise<void>;
}

/**
 * Does a run unless it is done. One process at a time is at a run: the worker of a suite that was killed goes on until it
 * notices, and its record and checkpoint would collide with those of the next one.
 */
async function takeRun(given: GivenRun): Promise<void> {
  const { task, engine, report } = given;
  const store = Store.open(task.store, { create: false });
  const place = { spec: task.spec, key: task.key, engineClass: engine.class };
  const lock = await lockRun(store.path(place), given);
  try {
    const stored = store.read(place)?.record;
    if (stored && isResult(stored)) return await report({ type: "ended", state: stored.state });
    store.removeUnfinished(place);
    await performRun({ ...given, store, place });
  } finally {
    await lock.release();
  }
}

/** How long a run may be held by another process before a person is told. */
const TELL_OF_WAIT_MS = 2_000;

async function lockRun(path: string, { stopping, report, alive }: GivenRun): Promise<Lock> {
  const start = performance.now();
  for (let told = false; ; ) {
    const lock = await acquireLock(path, "a run of a suite");
    if ("release" in lock) return lock;
    if (stopping()) throw new Interrupted("stopped before the first update");
    if (!told && performance.now() - start > TELL_OF_WAIT_MS) {
      told = true;
      await report({ type: "warning", message: `waiting for process ${lock.heldBy.pid}, which is still at this run` });
    }
    await alive(); // the other one is at work for it
    await setTimeout(50);
  }
}
