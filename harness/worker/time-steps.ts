/** The task "time": how long a step of a run takes. */
import { setImmediate } from "node:timers/promises";
import type { Training } from "../contract/training.ts";
import type { Engine } from "../engine/engine.ts";
import { Interrupted } from "./ends.ts";
import type { TaskContext } from "./handler.ts";
import type { Task } from "./messages.ts";
import { probe } from "./probe.ts";

/** Steps are timed no longer than this where they are slow; one of them in any case. */
const LONG_ENOUGH_MS = 10_000;

/** Steps that do not count; one alone, where it takes half of that time. It is recorded, which takes several times a step. */
const WARM_UP = 3;

/**
 * Milliseconds that a step of a run takes: the median of the first `updates` steps after the warm-up, or of fewer where the
 * run has fewer or they take long. Throws Interrupted when told to stop.
 */
export async function timeSteps(
  { spec, needs, rootSeed, updates }: Task<"time">,
  context: TaskContext,
): Promise<number> {
  const engine = await context.engine();
  const probed = { suites: context.suites, spec, needs, rootSeed, engine };
  const times = await probe(probed, (training) => stepTimes(training, engine, updates, context.stopping));
  return times.sort((a, b) => a - b)[times.length >> 1]!;
}

async function stepTimes(
  training: Training,
  engine: Engine,
  updates: number,
  stopping: () => boolean,
): Promise<number[]> {
  const times: number[] = [];
  const began = performance.now();
  const program = engine.compile(training.step, training.initialState(), training.data);
  try {
    const most = Math.min(updates + WARM_UP, training.updates);
    let first = Math.min(WARM_UP, most - 1);
    for (let i = 0; i < most; i++) {
      await training.ready?.(i);
      const start = performance.now();
      program.run(() => training.batch(i), training.key(i));
      program.metrics();
      const [now, elapsed] = [performance.now(), performance.now() - began];
      if (i >= first) times.push(now - start);
      else if (elapsed > LONG_ENOUGH_MS / 2) first = i + 1;
      if (times.length >= 1 && elapsed > LONG_ENOUGH_MS) break;
      await setImmediate();
      if (stopping()) throw new Interrupted("stopped while timing");
    }
  } finally {
    program.dispose();
  }
  return times;
}
