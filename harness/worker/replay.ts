/** A stored run's first updates once more, with hashes after each, or with what every operation of one update makes. */
import { setImmediate } from "node:timers/promises";
import type { RunSpec } from "../contract/run.ts";
import type { Needed, Suite } from "../contract/suite.ts";
import type { Training } from "../contract/training.ts";
import type { Engine } from "../engine/engine.ts";
import { eager } from "../engine/program.ts";
import type { TracedOperation } from "../engine/trace.ts";
import { traced } from "../engine/trace.ts";
import { stateHashes } from "../engine/trail.ts";
import { streamKey } from "../random/seeds.ts";
import { Interrupted, pause } from "./ends.ts";

export interface ReplayAsk {
  /** Hashes are told after the updates behind this one, up to `to`. */
  readonly from: number;
  readonly to: number;
  /** Whether the operations of update `to` are told. */
  readonly operations: boolean;
}
export interface Replayed {
  readonly updates: readonly { readonly update: number; readonly tensors: Readonly<Record<string, string>> }[];
  /** Of update `to`, done operation by operation from the state before it; empty where they were not asked for. */
  readonly operations: readonly TracedOperation[];
  /** Hashes of the state that those operations make. */
  readonly eagerly: Readonly<Record<string, string>>;
}

export interface Replay {
  readonly suite: Suite;
  readonly spec: RunSpec;
  readonly rootSeed: string;
  readonly engine: Engine;
  readonly ask: ReplayAsk;
  /** The stored run that it starts from. */
  needed(): Needed;
  stopping(): boolean;
}

class Found extends Error {
  readonly replayed: Replayed;
  constructor(replayed: Replayed) {
    super();
    this.replayed = replayed;
  }
}

/** Throws Interrupted when told to stop, Error for a run that trains nothing, and whatever the suite throws. */
export async function replay({ suite, spec, rootSeed, engine, ask, needed, stopping }: Replay): Promise<Replayed> {
  try {
    await suite.run(spec, {
      engine,
      seed: (purpose) => streamKey(rootSeed, spec.path, purpose),
      needed,
      pause: () => pause(stopping),
      async train(training) {
        throw new Found(await walk(training, engine, ask, stopping));
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
