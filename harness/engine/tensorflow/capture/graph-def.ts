/**
 * TensorFlow graphs as protocol buffers. Field numbers are those of tensorflow/core/framework: graph.proto,
 * node_def.proto, attr_value.proto, tensor.proto, tensor_shape.proto, versions.proto; and of
 * tensorflow/core/protobuf: saved_model.proto, meta_graph.proto.
 */

import { PbfWriter } from "pbf";
import type { OpAttribute } from "../load.ts";

/** One operation of a graph. */
export interface Node {
  readonly name: string;
  readonly op: string;
  /** "node" or "node:output" for a value, "^node" for "after that node"; control inputs last. */
  readonly inputs: readonly string[];
  readonly attributes: Readonly<Record<string, AttrValue>>;
}

/** An encoded AttrValue message. */
export type AttrValue = Uint8Array;

/** DataType of types.proto, TF_DataType of the C API. */
export const DataType = { float32: 1, int32: 3, bool: 10 } as const;

/** A message's bytes. Fields are in the order of the calls, ascending like protoc's. */
function encoded(write: (proto: PbfWriter) => void): Uint8Array {
  const proto = new PbfWriter();
  write(proto);
  return proto.finish();
}

function writeShape(shape: readonly number[], proto: PbfWriter): void {
  for (const size of shape) proto.writeMessage(2, writeSize, size);
}
/** A size of 0 is proto3's default, which is not written. */
function writeSize(size: number, proto: PbfWriter): void {
  if (size !== 0) proto.writeVarintField(1, size);
}

export const attr = {
  text: (text: string): AttrValue => encoded((proto) => proto.writeStringField(2, text)),
  integer: (integer: number): AttrValue => encoded((proto) => proto.writeVarintField(3, integer)),
  type: (type: number): AttrValue => encoded((proto) => proto.writeVarintField(6, type)),
  shape: (shape: readonly number[]): AttrValue => encoded((proto) => proto.writeMessage(7, writeShape, shape)),
  /** A TensorProto whose values are bytes in the machine's (little-endian) layout. */
  tensor: (type: number, shape: readonly number[], content: Uint8Array): AttrValue =>
    encoded((proto) =>
      proto.writeMessage(
        8,
        (_, tensor) => {
          tensor.writeVarintField(1, type);
          tensor.writeMessage(2, writeShape, shape);
          tensor.writeBytesField(4, content);
        },
        undefined,
      ),
    ),
};

/**
 * An attribute as the eager binding takes it. AttrValue's field of a kind, and ListValue's of a list of them, is
 * TF_AttrType + 2. @throws TypeError for kinds that no operation of tfjs uses.
 */
export function attrOf({ name, type, value: given }: OpAttribute): AttrValue {
  const [STRING, INT, FLOAT, BOOL, TYPE, SHAPE] = [0, 1, 2, 3, 4, 5];
  const field = type + 2;
  if (Array.isArray(given)) {
    const numbers = given.map(Number);
    if (type === SHAPE) return attr.shape(numbers);
    if (type === FLOAT)
      return encoded((proto) => proto.writeMessage(1, (list, to) => to.writePackedFloat(field, list), numbers));
    if (type === INT || type === BOOL || type === TYPE)
      return encoded((proto) => proto.writeMessage(1, (list, to) => to.writePackedVarint(field, list), numbers));
  } else {
    if (type === STRING) return encoded((proto) => proto.writeStringField(field, String(given)));
    if (type === FLOAT) return encoded((proto) => proto.writeFloatField(field, Number(given)));
    if (type === INT || type === BOOL || type === TYPE)
      return encoded((proto) => proto.writeVarintField(field, Number(given)));
  }
  throw new TypeError(`attribute ${name} has a kind that is not written here: TF_AttrType ${type}, value ${given}`);
}

function writeNode({ name, op, inputs, attributes }: Node, proto: PbfWriter): void {
  proto.writeStringField(1, name);
  proto.writeStringField(2, op);
  for (const input of inputs) proto.writeStringField(3, input);
  for (const attribute of Object.entries(attributes)) proto.writeMessage(5, writeAttribute, attribute);
}

/** An entry of map<string, AttrValue>. */
function writeAttribute([key, value]: readonly [string, AttrValue], proto: PbfWriter): void {
  proto.writeStringField(1, key);
  proto.writeBytesField(2, value);
}

/** TF_GRAPH_DEF_VERSION of libtensorflow 2.21 (tensorflow/core/public/version.h): which rules the graph was written by. */
const PRODUCER = 2474;

function writeGraph(nodes: readonly Node[], proto: PbfWriter): void {
  for (const node of nodes) proto.writeMessage(1, writeNode, node);
  proto.writeMessage(4, (producer, versions) => versions.writeVarintField(1, producer), PRODUCER);
}

/** Name that a SavedModel's graph is loaded by. */
export const TAG = "serve";

function writeMetaGraph(nodes: readonly Node[], proto: PbfWriter): void {
  proto.writeMessage(1, (tag, metaInfo) => metaInfo.writeStringField(4, tag), TAG);
  proto.writeMessage(2, writeGraph, nodes);
}

const SCHEMA_VERSION = 1;

/** The file saved_model.pb: one graph, no signatures, no saver. */
export const savedModel = (nodes: readonly Node[]): Uint8Array =>
  encoded((proto) => {
    proto.writeVarintField(1, SCHEMA_VERSION);
    proto.writeMessage(2, writeMetaGraph, nodes);
  });
