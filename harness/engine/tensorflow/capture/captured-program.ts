/** A training step as a TensorFlow graph: recorded once, then one call into TensorFlow an update. */
import * as tf from "@tensorflow/tfjs-core";
import type { HostState } from "../../host-state.ts";
import { type DeviceData, eager, gathered, hostState, type Program } from "../../program.ts";
import type { Tensors, TrainStep } from "../../step.ts";
import { FLOAT, INT32, integer, type } from "../attributes.ts";
import type { TensorflowBackend } from "../load.ts";
import type { Rewrite } from "./captured-graph.ts";
import { CapturedUpdates } from "./captured-updates.ts";
import type { Compute } from "./entry.ts";
import { CaptureRefused } from "./record.ts";

/**
 * The step as a program that is captured at its first run, whose batch fixes the names, types and shapes of all. Where
 * the step cannot be captured it runs eagerly, and `reason` says why. @param rewrite of what is recorded.
 */
export function compileCaptured(
  backend: TensorflowBackend,
  step: TrainStep,
  initial: HostState,
  data: DeviceData = {},
  rewrite?: Rewrite,
): Program {
  let program = eager(step, initial, data, "it has not run yet");
  let reason: string | undefined;
  let started = false;
  const start = (batch: Tensors, key: readonly [number, number]): void => {
    try {
      const captured = capturedProgram(backend, step, program, batch, key, rewrite);
      program.dispose();
      program = captured;
    } catch (error) {
      if (!(error instanceof CaptureRefused)) throw error;
      reason = `the step cannot be captured: ${error.message}`;
    }
    started = true;
  };
  return {
    get kind() {
      return program.kind;
    },
    get reason() {
      return reason ?? program.reason;
    },
    run(batch, key) {
      if (started) return program.run(batch, key);
      tf.tidy(() => {
        const first = batch();
        start(first, key);
        program.run(() => first, key);
      });
      return undefined;
    },
    ask: (query, inputs) => program.ask(query, inputs),
    metrics: () => program.metrics(),
    state: () => program.state(),
    data: () => program.data(),
    read: () => program.read(),
    dispose: () => program.dispose(),
  };
}

/** Batches of how many sizes a program takes: each is a graph of its own. */
export const SIZES = 4;

const GATHER = [integer("batch_dims", 0), type("Tparams", FLOAT), type("Tindices", INT32), type("Taxis", INT32)];

/** The step as an update: inputs are the batch and the `key`. */
export function updateBy(backend: TensorflowBackend, step: TrainStep): Compute {
  const gather = (x: tf.Tensor, rows: tf.Tensor1D): tf.Tensor =>
    backend.executeSingleOutput("GatherV2", GATHER, [x, rows, tf.scalar(0, "int32")]); // tfjs would read the rows
  return (state, data, { key, ...batch }) => {
    const { state: next, metrics } = step(state, gathered(data, batch, gather), key as tf.Tensor1D);
    return { state: next, values: metrics };
  };
}

/** A batch with its key. Call inside tf.tidy. */
export function withKey(batch: Tensors, key: readonly [number, number]): Tensors {
  if (batch.key) throw new TypeError('captured step: a tensor of the batch is called "key"');
  return { ...batch, key: tf.tensor1d([...key], "int32") };
}

/** Call inside tf.tidy. @param from holds the state to start from; it may be disposed of afterwards. @throws CaptureRefused */
function capturedProgram(
  backend: TensorflowBackend,
  step: TrainStep,
  from: Program,
  batch: Tensors,
  key: readonly [number, number],
  rewrite: Rewrite | undefined,
): Program {
  const updates = new CapturedUpdates(backend, {
    update: updateBy(backend, step),
    state: from.state(),
    data: from.data(),
    example: withKey(batch, key),
    kinds: SIZES,
    rewrite,
  });
  return {
    kind: "captured",
    reason: "the step is a fixed graph",
    run(batch, key) {
      updates.run(() => withKey(batch(), key));
      return undefined;
    },
    ask: (query, inputs) => updates.ask(query, inputs),
    metrics: () => updates.metrics(),
    state: () => updates.state(),
    data: () => updates.data(),
    read: () => hostState(updates.state()),
    dispose: () => updates.dispose(),
  };
}
