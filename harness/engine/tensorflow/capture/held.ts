/** What a program keeps in variables between its calls: its state, and data that never changes. */
import type * as tf from "@tensorflow/tfjs-core";
import type { Tensors } from "../../step.ts";
import { after, type Call, constant, dataTypeOf, nodeName, output, placeholder } from "./call.ts";
import { attr, type Node } from "./graph-def.ts";
import type { Reference } from "./record.ts";

/** One variable with the nodes around it. */
export interface Held {
  readonly name: string;
  readonly tensor: tf.Tensor;
  readonly variable: string;
  /** What the variable held when a call began. */
  readonly read: Reference;
  readonly initial: string;
  readonly initialise: string;
}

/** @param folder prefix of the nodes' names: "" for the state. */
export function held(folder: string, tensors: Tensors): Held[] {
  return Object.entries(tensors).map(([name, tensor], i) => ({
    name,
    tensor,
    variable: nodeName(`${folder}variable`, name, i),
    read: nodeName(`${folder}read`, name, i),
    initial: nodeName(`${folder}initial`, name, i),
    initialise: nodeName(`${folder}initialise`, name, i),
  }));
}

const INITIALISED = "initialised";

/** The variables. @param owner of their names: programs of one process share nothing. */
export function heldNodes(owner: string, parts: readonly Held[]): Node[] {
  const variables = parts.flatMap(({ tensor, variable, read, initial, initialise }): Node[] => {
    const type = dataTypeOf(tensor);
    const dtype = attr.type(type);
    const shape = attr.shape(tensor.shape);
    const owned = { container: attr.text(""), shared_name: attr.text(`${owner}/${variable}`) };
    return [
      { name: variable, op: "VarHandleOp", inputs: [], attributes: { dtype, shape, ...owned } },
      { name: read, op: "ReadVariableOp", inputs: [variable], attributes: { dtype } },
      placeholder(initial, type, tensor.shape),
      { name: initialise, op: "AssignVariableOp", inputs: [variable, initial], attributes: { dtype } },
    ];
  });
  return [
    ...variables,
    constant(
      INITIALISED,
      parts.map(({ initialise }) => after(initialise)),
    ),
  ];
}

/** Sets the variables. Feeds: what they are to hold. Fetches one number that means nothing. */
export const initialiseCall = (parts: readonly Held[]): Call => ({
  feeds: parts.map(({ initial }) => output(initial)),
  fetches: [output(INITIALISED)],
});

/** Fetches what the variables hold. */
export const readCall = (parts: readonly Held[]): Call => ({
  feeds: [],
  fetches: parts.map(({ read }) => output(read)),
});
