/** What calls of a graph are made of: feeds, fetches and the small nodes around what was recorded. */
import type * as tf from "@tensorflow/tfjs-core";
import { attr, DataType, type Node } from "./graph-def.ts";
import { CaptureRefused } from "./record.ts";

/** Feeds and fetches of one call of the graph, as "node:output". */
export interface Call {
  readonly feeds: readonly string[];
  readonly fetches: readonly string[];
}

/** A name of the program's own in the alphabet of node names; the index keeps it unique. */
export const nodeName = (folder: string, name: string, index: number): string =>
  `${folder}/${index}/${name.replace(/[^A-Za-z0-9_./-]/g, "_")}`;

export const output = (node: string): string => `${node}:0`;
export const after = (node: string): string => `^${node}`;

/** @throws CaptureRefused for a type that no variable or input of a captured step has. */
export function dataTypeOf({ dtype }: tf.Tensor): number {
  const type = DataType[dtype as keyof typeof DataType];
  if (type !== undefined) return type;
  throw new CaptureRefused(`a tensor is ${dtype}; those of a captured step are ${Object.keys(DataType).join(", ")}`);
}

export const placeholder = (name: string, type: number, shape: readonly number[]): Node => ({
  name,
  op: "Placeholder",
  inputs: [],
  attributes: { dtype: attr.type(type), shape: attr.shape(shape) },
});

/** The number 1, there once other nodes have run: the binding fetches values, it cannot run a node for its effect. */
export const constant = (name: string, afterwards: readonly string[]): Node => ({
  name,
  op: "Const",
  inputs: afterwards,
  attributes: {
    dtype: attr.type(DataType.int32),
    value: attr.tensor(DataType.int32, [], new Uint8Array(Int32Array.of(1).buffer)),
  },
});
