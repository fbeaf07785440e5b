/** One thing that a graph does with the variables: an update, or the answer to a query. */
import * as tf from "@tensorflow/tfjs-core";
import { missingState } from "../../program.ts";
import type { Tensors } from "../../step.ts";
import type { TensorflowBackend } from "../load.ts";
import { type Call, constant, dataTypeOf, nodeName, output, placeholder } from "./call.ts";
import { firstDifference } from "./fixed.ts";
import { attr, DataType, type Node } from "./graph-def.ts";
import type { Held } from "./held.ts";
import { CaptureRefused, type Recording, type Reference, record } from "./record.ts";
import type { Outputs } from "./state-nodes.ts";
import { stateNodes } from "./state-nodes.ts";

/** What a computation makes of the variables and its inputs. */
export interface Computed {
  /** What the state is afterwards. */
  readonly state: Tensors;
  readonly values: Tensors;
}
export type Compute = (state: Tensors, data: Tensors, inputs: Tensors) => Computed;

/** A recorded computation. */
export interface Entry {
  readonly index: number;
  /** In the order of the feeds. */
  readonly inputs: readonly { readonly node: string; readonly tensor: tf.Tensor }[];
  readonly answer: Answer;
  /** Names of the values, in the order of the fetches or of the vector. */
  readonly values: readonly string[];
  readonly recording: Recording<Outputs>;
}
/** How values are fetched: float32 numbers as one vector, or tensor by tensor. */
export type Answer = "numbers" | "tensors";

/** A computation that is to be recorded. */
export interface ToRecord {
  /** Its place among the entries of the program, which names its nodes. */
  readonly index: number;
  /** Number of nodes before it: theirs are told apart by number. */
  readonly nodesBefore: number;
  readonly inputs: Tensors;
  /** Inputs of the same shapes and types with other values. */
  otherInputs(): Tensors;
  readonly compute: Compute;
  readonly answer: Answer;
}

/**
 * Runs the computation three times, twice with the same inputs and once with others, and records it: all must be the same
 * graph. Nothing that it makes survives. @throws CaptureRefused
 */
export function recordEntry(
  backend: TensorflowBackend,
  state: readonly Held[],
  data: readonly Held[],
  { index, nodesBefore, inputs, otherInputs, compute, answer }: ToRecord,
): Entry {
  const nodeOf = (name: string, i: number): string => nodeName(index === 0 ? "batch" : `inputs-${index}`, name, i);
  let names: readonly string[] = [];
  const once = (given: () => Tensors): Recording<Outputs> =>
    scoped(() => {
      const values = given();
      const references: [Reference, tf.Tensor][] = [...state, ...data].map(({ read, tensor }) => [read, tensor]);
      Object.entries(values).forEach(([name, tensor], i) => {
        references.push([nodeOf(name, i), tensor]);
      });
      return record(backend, references, nodesBefore, (referenceOf) => {
        const out = compute(tensorsOf(state), tensorsOf(data), values);
        assertSameState(state, out.state);
        if (answer === "numbers") assertNumbers(out.values);
        names = Object.keys(out.values);
        return {
          state: Object.fromEntries(Object.entries(out.state).map(([name, tensor]) => [name, referenceOf(tensor)])),
          values: Object.values(out.values).map((tensor) => ({
            reference: referenceOf(tensor),
            type: dataTypeOf(tensor),
          })),
        };
      });
    });
  const recording = once(() => inputs);
  const differs = firstDifference(recording.nodes, once(() => inputs).nodes);
  if (differs) throw new CaptureRefused(`${differs} is not the same when the step runs again on the same inputs`);
  const depends = firstDifference(recording.nodes, once(otherInputs).nodes);
  if (depends) throw new CaptureRefused(`${depends} is not the same for another batch and key`);
  const nodes = Object.entries(inputs).map(([name, tensor], i) => ({ node: nodeOf(name, i), tensor }));
  return { index, inputs: nodes, answer, values: names, recording };
}

const tensorsOf = (parts: readonly Held[]): Tensors =>
  Object.fromEntries(parts.map(({ name, tensor }) => [name, tensor]));

/** tf.tidy for results that hold no tensors: tf.tidy itself would search them. */
function scoped<T>(compute: () => T): T {
  let result!: T;
  tf.tidy(() => {
    result = compute();
  });
  return result;
}

/** A variable keeps its shape and type, and there is one for each name of the initial state. */
function assertSameState(before: readonly Held[], after: Tensors): void {
  for (const { name, tensor: was } of before) {
    const is = after[name];
    if (!is) throw missingState(name);
    if (String(is.shape) !== String(was.shape) || is.dtype !== was.dtype)
      throw new CaptureRefused(
        `state ${name} is ${was.dtype} [${was.shape}] before the step and ${is.dtype} [${is.shape}] after it`,
      );
  }
  const extra = Object.keys(after).find((name) => !before.some((part) => part.name === name));
  if (extra !== undefined) throw new CaptureRefused(`state ${extra} is not in the initial state`);
}

function assertNumbers(values: Tensors): void {
  for (const [name, { shape, dtype }] of Object.entries(values))
    if (shape.length > 0 || dtype !== "float32")
      throw new CaptureRefused(`metric ${name} is ${dtype} [${shape}], not a float32 number`);
}

/** The entry's nodes, and the call that does it. Feeds: its inputs. @throws CaptureRefused */
export function entryGraph(
  { index, inputs, answer, recording }: Entry,
  state: readonly Held[],
): { readonly nodes: readonly Node[]; readonly call: Call } {
  const feeds = inputs.map(({ node, tensor }) => placeholder(node, dataTypeOf(tensor), tensor.shape));
  const { nodes, effects } = stateNodes(`assign-${index}`, recording, state);
  const { values } = recording.outputs;
  const answers =
    answer === "numbers"
      ? [vector(`numbers-${index}`, values, effects)]
      : values.map(({ reference, type }, i) => identity(`answer-${index}/${i}`, reference, type, effects));
  return {
    nodes: [...feeds, ...nodes, ...answers],
    call: { feeds: inputs.map(({ node }) => output(node)), fetches: answers.map(({ name }) => output(name)) },
  };
}

/** Numbers as one vector, there once the state is in its variables: one fetch for all. */
function vector(name: string, values: Outputs["values"], effects: readonly string[]): Node {
  if (values.length === 0) return constant(name, effects);
  return {
    name,
    op: "Pack",
    inputs: [...values.map(({ reference }) => reference), ...effects],
    attributes: { N: attr.integer(values.length), T: attr.type(DataType.float32) },
  };
}

/** A value under a name of its own: what is fed cannot be fetched. */
const identity = (name: string, value: Reference, type: number, effects: readonly string[]): Node => ({
  name,
  op: "Identity",
  inputs: [value, ...effects],
  attributes: { T: attr.type(type) },
});
