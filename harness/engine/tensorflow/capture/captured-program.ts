/** A training step as a TensorFlow graph: recorded once, then one call into TensorFlow an update. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as tf from "@tensorflow/tfjs-core";
import { messageOf } from "../../../errors.ts";
import type { HostState } from "../../../training.ts";
import type { Tensors, TrainStep } from "../../engine.ts";
import { eager, hostState, type Program } from "../../program.ts";
import type { TensorflowBackend } from "../load.ts";
import { firstDifference } from "./fixed.ts";
import { savedModel, TAG } from "./graph-def.ts";
import { CaptureRefused } from "./record.ts";
import { type Entry, recordStep, type StepGraph, stepGraph } from "./step-graph.ts";

/**
 * The step as a program that is captured at its first run, whose batch fixes the shapes of all. Where the step cannot
 * be captured it runs eagerly, and `reason` says why.
 */
export function compileCaptured(backend: TensorflowBackend, step: TrainStep, initial: HostState): Program {
  let program = eager(step, initial, "it has not run yet");
  let reason: string | undefined;
  let started = false;
  const start = (batch: Tensors, key: readonly [number, number]): void => {
    try {
      const captured = capture(backend, step, program.state(), batch, key);
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
    },
    metrics: () => program.metrics(),
    state: () => program.state(),
    read: () => program.read(),
    dispose: () => program.dispose(),
  };
}

/** tf.tidy for results that hold no tensors: tf.tidy itself would search them. */
function scoped<T>(compute: () => T): T {
  let result!: T;
  tf.tidy(() => {
    result = compute();
  });
  return result;
}

let programs = 0;

/** Records the step and loads it as a program that starts from `state`. @throws CaptureRefused */
function capture(
  backend: TensorflowBackend,
  step: TrainStep,
  state: Tensors,
  batch: Tensors,
  key: readonly [number, number],
): Program {
  programs += 1;
  const graph = stepGraph(`program-${programs}`, recordFixed(backend, step, state, batch, key), state, batch);
  const session = new Session(backend, graph);
  for (const done of session.call(graph.initialise, Object.values(state))) done.dispose();
  return capturedProgram(session, graph, Object.keys(state), batch);
}

/** Records the step three times, twice with the same inputs and once with others: all must be the same graph. */
function recordFixed(
  backend: TensorflowBackend,
  step: TrainStep,
  state: Tensors,
  batch: Tensors,
  [low, high]: readonly [number, number],
): ReturnType<typeof recordStep> {
  const recordWith = (inputs: () => Tensors, key: number[]) =>
    scoped(() => recordStep(backend, step, state, inputs(), tf.tensor1d(key, "int32")));
  const first = recordWith(() => batch, [low, high]);
  const again = recordWith(() => batch, [low, high]);
  const differs = firstDifference(first.nodes, again.nodes);
  if (differs) throw new CaptureRefused(`${differs} is not the same when the step runs again on the same inputs`);
  const others = (): Tensors =>
    Object.fromEntries(Object.entries(batch).map(([name, tensor]) => [name, otherValues(tensor)]));
  const other = recordWith(others, [~low, ~high]);
  const depends = firstDifference(first.nodes, other.nodes);
  if (depends) throw new CaptureRefused(`${depends} is not the same for another batch and key`);
  return first;
}

/** A tensor of the same shape and type with other values; integers, which may be indices, stay in their range. */
function otherValues(tensor: tf.Tensor): tf.Tensor {
  const reversed = tf.reshape(tf.reverse(tf.reshape(tensor, [-1])), tensor.shape);
  return tensor.dtype === "float32" ? tf.add(tf.mul(reversed, 0.5), 0.125) : reversed;
}

/** A graph loaded into TensorFlow. Its variables live as long as it does. */
class Session {
  readonly #backend: TensorflowBackend;
  #model: number | undefined;

  /** @throws CaptureRefused when TensorFlow does not take the graph. */
  constructor(backend: TensorflowBackend, { nodes }: StepGraph) {
    this.#backend = backend;
    const folder = mkdtempSync(join(tmpdir(), "captured-step-"));
    try {
      writeFileSync(join(folder, "saved_model.pb"), savedModel(nodes));
      this.#model = backend.binding.loadSavedModel(folder, TAG);
    } catch (error) {
      throw new CaptureRefused(`TensorFlow does not load its graph: ${messageOf(error)}`, { cause: error });
    } finally {
      rmSync(folder, { recursive: true });
    }
  }

  /** The caller disposes of the results; they outlive tf.tidy. */
  call({ feeds, fetches }: Entry, tensors: readonly tf.Tensor[]): tf.Tensor[] {
    if (this.#model === undefined) throw new TypeError("captured step: the program is disposed of");
    const inputs = this.#backend.getInputTensorIds(tensors);
    return this.#backend.binding
      .runSavedModel(this.#model, inputs, feeds.join(), fetches.join())
      .map((metadata) => tf.keep(this.#backend.createOutputTensor(metadata)));
  }

  dispose(): void {
    if (this.#model !== undefined) this.#backend.binding.deleteSavedModel(this.#model);
    this.#model = undefined;
  }
}

/** @param example the batch that the step was recorded with. */
function capturedProgram(session: Session, graph: StepGraph, names: readonly string[], example: Tensors): Program {
  const shapes = Object.entries(example).map(([name, { shape, dtype }]) => ({ name, kind: `${dtype} [${shape}]` }));
  let state: Tensors | undefined; // read from the variables when asked for, kept until they change
  let metrics: tf.Tensor | undefined;
  const release = (): void => {
    tf.dispose([...Object.values(state ?? {}), ...(metrics ? [metrics] : [])]);
    state = undefined;
    metrics = undefined;
  };
  const feedsOf = (batch: Tensors): tf.Tensor[] =>
    shapes.map(({ name, kind }) => {
      const tensor = batch[name];
      const got = tensor && `${tensor.dtype} [${tensor.shape}]`;
      if (got !== kind)
        throw new TypeError(
          `captured step: the batch's "${name}" is ${got ?? "missing"}, in the first batch it was ${kind}`,
        );
      return tensor!;
    });
  const program: Program = {
    kind: "captured",
    reason: "the step is a fixed graph",
    run(batch, key) {
      tf.tidy(() => {
        const [updated] = session.call(graph.update, [...feedsOf(batch()), tf.tensor1d([...key], "int32")]);
        release();
        metrics = updated;
      });
    },
    metrics() {
      const values = metrics?.dataSync() ?? [];
      return Object.fromEntries(metrics ? graph.metrics.map((name, i) => [name, values[i]!]) : []);
    },
    state() {
      if (!state) {
        const tensors = session.call(graph.read, []);
        state = Object.fromEntries(names.map((name, i) => [name, tensors[i]!]));
      }
      return state;
    },
    read: () => hostState(program.state()),
    dispose() {
      release();
      session.dispose();
    },
  };
  return program;
}
