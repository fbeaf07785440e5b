import * as tf from "@tensorflow/tfjs-core";
import { droppedLevels } from "../dropout.ts";
import { bool, INT32, type, UINT16 } from "./attributes.ts";
import type { OpAttribute, TensorflowBackend } from "./load.ts";

/**
 * Which elements stay, bool, from 16 bits each. tfjs has no 16-bit integers: what comes between is handles of the binding
 * and no tensors.
 */
export function keepMask(
  backend: TensorflowBackend,
  shape: readonly number[],
  rate: number,
  key: tf.Tensor1D,
): tf.Tensor {
  const { binding } = backend;
  const handles: number[] = [];
  const handleOf = (tensor: tf.Tensor): number => backend.getInputTensorIds([tensor])[0]!;
  const run = (op: string, attributes: readonly OpAttribute[], inputs: readonly number[]): number => {
    const handle = binding.executeOp(op, attributes, inputs, 1)[0]!.id;
    handles.push(handle);
    return handle;
  };
  const size = shape.reduce((a, b) => a * b, 1);
  const ints = (values: readonly number[]): number => handleOf(tf.tensor1d([...values], "int32"));
  return tf.tidy(() => {
    const draw = [type("dtype", INT32), type("T", INT32), type("Tseed", INT32)];
    const words = run("StatelessRandomUniformFullInt", draw, [ints([Math.ceil(size / 2)]), handleOf(key)]);
    const halves = run("Bitcast", [type("T", INT32), type("type", UINT16)], [words]); // [words, 2], low half first
    const flat = run("Reshape", [type("T", UINT16), type("Tshape", INT32)], [halves, ints([-1])]);
    const cut = [type("T", UINT16), type("Index", INT32)];
    const needed = size % 2 ? run("Slice", cut, [flat, ints([0]), ints([size])]) : flat;
    const elements = run("Reshape", [type("T", UINT16), type("Tshape", INT32)], [needed, ints(shape)]);
    const toUint16 = [type("SrcT", INT32), type("DstT", UINT16), bool("Truncate", false)];
    const dropped = run("Cast", toUint16, [handleOf(tf.scalar(droppedLevels(rate), "int32"))]);
    const [stays] = binding.executeOp("GreaterEqual", [type("T", UINT16)], [elements, dropped], 1);
    for (const handle of handles) binding.deleteTensor(handle);
    return backend.createOutputTensor(stays!);
  });
}
