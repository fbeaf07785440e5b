import * as tf from "@tensorflow/tfjs-core";
import type { HostState } from "../training.ts";
import type { Tensors, TrainStep } from "./engine.ts";

/** A step at work on an engine: it holds the state between updates. */
export interface Program {
  /** Operation by operation, or as one graph. */
  readonly kind: "eager" | "captured";
  /** Why so, in words. */
  readonly reason: string;
  /** One update. `batch` is called inside the step's scope. */
  run(batch: () => Tensors, key: readonly [number, number]): void;
  /** Metrics of the latest update. */
  metrics(): Record<string, number>;
  /** The state as tensors; they stay the program's own. */
  state(): Tensors;
  read(): HostState;
  dispose(): void;
}

/** Runs the step eagerly: every engine can. */
export function eager(step: TrainStep, initial: HostState, reason = "every engine can"): Program {
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
        const out = step(state, batch(), tf.tensor1d(Int32Array.from(key), "int32"));
        for (const name of Object.keys(state)) if (!out.state[name]) throw missingState(name);
        for (const t of [...Object.values(out.state), ...Object.values(out.metrics)]) tf.keep(t);
        return out;
      }) as unknown as ReturnType<TrainStep>;
      release(state, next.state);
      release(metrics);
      ({ state, metrics } = next);
    },
    metrics: () => Object.fromEntries(Object.entries(metrics).map(([name, t]) => [name, t.dataSync()[0]!])),
    state: () => state,
    read: () => hostState(state),
    dispose() {
      release(state);
      release(metrics);
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
