/**
 * TensorFlow graphs as protocol buffers. Field numbers are those of tensorflow/core/framework: graph.proto,
 * node_def.proto, attr_value.proto, tensor.proto, tensor_shape.proto, versions.proto; and of
 * tensorflow/core/protobuf: saved_model.proto, meta_graph.proto.
 */

import { Message } from "../../../files/protobuf.ts";
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

const shapeProto = (shape: readonly number[]): Message =>
  shape.reduce(
    // A size of 0 is proto3's default, which is not written.
    (proto, size) => proto.bytes(2, size === 0 ? new Message() : new Message().integer(1, size)),
    new Message(),
  );

const value = (write: (proto: Message) => Message): AttrValue => write(new Message()).encode();

export const attr = {
  text: (text: string): AttrValue => value((proto) => proto.bytes(2, text)),
  integer: (integer: number): AttrValue => value((proto) => proto.integer(3, integer)),
  type: (type: number): AttrValue => value((proto) => proto.integer(6, type)),
  shape: (shape: readonly number[]): AttrValue => value((proto) => proto.bytes(7, shapeProto(shape))),
  /** A TensorProto whose values are bytes in the machine's (little-endian) layout. */
  tensor: (type: number, shape: readonly number[], content: Uint8Array): AttrValue =>
    value((proto) => proto.bytes(8, new Message().integer(1, type).bytes(2, shapeProto(shape)).bytes(4, content))),
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
    if (type === FLOAT) return value((proto) => proto.bytes(1, new Message().floats(field, numbers)));
    if (type === INT || type === BOOL || type === TYPE)
      return value((proto) => proto.bytes(1, new Message().integers(field, numbers)));
  } else {
    if (type === STRING) return value((proto) => proto.bytes(field, String(given)));
    if (type === FLOAT) return value((proto) => proto.float(field, Number(given)));
    if (type === INT || type === BOOL || type === TYPE) return value((proto) => proto.integer(field, Number(given)));
  }
  throw new TypeError(`attribute ${name} has a kind that is not written here: TF_AttrType ${type}, value ${given}`);
}

function nodeProto({ name, op, inputs, attributes }: Node): Message {
  const proto = new Message().bytes(1, name).bytes(2, op);
  for (const input of inputs) proto.bytes(3, input);
  for (const [key, attribute] of Object.entries(attributes))
    proto.bytes(5, new Message().bytes(1, key).bytes(2, attribute)); // an entry of map<string, AttrValue>
  return proto;
}

/** TF_GRAPH_DEF_VERSION of libtensorflow 2.21 (tensorflow/core/public/version.h): which rules the graph was written by. */
const PRODUCER = 2474;

function graphProto(nodes: readonly Node[]): Message {
  const proto = new Message();
  for (const node of nodes) proto.bytes(1, nodeProto(node));
  return proto.bytes(4, new Message().integer(1, PRODUCER));
}

/** Name that a SavedModel's graph is loaded by. */
export const TAG = "serve";

/** The file saved_model.pb: one graph, no signatures, no saver. */
export function savedModel(nodes: readonly Node[]): Uint8Array {
  const metaInfo = new Message().bytes(4, TAG);
  const metaGraph = new Message().bytes(1, metaInfo).bytes(2, graphProto(nodes));
  const SCHEMA_VERSION = 1;
  return new Message().integer(1, SCHEMA_VERSION).bytes(2, metaGraph).encode();
}
