/** The graph of a training step: its state in variables, its recorded operations, and three things to ask of it. */
import type * as tf from "@tensorflow/tfjs-core";
import type { Tensors, TrainStep } from "../../engine.ts";
import { missingState } from "../../program.ts";
import type { TensorflowBackend } from "../load.ts";
import { attr, DataType, type Node } from "./graph-def.ts";
import { CaptureRefused, type Recording, type Reference, record } from "./record.ts";

/** What the step makes, by the references of its tensors. */
interface StepOutputs {
  readonly state: Readonly<Record<string, Reference>>;
  readonly metrics: Readonly<Record<string, Reference>>;
}

/** Feeds and fetches of one call of the graph, as "node:output". */
export interface Entry {
  readonly feeds: readonly string[];
  readonly fetches: readonly string[];
}

export interface StepGraph {
  readonly nodes: readonly Node[];
  /** Sets the variables. Feeds: the state's tensors. Fetches one number that means nothing. */
  readonly initialise: Entry;
  /** One update. Feeds: the batch's tensors, then the key. Fetches the metrics as one vector. */
  readonly update: Entry;
  /** Reads the variables. Fetches the state's tensors. */
  readonly read: Entry;
  readonly metrics: readonly string[];
}

const KEY = "key";
const UPDATED = "updated";
const INITIALISED = "initialised";

/** A name of the step's own in the alphabet of node names; the index keeps it unique. */
const nodeName = (folder: string, name: string, index: number): string =>
  `${folder}/${index}/${name.replace(/[^A-Za-z0-9_./-]/g, "_")}`;

/** The four nodes of one part of the state. */
const stateNodes = (name: string, index: number) => ({
  variable: nodeName("variable", name, index),
  read: nodeName("read", name, index),
  initial: nodeName("initial", name, index),
  initialise: nodeName("initialise", name, index),
});
const feedNode = (name: string, index: number): string => nodeName("batch", name, index);

/** Runs the step once, eagerly, and records it. Nothing that it makes survives. @throws CaptureRefused */
export function recordStep(
  backend: TensorflowBackend,
  step: TrainStep,
  state: Tensors,
  batch: Tensors,
  key: tf.Tensor1D,
): Recording<StepOutputs> {
  const given = new Map<Reference, tf.Tensor>();
  Object.entries(state).forEach(([name, tensor], i) => {
    given.set(stateNodes(name, i).read, tensor);
  });
  Object.entries(batch).forEach(([name, tensor], i) => {
    given.set(feedNode(name, i), tensor);
  });
  given.set(KEY, key);
  return record(backend, given, (referenceOf) => {
    const out = step(state, batch, key);
    assertSameState(state, out.state);
    for (const [name, { shape, dtype }] of Object.entries(out.metrics))
      if (shape.length > 0 || dtype !== "float32")
        throw new CaptureRefused(`metric ${name} is ${dtype} [${shape}], not a float32 number`);
    const references = (tensors: Tensors) =>
      Object.fromEntries(Object.entries(tensors).map(([name, tensor]) => [name, referenceOf(tensor)]));
    return { state: references(out.state), metrics: references(out.metrics) };
  });
}

/** A variable keeps its shape and type, and there is one for each name of the initial state. */
function assertSameState(before: Tensors, after: Tensors): void {
  for (const [name, was] of Object.entries(before)) {
    const is = after[name];
    if (!is) throw missingState(name);
    if (String(is.shape) !== String(was.shape) || is.dtype !== was.dtype)
      throw new CaptureRefused(
        `state ${name} is ${was.dtype} [${was.shape}] before the step and ${is.dtype} [${is.shape}] after it`,
      );
  }
  const extra = Object.keys(after).find((name) => !before[name]);
  if (extra !== undefined) throw new CaptureRefused(`state ${extra} is not in the initial state`);
}

/** @param program names the variables' owner: programs of one process share nothing. */
export function stepGraph(
  program: string,
  { nodes: recorded, outputs }: Recording<StepOutputs>,
  state: Tensors,
  batch: Tensors,
): StepGraph {
  const parts = Object.entries(state).map(([name, tensor], i) => ({ name, tensor, ...stateNodes(name, i) }));
  const feeds = Object.keys(batch).map(feedNode);
  const reads = parts.map(({ read }) => read);
  const variables = parts.flatMap(({ tensor, variable, read, initial, initialise }): Node[] => {
    const dtype = attr.type(DataType.float32);
    const shape = attr.shape(tensor.shape);
    const owned = { container: attr.text(""), shared_name: attr.text(`${program}/${variable}`) };
    return [
      { name: variable, op: "VarHandleOp", inputs: [], attributes: { dtype, shape, ...owned } },
      { name: read, op: "ReadVariableOp", inputs: [variable], attributes: { dtype } },
      placeholder(initial, DataType.float32, tensor.shape),
      { name: initialise, op: "AssignVariableOp", inputs: [variable, initial], attributes: { dtype } },
    ];
  });
  const inputs = Object.values(batch).map((tensor, i) => placeholder(feeds[i]!, dataTypeOf(tensor), tensor.shape));
  const assigns = parts
    .filter(({ name, read }) => outputs.state[name] !== read) // what the step hands through stays
    .map(
      ({ name, variable }, i): Node => ({
        name: nodeName("assign", name, i),
        op: "AssignVariableOp",
        // No variable changes before every one is read.
        inputs: [variable, outputs.state[name]!, ...reads.map(after)],
        attributes: { dtype: attr.type(DataType.float32) },
      }),
    );
  const metrics = Object.keys(outputs.metrics);
  return {
    nodes: [
      ...variables,
      one(
        INITIALISED,
        parts.map(({ initialise }) => initialise),
      ),
      ...inputs,
      placeholder(KEY, DataType.int32, [2]),
      ...recorded,
      ...assigns,
      updated(
        Object.values(outputs.metrics),
        assigns.map(({ name }) => name),
      ),
    ],
    initialise: { feeds: parts.map(({ initial }) => output(initial)), fetches: [output(INITIALISED)] },
    update: { feeds: [...feeds, KEY].map(output), fetches: [output(UPDATED)] },
    read: { feeds: [], fetches: reads.map(output) },
    metrics,
  };
}

const output = (node: string): string => `${node}:0`;
const after = (node: string): string => `^${node}`;

function dataTypeOf({ dtype }: tf.Tensor): number {
  const type = DataType[dtype as keyof typeof DataType];
  if (type === undefined)
    throw new CaptureRefused(
      `a batch's tensor is ${dtype}; those of a captured step are ${Object.keys(DataType).join(", ")}`,
    );
  return type;
}

const placeholder = (name: string, type: number, shape: readonly number[]): Node => ({
  name,
  op: "Placeholder",
  inputs: [],
  attributes: { dtype: attr.type(type), shape: attr.shape(shape) },
});

/** The number 1, there once the given nodes have run: the binding fetches values, it cannot run a node for its effect. */
const one = (name: string, nodes: readonly string[]): Node => ({
  name,
  op: "Const",
  inputs: nodes.map(after),
  attributes: {
    dtype: attr.type(DataType.int32),
    value: attr.tensor(DataType.int32, [], new Uint8Array(Int32Array.of(1).buffer)),
  },
});

/** The metrics as one vector, there once the new state is in its variables: one fetch for all. */
function updated(metrics: readonly Reference[], assigns: readonly string[]): Node {
  if (metrics.length === 0) return one(UPDATED, assigns);
  return {
    name: UPDATED,
    op: "Pack",
    inputs: [...metrics, ...assigns.map(after)],
    attributes: { N: attr.integer(metrics.length), T: attr.type(DataType.float32) },
  };
}
