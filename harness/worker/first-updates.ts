/** A training's first updates once more, to see whether today's code makes the same bits of them. */
import { setImmediate } from "node:timers/promises";
import type { Training } from "../contract/training.ts";
import type { Engine } from "../engine/engine.ts";
import { stateSha256 } from "../store/checkpoint.ts";

/** Updates after which the state is hashed. */
export const EARLY_UPDATES = 50;

/** SHA-256 of the state after the first updates: 50, or all where fewer are planned. Undefined when told to stop. */
export async function replayEarly(
  training: Training,
  engine: Engine,
  stopping: () => boolean,
): Promise<string | undefined> {
  const program = engine.compile(training.step, training.initialState(), training.data);
  try {
    for (let index = 0; index < Math.min(EARLY_UPDATES, training.updates); index++) {
      await training.ready?.(index);
      program.run(() => training.batch(index), training.key(index));
      await setImmediate();
      if (stopping()) return undefined;
    }
    return stateSha256(program.read());
  } finally {
    program.dispose();
  }
}
