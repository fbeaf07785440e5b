import * as tf from "@tensorflow/tfjs-core";
import type { HostState } from "./host-state.ts";
import type { Query, Tensors, TrainStep } from "./step.ts";

/** A step at work on an engine: it holds the state between updates. */
export interface Program {
  /** Operation by operation, or as one graph. */
  readonly kind: "eager" | "captured";
  /** Why so, in words. */
  readonly reason: string;
  /**
   * One update. `batch` is called inside the step's scope. Where the program has data, the step gets the rows of it that
   * the batch's `rows` (int32 [batch]) tells, under the data's names. A promise only where the update is done together
   * with those of other programs: it resolves when it is done.
   */
  run(batch: () => Tensors, key: readonly [number, number]): Promise<void> | undefined;
  /** What the query makes of the state as it is; the tensors are in the caller's scope. `inputs` is called in one. */
  ask(query: Query, inputs: () => Tensors): Tensors;
  /** Metrics of the latest update. */
  metrics(): Record<string, number>;
  /** The state as tensors; they stay the program's own. */
  state(): Tensors;
  /** The data as tensors; they stay the program's own. */
  data(): Tensors;
  read(): HostState;
  dispose(): void;
}

/** Cases that batches are cut from, kept where the step runs: name → float32 [cases, …], row by row. */
export type DeviceData = HostState;

/** The batch as the step takes it: with the rows of the data that it names. @throws TypeError without `rows`. */
export function gathered(
  data: Tensors,
  batch: Tensors,
  gather: (x: tf.Tensor, rows: tf.Tensor1D) => tf.Tensor = tf.gather,
): Tensors {
  const names = Object.keys(data);
  if (names.length === 0) return batch;
  const { rows, ...rest } = batch;
  if (rows?.dtype !== "int32" || rows.rank !== 1)
    throw new TypeError('training step: a batch of a program with data needs "rows", int32 [batch]');
  return { ...rest, ...Object.fromEntries(names.map((name) => [name, gather(data[name]!, rows as tf.Tensor1D)])) };
}

/** Runs the step eagerly: every engine can. */
export function eager(
  step: TrainStep,
  initial: HostState,
  given: DeviceData = {},
  reason = "every engine can",
): Program {
  const data: Tensors = tensors(given);
  let state: Tensors = tensors(initial);
  let metrics: Tensors = {};
  const release = (held: Tensors, except: Tensors = {}): void => {
    const stay = new Set(Object.values(except));
    for (const t of Object.values(held)) if (!stay.has(t)) t.dispose();
  };
  return {
    kind: "eager",
    reason,
    run(batch, key) {
      const next = tf.tidy(() => {
        const out = step(state, gathered(data, batch()), tf.tensor1d(Int32Array.from(key), "int32"));
        for (const name of Object.keys(state)) if (!out.state[name]) throw missingState(name);
        for (const t of [...Object.values(out.state), ...Object.values(out.metrics)]) tf.keep(t);
        return out;
      }) as unknown as ReturnType<TrainStep>;
      release(state, next.state);
      release(metrics);
      ({ state, metrics } = next);
      return undefined;
    },
    metrics: () => Object.fromEntries(Object.entries(metrics).map(([name, t]) => [name, t.dataSync()[0]!])),
    ask: (query, inputs) => tf.tidy(() => query(state, inputs())),
    state: () => state,
    data: () => data,
    read: () => hostState(state),
    dispose() {
      release(state);
      release(metrics);
      release(data);
      state = {};
      metrics = {};
    },
  };
}

export const missingState = (name: string): TypeError => new TypeError(`training step: the new state lacks "${name}"`);

/** Copies a state to the engine. The caller disposes of it. */
export function tensors(host: HostState): Tensors {
  return Object.fromEntries(
    Object.entries(host).map(([name, { shape, data }]) => [name, tf.tensor(data, [...shape], "float32")]),
  );
}

/** Copies a state to the host. */
export function hostState(state: Tensors): HostState {
  return Object.fromEntries(
    Object.entries(state).map(([name, t]) => [name, { shape: t.shape, data: (t.dataSync() as Float32Array).slice() }]),
  );
}
