/** A run up to its training: to time its steps, or to see the state it begins with. Nothing is stored. */
import { setImmediate } from "node:timers/promises";
import type { RunSpec } from "../contract/run.ts";
import type { Needed, Suite } from "../contract/suite.ts";
import type { Training } from "../contract/training.ts";
import type { Engine } from "../engine/engine.ts";
import { streamKey } from "../random/seeds.ts";

export interface Probe {
  readonly suites: readonly Suite[];
  readonly spec: RunSpec;
  /** The run that it starts from: the state before that one's first update serves. */
  readonly needs: RunSpec | null;
  readonly rootSeed: string;
  readonly engine: Engine;
}

export function suiteOf(spec: RunSpec, suites: readonly Suite[]): Suite {
  const suite = suites.find((s) => s.id === spec.suite);
  if (!suite) throw new Error(`no suite "${spec.suite}"`);
  return suite;
}

/** Hands the training of a run to `use`. Throws Error for a run that trains nothing. */
export async function probe<T>(
  { suites, spec, needs, rootSeed, engine }: Probe,
  use: (training: Training) => T | Promise<T>,
): Promise<T> {
  const needed =
    needs &&
    ({
      spec: needs,
      weights: await probe({ suites, spec: needs, needs: null, rootSeed, engine }, (t) => t.initialState()),
    } satisfies Needed);
  class Found extends Error {
    readonly value: T;
    constructor(value: T) {
      super();
      this.value = value;
    }
  }
  try {
    await suiteOf(spec, suites).run(spec, {
      engine,
      seed: (purpose) => streamKey(rootSeed, spec.path, purpose),
      needed: () => {
        if (!needed) throw new TypeError(`the run ${spec.path} starts from no other one`);
        return needed;
      },
      pause: () => setImmediate(),
      rehearsed: true,
      async train(training) {
        throw new Found(await use(training));
      },
    });
  } catch (error) {
    if (error instanceof Found) return error.value;
    throw error;
  }
  throw new Error(`the run ${spec.path} trains nothing`);
}
