import assert from "node:assert/strict";
import { before, describe, test } from "node:test";
import * as tf from "@tensorflow/tfjs-core";
import type { Tensors } from "../../step.ts";
import { bool, NHWC, T } from "../attributes.ts";
import { CapturedGraph } from "../capture/captured-graph.ts";
import { NEEDS_TENSORFLOW, openTensorflow } from "../capture/engine-for-tests.ts";
import type { OpAttribute, TensorflowBackend } from "../load.ts";
import { stackCopies } from "./stack-copies.ts";

const COPIES = 3;
/** What one copy makes of its inputs; `own` is a number that differs from copy to copy. */
type Copy = (inputs: Tensors, own: number) => tf.Tensor;

/** Small whole numbers: products and sums of them are exact in any order. */
const wholes = (shape: number[], first: number): tf.Tensor => {
  const size = shape.reduce((a, b) => a * b, 1);
  return tf.tensor(
    Array.from({ length: size }, (_, i) => ((first + 7 * i) % 11) - 5),
    shape,
  );
};
/** a [3, 4] and w [4, 5], whose product is stacked; v [5], which is not; b [2, 3, 5]. */
const inputsOf = (copy: number): Tensors => ({
  a: wholes([3, 4], copy),
  w: wholes([4, 5], 2 * copy),
  v: wholes([5], 3 * copy),
  b: wholes([2, 3, 5], 5 * copy),
});

describe("copies of a step", NEEDS_TENSORFLOW, () => {
  let backend: TensorflowBackend;
  before(async () => {
    await openTensorflow();
    backend = tf.backend() as unknown as TensorflowBackend;
  });
  const run = (op: string, attributes: OpAttribute[], inputs: tf.Tensor[]): tf.Tensor =>
    backend.executeSingleOutput(op, attributes, inputs);
  const product = (x: tf.Tensor, y: tf.Tensor, transposeX = false, transposeY = false): tf.Tensor =>
    run("MatMul", [T, bool("transpose_a", transposeX), bool("transpose_b", transposeY)], [x, y]);
  const stackedProduct = ({ a, w }: Tensors): tf.Tensor => product(a!, w!); // [3, 5]

  /** What all copies make as one graph, and the names of its operations. */
  const stacked = (copies: readonly Copy[]): { values: number[][]; operations: string[] } => {
    let operations: string[] = [];
    const graph = new CapturedGraph(backend, {}, {}, (recording) => {
      const rewritten = stackCopies(recording, copies.length);
      operations = rewritten.nodes.map(({ op }) => op);
      return rewritten;
    });
    const values = tf.tidy(() => {
      const all = Object.fromEntries(
        copies.flatMap((_, i) => Object.entries(inputsOf(i)).map(([name, tensor]) => [`${i}/${name}`, tensor])),
      );
      const part = (given: Tensors, i: number): Tensors =>
        Object.fromEntries(Object.keys(inputsOf(i)).map((name) => [name, given[`${i}/${name}`]!]));
      const compute = (_: Tensors, __: Tensors, given: Tensors) => ({
        state: {},
        values: Object.fromEntries(copies.map((copy, i) => [String(i), copy(part(given, i), i + 1)])),
      });
      const answers = graph.answer(graph.add(compute, all, "tensors"), all);
      return Object.values(answers).map((tensor) => [...tensor.dataSync()]);
    });
    graph.dispose();
    return { values, operations };
  };
  const alone = (copies: readonly Copy[]): number[][] =>
    copies.map((copy, i) => tf.tidy(() => [...copy(inputsOf(i), i + 1).dataSync()]));
  const count = (operations: readonly string[], op: string): number => operations.filter((one) => one === op).length;

  const one: readonly (readonly [what: string, op: string, Copy])[] = [
    ["products", "BatchMatMulV2", stackedProduct],
    ["products of a transposed left side", "BatchMatMulV2", ({ a, w }) => product(tf.transpose(a!), w!, true)],
    ["products of a transposed right side", "BatchMatMulV2", ({ a, w }) => product(a!, tf.transpose(w!), false, true)],
    ["sums with a vector of their own", "Add", (all) => tf.add(stackedProduct(all), all.v!)],
    ["differences from a vector that all share", "Sub", (all) => tf.sub(stackedProduct(all), [1, 2, 3, 4, 5])],
    ["products with a number of their own", "Mul", (all, own) => tf.mul(stackedProduct(all), own)],
    ["sums with what has more axes", "Add", (all) => tf.add(all.b!, stackedProduct(all))],
    ["quotients by a column", "RealDiv", (all) => tf.div(stackedProduct(all), tf.scalar(4))],
    ["the larger of two", "Maximum", (all) => tf.maximum(stackedProduct(all), all.v!)],
    ["the smaller of two", "Minimum", (all) => tf.minimum(all.v!, stackedProduct(all))],
    ["negations", "Neg", (all) => tf.neg(stackedProduct(all))],
    ["absolute values", "Abs", (all) => tf.abs(stackedProduct(all))],
    ["squares", "Square", (all) => tf.square(stackedProduct(all))],
    ["square roots", "Sqrt", (all) => tf.sqrt(tf.abs(stackedProduct(all)))],
    ["rectifiers", "Relu", (all) => tf.relu(stackedProduct(all))],
    ["their gradients", "ReluGrad", (all) => run("ReluGrad", [T], [stackedProduct(all), tf.ones([3, 5])])],
    ["casts", "Cast", (all) => tf.cast(stackedProduct(all), "int32")],
    ["comparisons", "Equal", (all) => tf.equal(stackedProduct(all), 1)],
    ["orders", "GreaterEqual", (all) => tf.greaterEqual(stackedProduct(all), all.v!)],
    ["choices", "SelectV2", (all) => run("SelectV2", [T], [tf.greater(stackedProduct(all), 2), all.v!, tf.scalar(0)])],
    ["biases", "AddV2", (all) => run("BiasAdd", [T, NHWC], [stackedProduct(all), all.v!])],
    ["the gradients of biases", "Sum", (all) => run("BiasAddGrad", [T, NHWC], [stackedProduct(all)])],
    ["other shapes", "Reshape", (all) => tf.reshape(stackedProduct(all), [5, 1, 3])],
    ["sums over cases", "Sum", (all) => tf.sum(stackedProduct(all), 0)],
    ["sums over units", "Sum", (all) => tf.sum(stackedProduct(all), -1, true)],
    ["sums over all", "Sum", (all) => tf.sum(stackedProduct(all))],
    ["means", "Mean", (all) => tf.mean(stackedProduct(all), [0, 1])],
    ["the largest", "Max", (all) => tf.max(stackedProduct(all), 1)],
    ["the smallest", "Min", (all) => tf.min(stackedProduct(all), 0)],
    ["joined cases", "ConcatV2", (all) => tf.concat([stackedProduct(all), tf.ones([1, 5])], 0)],
    ["joined units", "ConcatV2", (all) => tf.concat([tf.zeros([3, 2]), stackedProduct(all)], 1)],
    ["cut cases", "SplitV", (all) => tf.split(stackedProduct(all), [1, 2], 0)[1]!],
    ["cut units", "SplitV", (all) => tf.split(stackedProduct(all), [2, 1, 2], 1)[2]!],
  ];
  for (const [what, op, copy] of one)
    test(`are one operation for ${what}, with the numbers of each`, () => {
      const copies = new Array<Copy>(COPIES).fill(copy);
      const { values, operations } = stacked(copies);
      assert.deepEqual(values, alone(copies));
      assert.deepEqual([count(operations, op), count(operations, "BatchMatMulV2")], [1, 1]);
    });

  const each: readonly (readonly [what: string, op: string, Copy])[] = [
    ["an exponential, whose bits depend on its place", "Exp", (all) => tf.exp(stackedProduct(all))],
    [
      "a sum over axes of their own",
      "Sum",
      ({ a, w }, own) => tf.sum(product(product(w!, a!, true, true), product(a!, w!)), own % 2),
    ],
    ["numbers that were never stacked", "Mul", ({ v }) => tf.mul(v!, 3)],
  ];
  for (const [what, op, copy] of each)
    test(`keep an operation each for ${what}`, () => {
      const copies = new Array<Copy>(COPIES).fill(copy);
      const { values, operations } = stacked(copies);
      assert.deepEqual(values, alone(copies));
      assert.equal(count(operations, op), COPIES);
    });

  test("share what is made of constants that are the same", () => {
    const copies = new Array<Copy>(COPIES).fill(({ v }) => tf.add(v!, tf.mul(tf.scalar(2), 3)));
    const { values, operations } = stacked(copies);
    assert.deepEqual(values, alone(copies));
    assert.equal(count(operations, "Mul"), 1);
  });

  test("that are not the same operations are stacks of one", () => {
    const copies: Copy[] = [(all) => tf.neg(stackedProduct(all)), (all) => tf.square(stackedProduct(all))];
    const { values, operations } = stacked(copies);
    assert.deepEqual(values, alone(copies));
    assert.deepEqual([count(operations, "BatchMatMulV2"), count(operations, "MatMul")], [2, 0]);
  });

  test("of which one uses what another makes are one step", () => {
    const square = ({ a, w }: Tensors): tf.Tensor => product(a!, product(w!, w!, false, true)); // [3, 4]
    let first: tf.Tensor | undefined;
    const copies: Copy[] = [
      (all) => {
        first = square(all);
        return tf.neg(all.a!);
      },
      (all) => {
        square(all);
        return tf.neg(first!);
      },
    ];
    const { values, operations } = stacked(copies);
    const [, negated] = alone([copies[0]!, () => tf.neg(square(inputsOf(0)))]);
    assert.deepEqual(values, [alone(copies.slice(0, 1))[0], negated]);
    assert.equal(count(operations, "BatchMatMulV2"), 4);
  });
});
