/** A training step as a TensorFlow graph: recorded once, then one call into TensorFlow an update. */
import * as tf from "@tensorflow/tfjs-core";
import type { HostState } from "../../../training.ts";
import type { Query, Tensors, TrainStep } from "../../engine.ts";
import { type DeviceData, eager, gathered, hostState, type Program } from "../../program.ts";
import { FLOAT, INT32, integer, type } from "../attributes.ts";
import type { TensorflowBackend } from "../load.ts";
import { CapturedGraph, type Question } from "./captured-graph.ts";
import type { Computed } from "./entry.ts";
import { CaptureRefused } from "./record.ts";

/**
 * The step as a program that is captured at its first run, whose batch fixes the names, types and shapes of all. Where
 * the step cannot be captured it runs eagerly, and `reason` says why.
 */
export function compileCaptured(
  backend: TensorflowBackend,
  step: TrainStep,
  initial: HostState,
  data: DeviceData = {},
): Program {
  let program = eager(step, initial, data, "it has not run yet");
  let reason: string | undefined;
  let started = false;
  const start = (batch: Tensors, key: readonly [number, number]): void => {
    try {
      const captured = capturedProgram(backend, step, program, batch, key);
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
    ask: (query, inputs) => program.ask(query, inputs),
    metrics: () => program.metrics(),
    state: () => program.state(),
    data: () => program.data(),
    read: () => program.read(),
    dispose: () => program.dispose(),
  };
}

/** Batches of how many sizes a program takes: each is a graph of its own. */
const SIZES = 4;

const GATHER = [integer("batch_dims", 0), type("Tparams", FLOAT), type("Tindices", INT32), type("Taxis", INT32)];

/** @param from holds the state to start from; it may be disposed of afterwards. @throws CaptureRefused */
function capturedProgram(
  backend: TensorflowBackend,
  step: TrainStep,
  from: Program,
  example: Tensors,
  exampleKey: readonly [number, number],
): Program {
  const names = Object.keys(from.state());
  const update = (state: Tensors, data: Tensors, { key, ...batch }: Tensors): Computed => {
    const { state: next, metrics } = step(state, gathered(data, batch, gather), key as tf.Tensor1D);
    return { state: next, values: metrics };
  };
  const gather = (x: tf.Tensor, rows: tf.Tensor1D): tf.Tensor =>
    backend.executeSingleOutput("GatherV2", GATHER, [x, rows, tf.scalar(0, "int32")]); // tfjs would read the rows
  const graph = new CapturedGraph(backend, from.state(), from.data());
  const updates = new Map<string, Question>();
  const queries = new Map<Query, Map<string, Question | CaptureRefused>>();
  const kinds = batchKinds(example);
  let state: Tensors | undefined; // read from the variables when asked for, kept until they change
  let metrics: { readonly names: readonly string[]; readonly tensor: tf.Tensor } | undefined;
  const release = (): void => {
    tf.dispose([...Object.values(state ?? {}), ...(metrics ? [metrics.tensor] : [])]);
    state = undefined;
    metrics = undefined;
  };
  /** The graph of batches of this one's size; made when there is none. */
  const updateOf = (inputs: Tensors): Question => {
    const { key, ...batch } = inputs;
    const known = updates.get(signature(batch));
    if (known) return known;
    assertSameKind(kinds, batch);
    if (updates.size === SIZES)
      throw new TypeError(
        `captured step: a batch is ${signature(batch)}; batches of ${SIZES} other sizes came before: ${[...updates.keys()].join("; ")}`,
      );
    const question = graph.add(update, inputs, "numbers");
    updates.set(signature(batch), question);
    return question;
  };
  try {
    tf.tidy(() => {
      updateOf({ ...example, key: tf.tensor1d([...exampleKey], "int32") });
    });
  } catch (error) {
    graph.dispose();
    throw error;
  }
  const program: Program = {
    kind: "captured",
    reason: "the step is a fixed graph",
    run(batch, key) {
      tf.tidy(() => {
        const given = batch();
        if (given.key) throw new TypeError('captured step: a tensor of the batch is called "key"');
        const inputs = { ...given, key: tf.tensor1d([...key], "int32") };
        const question = updateOf(inputs);
        const [numbers] = graph.call(question, inputs);
        release();
        metrics = { names: question.values, tensor: numbers! };
      });
    },
    ask(query, inputs) {
      return tf.tidy(() => {
        const given = inputs();
        const known = queries.get(query) ?? new Map<string, Question | CaptureRefused>();
        queries.set(query, known);
        let question = known.get(signature(given));
        if (!question) {
          question = graph.tryToAdd((state, _, inputs) => ({ state, values: query(state, inputs) }), given, "tensors");
          known.set(signature(given), question);
        }
        if (question instanceof CaptureRefused) return query(program.state(), given);
        return graph.answer(question, given);
      });
    },
    metrics() {
      const values = metrics?.names.length ? metrics.tensor.dataSync() : [];
      return Object.fromEntries((metrics?.names ?? []).map((name, i) => [name, values[i]!]));
    },
    state() {
      if (!state) {
        const tensors = graph.read();
        state = Object.fromEntries(names.map((name, i) => [name, tensors[i]!]));
      }
      return state;
    },
    data: () => graph.data,
    read: () => hostState(program.state()),
    dispose() {
      release();
      graph.dispose();
    },
  };
  return program;
}

const kindOf = ({ dtype, shape }: tf.Tensor): string => `${dtype} [${shape}]`;
const signature = (tensors: Tensors): string =>
  Object.entries(tensors)
    .map(([name, tensor]) => `${name} ${kindOf(tensor)}`)
    .join(", ") || "nothing";

interface Kind {
  readonly name: string;
  readonly dtype: string;
  /** Shape of one case: without the size of the batch. */
  readonly of: readonly number[];
  readonly kind: string;
}
const batchKinds = (batch: Tensors): Kind[] =>
  Object.entries(batch).map(([name, tensor]) => ({
    name,
    dtype: tensor.dtype,
    of: tensor.shape.slice(1),
    kind: kindOf(tensor),
  }));

/** Batches may differ in their size alone. */
function assertSameKind(kinds: readonly Kind[], batch: Tensors): void {
  for (const { name, dtype, of, kind } of kinds) {
    const got = batch[name];
    if (!got || got.dtype !== dtype || String(got.shape.slice(1)) !== String(of))
      throw new TypeError(
        `captured step: the batch's "${name}" is ${got ? kindOf(got) : "missing"}, in the first batch it was ${kind}`,
      );
  }
  const extra = Object.keys(batch).find((name) => !kinds.some((kind) => kind.name === name));
  if (extra !== undefined) throw new TypeError(`captured step: the batch's "${extra}" was not in the first batch`);
}
