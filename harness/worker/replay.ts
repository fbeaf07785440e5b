/** The task "replay": a stored run's first updates once more, hashed after each. Nothing is stored. */
import { setImmediate } from "node:timers/promises";
import type { Training } from "../contract/training.ts";
import type { Engine } from "../engine/engine.ts";
import { eager } from "../engine/program.ts";
import { traced } from "../engine/trace.ts";
import { stateHashes } from "../engine/trail.ts";
import { streamKey } from "../random/seeds.ts";
import { Store } from "../store/store.ts";
import { Interrupted, pause } from "./ends.ts";
import type { TaskContext } from "./handler.ts";
import type { ReplayAsk, Replayed, Task } from "./messages.ts";
import { neededRun } from "./needed-run.ts";
import { suiteOf } from "./probe.ts";

class Found extends Error {
  readonly replayed: Replayed;
  constructor(replayed: Replayed) {
    super();
    this.replayed = replayed;
  }
}

/** Throws Interrupted when told to stop, Error for a run that trains nothing, and whatever the suite throws. */
export async function replay(task: Task<"replay">, { suites, engine, stopping }: TaskContext): Promise<Replayed> {
  const { spec, rootSeed, ask } = task;
  const opened = await engine();
  try {
    await suiteOf(spec, suites).run(spec, {
      engine: opened,
      seed: (purpose) => streamKey(rootSeed, spec.path, purpose),
      needed: () => neededRun(Store.open(task.store, { create: false }), task),
      pause: () => pause(stopping),
      async train(training) {
        throw new Found(await walk(training, opened, ask, stopping));
      },
    });
  } catch (error) {
    if (error instanceof Found) return error.replayed;
    throw error;
  }
  throw new Error(`the run ${spec.path} trains nothing`);
}

async function walk(training: Training, engine: Engine, ask: ReplayAsk, stopping: () => boolean): Promise<Replayed> {
  const program = engine.compile(training.step, training.initialState(), training.data);
  const updates: { update: number; tensors: Record<string, string> }[] = [];
  try {
    if (ask.from === 0) updates.push({ update: 0, tensors: stateHashes(program.read()) });
    const last = Math.min(ask.to, training.updates);
    for (let index = 0; index < last; index++) {
      await training.ready?.(index);
      const one = ask.operations && index + 1 === last ? operationsOf(training, program.read(), index) : undefined;
      const stacked = program.run(() => training.batch(index), training.key(index));
      if (stacked) await stacked;
      if (index + 1 > ask.from) updates.push({ update: index + 1, tensors: stateHashes(program.read()) });
      await setImmediate();
      if (stopping()) throw new Interrupted("stopped in a replay");
      if (one) return { updates, ...one };
    }
    return { updates, operations: [], eagerly: {} };
  } finally {
    program.dispose();
  }
}

/** Of one update from a state, whose own program is not touched. */
function operationsOf(
  training: Training,
  state: ReturnType<Training["initialState"]>,
  index: number,
): Pick<Replayed, "operations" | "eagerly"> {
  const program = eager(training.step, state, training.data);
  try {
    const operations = traced(() => void program.run(() => training.batch(index), training.key(index)));
    return { operations, eagerly: stateHashes(program.read()) };
  } finally {
    program.dispose();
  }
}
