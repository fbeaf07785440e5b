/** Records what a function of tensors does at the binding, while it runs eagerly, as nodes of a graph. */
import type * as tf from "@tensorflow/tfjs-core";
import { changeInPlace } from "../in-place.ts";
import type { Binding, InPlaceChange, OpAttribute, TensorflowBackend, TensorMetadata } from "../load.ts";
import { attr, attrOf, type Node } from "./graph-def.ts";
import { StandIns } from "./stand-ins.ts";

/** Why a step cannot be replayed as a graph. Whoever catches it runs the step eagerly instead. */
export class CaptureRefused extends Error {
  override readonly name = "CaptureRefused";
}

/** A node, or an operation that changes what tensors hold: its first inputs are to be variables that hold `targets`. */
export interface RecordedNode extends Node {
  readonly targets?: readonly Reference[];
}

/** Output `index` of a node. */
export const outputOf = (node: string, index: number): Reference => (index === 0 ? node : `${node}:${index}`);

/** What target `index` of an operation holds after it. */
export const changed = (node: string, index: number): Reference => `${node}/changed/${index}`;

/** What is known of a value before any step runs. */
export interface KnownValue {
  readonly shape: readonly number[];
  readonly type: number;
  /** The bytes of a constant. */
  readonly constant?: Uint8Array;
}

export interface Recording<Outputs> {
  /** In the order of execution. */
  readonly nodes: readonly RecordedNode[];
  /** Of all that is given, and of all that the nodes make. */
  readonly values: ReadonlyMap<Reference, KnownValue>;
  readonly outputs: Outputs;
}

/** What a node's input or a fetched output is called: "node" or "node:output". */
export type Reference = string;

/**
 * Runs `compute` and records it. Whatever it uses must be made in it or be `given`, tensors by the reference that
 * stands for them; values from JavaScript become constants. `compute` is handed a function that tells the reference of
 * a tensor; it must look at shapes alone: large results are stand-ins without values. @param nodesBefore what the nodes' numbers begin at. @throws CaptureRefused
 */
export function record<Outputs>(
  backend: TensorflowBackend,
  given: Iterable<readonly [Reference, tf.Tensor]>,
  nodesBefore: number,
  compute: (referenceOf: (tensor: tf.Tensor) => Reference) => Outputs,
): Recording<Outputs> {
  const recorder = new Recorder(nodesBefore);
  const handleOf = (tensor: tf.Tensor): number => backend.getInputTensorIds([tensor])[0]!;
  for (const [reference, tensor] of given)
    recorder.give(handleOf(tensor), reference, { type: dataType(backend, tensor), shape: tensor.shape });
  const outputs = watched(backend, recorder, () =>
    compute((tensor) => recorder.input(handleOf(tensor), "the result").reference),
  );
  recorder.throwIfRefused();
  return { nodes: recorder.nodes, values: recorder.known, outputs };
}

const dataType = (backend: TensorflowBackend, tensor: tf.Tensor): number => backend.getDTypeInteger(tensor.dtype);

/** Runs `compute` with the recorder between the backend and its binding. */
function watched<T>(backend: TensorflowBackend, recorder: Recorder, compute: () => T): T {
  const { binding, readSync } = backend;
  const standIns = new StandIns(binding);
  // The binding's functions do not use `this`, so that an object that inherits from it serves as well.
  backend.binding = Object.create(binding, {
    executeOp: {
      value: ((op, attributes, inputs, count) => {
        const outputs = standIns.replace(binding.executeOp(op, attributes, inputs, count));
        recorder.operation(op, attributes, inputs, outputs);
        return outputs;
      }) satisfies Binding["executeOp"],
    },
    createTensor: {
      value: ((shape, type, values) => {
        const handle = binding.createTensor(shape, type, values);
        recorder.constant(handle, shape, type, values);
        return handle;
      }) satisfies Binding["createTensor"],
    },
    changeInPlace: {
      value: ((change) => {
        const outputs = standIns.replace(changeInPlace(binding, change));
        recorder.change(change, outputs);
        return outputs;
      }) satisfies Binding["changeInPlace"],
    },
  });
  backend.readSync = (dataId) => {
    const { id, values } = backend.tensorMap.get(dataId);
    recorder.read(values === null ? id : undefined);
    return readSync.call(backend, dataId);
  };
  try {
    return compute();
  } finally {
    backend.binding = binding;
    backend.readSync = readSync;
    standIns.dispose();
  }
}

interface Value {
  readonly reference: Reference;
  readonly type: number;
}

/** Refusals are noted and recording goes on: the step's own code is not disturbed. */
class Recorder {
  readonly nodes: RecordedNode[] = [];
  readonly known = new Map<Reference, KnownValue>();
  readonly #values = new Map<number, Value>();
  readonly #refusals: string[] = [];
  readonly #nodesBefore: number;

  constructor(nodesBefore: number) {
    this.#nodesBefore = nodesBefore;
  }

  throwIfRefused(): void {
    const [first] = this.#refusals;
    if (first !== undefined) throw new CaptureRefused(first);
  }

  give(handle: number, reference: Reference, known: KnownValue): void {
    const twin = this.#values.get(handle);
    if (twin) this.#refusals.push(`${twin.reference} and ${reference} are one and the same tensor`);
    this.#set(handle, reference, known);
  }

  #set(handle: number, reference: Reference, known: KnownValue): void {
    this.#values.set(handle, { reference, type: known.type });
    this.known.set(reference, known);
  }

  input(handle: number, user: string): Value {
    const known = this.#values.get(handle);
    if (!known) this.#refusals.push(`${user} is or takes a tensor that was made outside the step`);
    return known ?? { reference: "unknown", type: 0 };
  }

  constant(handle: number, shape: readonly number[], type: number, values: unknown): void {
    const name = this.#name("Const");
    if (!ArrayBuffer.isView(values)) {
      this.#refusals.push(`${name} holds values of a kind that is not written here (data type ${type})`);
      return;
    }
    const content = new Uint8Array(values.buffer, values.byteOffset, values.byteLength).slice();
    this.nodes.push({
      name,
      op: "Const",
      inputs: [],
      attributes: { dtype: attr.type(type), value: attr.tensor(type, shape, content) },
    });
    this.#set(handle, name, { type, shape, constant: content });
  }

  operation(
    op: string,
    attributes: readonly OpAttribute[],
    inputs: readonly number[],
    outputs: readonly TensorMetadata[],
  ): void {
    const name = this.#name(op);
    if (HIDDEN_STATE.test(op)) this.#refusals.push(`${name} draws from a generator that is not in the state`);
    const values = inputs.map((handle) => this.input(handle, name));
    const stated = Object.fromEntries(attributes.map((attribute) => [attribute.name, attrOf(attribute)]));
    const inferred = Object.entries(INFERRED[op] ?? {}).map(([attribute, index]) => [
      attribute,
      attr.type(values[index]!.type),
    ]);
    this.nodes.push({
      name,
      op,
      inputs: values.map(({ reference }) => reference),
      attributes: { ...Object.fromEntries(inferred), ...stated },
    });
    outputs.forEach(({ id, dtype, shape }, i) => {
      this.#set(id, outputOf(name, i), { type: dtype, shape });
    });
  }

  change({ op, attributes, targets, inputs }: InPlaceChange, outputs: readonly TensorMetadata[]): void {
    const name = this.#name(op);
    const referenceOf = (handle: number): Reference => this.input(handle, name).reference;
    this.nodes.push({
      name,
      op,
      targets: targets.map(({ handle }) => referenceOf(handle)),
      inputs: inputs.map(referenceOf),
      attributes: Object.fromEntries(attributes.map((attribute) => [attribute.name, attrOf(attribute)])),
    });
    outputs.forEach(({ id, dtype, shape }, i) => {
      this.#set(id, changed(name, i), { type: dtype, shape });
    });
  }

  /** JavaScript reads a tensor; one without a handle has not left JavaScript. */
  read(handle: number | undefined): void {
    const what = (handle !== undefined && this.#values.get(handle)?.reference) || "a tensor";
    this.#refusals.push(`${what} is read by JavaScript in the middle of the step`);
  }

  #name(op: string): string {
    return `${op}_${this.#nodesBefore + this.nodes.length}`;
  }
}

/** Random operations with a state of their own: replayed, they would draw other numbers than eagerly. */
const HIDDEN_STATE = /^(Random|TruncatedNormal|ParameterizedTruncatedNormal|Multinomial)/;

/**
 * Type attributes that eager execution infers from an input and a graph must state: op → attribute → input. Of the
 * operations of tfjs-node 4.22 only this one leaves such an attribute out.
 */
const INFERRED: Readonly<Record<string, Readonly<Record<string, number>>>> = { ExpandDims: { T: 0 } };
