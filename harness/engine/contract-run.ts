/** Runs every contract case on one engine, `contract-run.ts ENGINE`, and prints a ContractRun as JSON. */
import * as tf from "@tensorflow/tfjs-core";
import { CONTRACT_CASES, type ContractCase, type ContractRun, caseName, type ObservedCase } from "./contract-cases.ts";

import { ENGINES, type EngineId } from "./engine.ts";
import { maxoutOfChannels } from "./maxout-of-channels.ts";
import { openEngine } from "./open.ts";
import type { Ops } from "./ops.ts";
import { euclideanNorm, regenerate, sizeOf, visited } from "./reference-values.ts";

type Operation = (ops: Ops, ...inputs: tf.Tensor[]) => tf.Tensor;
const plain =
  (operation: (...inputs: tf.Tensor[]) => tf.Tensor): Operation =>
  (_, ...inputs) =>
    operation(...inputs);
const as2D = (t: tf.Tensor | undefined): tf.Tensor2D => t as tf.Tensor2D;
const asMap = (t: tf.Tensor | undefined): tf.Tensor4D => t as tf.Tensor4D;
const conv2d =
  (stride: number): Operation =>
  (ops, x, w) =>
    ops.conv2d(asMap(x), asMap(w), stride);
const convTranspose2d =
  (stride: number): Operation =>
  (ops, x, w) =>
    ops.convTranspose2d(asMap(x), asMap(w), stride);
const normalised =
  (leak: number): Operation =>
  (ops, x, scale, shift) =>
    ops.batchNormLeakyRelu(asMap(x), as1D(scale), as1D(shift), { epsilon: 1e-4, leak }).y;
const statistic =
  (which: "mean" | "variance"): Operation =>
  (ops, x) =>
    ops.batchNormLeakyRelu(asMap(x), tf.ones([3]), tf.zeros([3]), { epsilon: 1e-4, leak: 0.01 })[which];
const dropout =
  (rate: number, key: [number, number]): Operation =>
  (ops, x) =>
    ops.dropout(x!, rate, tf.tensor1d(key, "int32"));
const as1D = (t: tf.Tensor | undefined): tf.Tensor1D => t as tf.Tensor1D;
// toReversed: reverse() would reorder the very list that the gradient of split is taken by.
const reversed = (x: tf.Tensor | undefined, sizes: number[], axis: number): tf.Tensor =>
  tf.concat(tf.split(x!, sizes, axis).toReversed(), axis);

const adam =
  (which: "parameters" | "m"): Operation =>
  (ops, parameters, m, v, gradient) => {
    const before = { parameters: parameters!, m: m!, v: v! };
    return ops.adam(before, gradient!, tf.scalar(0.01), { beta1: 0.5, beta2: 0.999, epsilon: 1e-8 })[which];
  };

/** Operations whose name alone says what they do. */
const OPERATIONS: Readonly<Record<string, Operation>> = {
  conv2d: conv2d(1),
  convTranspose2d: convTranspose2d(1),
  leakyRelu: (ops, x) => ops.leakyRelu(x!, 0.01),
  batchNormLeakyRelu: normalised(0.01),
  batchNorm: (ops, x) => ops.batchNorm(asMap(x), 1e-10).y,
  maxPool2: (ops, x) => ops.maxPool2(asMap(x)),
  matMul: (ops, x, w) => ops.matMul(as2D(x), as2D(w)),
  addBias: (ops, x, b) => ops.addBias(x!, b!),
  batchNormRelu: (ops, x, scale, shift) => ops.batchNormRelu(as2D(x), as1D(scale), as1D(shift), 1e-4).y,
  maxout: (ops, x) => ops.maxout(as2D(x), 5),
  add: plain((a, b) => tf.add(a!, b!)),
  sub: plain((a, b) => tf.sub(a!, b!)),
  mul: plain((a, b) => tf.mul(a!, b!)),
  div: plain((a, b) => tf.div(a!, b!)),
  square: plain((x) => tf.square(x!)),
  sqrt: plain((x) => tf.sqrt(x!)),
  rsqrt: plain((x) => tf.rsqrt(x!)),
  exp: plain((x) => tf.exp(x!)),
  expm1: plain((x) => tf.expm1(x!)),
  log: plain((x) => tf.log(x!)),
  neg: plain((x) => tf.neg(x!)),
  softplus: plain((x) => tf.softplus(x!)),
  sigmoid: plain((x) => tf.sigmoid(x!)),
  relu: plain((x) => tf.relu(x!)),
  step: plain((x) => tf.step(x!)),
};

/** Operations that each case calls in another way. */
const VARIANTS: Readonly<Record<string, Operation>> = {
  "conv2d, 4 × 4, stride 2, a column and a row left over": conv2d(2),
  "conv2d, 4 × 4, stride 2 on 20 × 10 × 10 × 128": conv2d(2),
  "convTranspose2d, 4 × 4, stride 2": convTranspose2d(2),
  "convTranspose2d, stride 3 beyond the kernel": convTranspose2d(3),
  "convTranspose2d, one row of maps": convTranspose2d(2),
  "convTranspose2d, 4 × 4, stride 2 on 20 × 4 × 4 × 256": convTranspose2d(2),
  "leakyRelu, leak 0.1, rows": (ops, x) => ops.leakyRelu(x!, 0.1),
  "batchNormLeakyRelu, leak 0.1, negative scales": normalised(0.1),
  "batchNormLeakyRelu, its mean": statistic("mean"),
  "batchNormLeakyRelu, its variance": statistic("variance"),
  "batchNormLeakyRelu, its variance, of a single place": statistic("variance"),
  "dropout, rate 0.2": dropout(0.2, [7, -9]),
  "dropout, rate 0.5, an odd number of elements": dropout(0.5, [-2147483648, 3]),
  "dropout, rate 0.2, 20 × 13 × 13 × 8": dropout(0.2, [20260101, 5]),
  "maxout, two pieces of channels": (ops, x) => maxoutOfChannels(asMap(x), 2, ops),
  "randomBits, [3, 5] of key [7, -9]": (ops) => ops.randomBits([3, 5], tf.tensor1d([7, -9], "int32")),
  "randomBits, [1001] of key [-2147483648, 2147483647]": (ops) =>
    ops.randomBits([1001], tf.tensor1d([-2147483648, 2147483647], "int32")),
  // The weights are no input of the operation: they are added as nothing, so that they have a gradient, of zeros.
  "matMul, weighted cases": (ops, x, w, weights) =>
    tf.add(
      ops.matMul(as2D(x), as2D(w), () => as2D(weights)),
      tf.mul(0, tf.sum(weights!)),
    ),
  "addBias, weighted cases": (ops, x, b, weights) =>
    tf.add(
      ops.addBias(x!, b!, () => as2D(weights)),
      tf.mul(0, tf.sum(weights!)),
    ),
  "adam, parameters": adam("parameters"),
  "adam, first moment": adam("m"),
  "adam, parameters, where nothing came before": adam("parameters"),
  "concat, axis 1": plain((a, b) => tf.concat([a!, b!], 1)),
  "concat, axis 0": plain((a, b) => tf.concat([a!, b!], 0)),
  "split, sizes 2, 3, 1 of axis 1": plain((x) => reversed(x, [2, 3, 1], 1)),
  "split, halves of axis 0": plain((x) => reversed(x, [2, 2], 0)),
  "split, a flat vector": plain((x) => reversed(x, [7, 900, 93], 0)),
  "slice, from [1, 2], size [2, 3]": plain((x) => tf.slice(x!, [1, 2], [2, 3])),
  "reshape, [4, 6] to [2, 3, 4]": plain((x) => tf.reshape(x!, [2, 3, 4])),
  "expandDims, axis 1": plain((x) => tf.expandDims(x!, 1)),
  "mean, all": plain((x) => tf.mean(x!)),
  "mean, axis 0": plain((x) => tf.mean(x!, 0)),
  "mean, axis 0, dimension kept": plain((x) => tf.mean(x!, 0, true)),
  "mean, axis 0 of 100 × 400": plain((x) => tf.mean(x!, 0)),
  "sum, all": plain((x) => tf.sum(x!)),
  "sum, axis 0": plain((x) => tf.sum(x!, 0)),
  "sum, axis 1": plain((x) => tf.sum(x!, 1)),
  "pow, cube": plain((x) => tf.pow(x!, 3)),
  "pow, exponent 0.5": plain((x) => tf.pow(x!, 0.5)),
  "equal, row against its maximum": plain((x) => tf.cast(tf.equal(x!, tf.max(x!, 1, true)), "float32")),
  "fill, [2, 3] of 0.25": () => tf.fill([2, 3], 0.25),
  "ones, [2, 3]": () => tf.ones([2, 3]),
  "randomNormal, [100, 2] of key [7, -9]": (ops) => ops.randomNormal([100, 2], tf.tensor1d([7, -9], "int32")),
  "randomNormal, [5] of key [-2147483648, 2147483647]": (ops) =>
    ops.randomNormal([5], tf.tensor1d([-2147483648, 2147483647], "int32")),
};

function observe(contract: ContractCase, ops: Ops): ObservedCase {
  const operation = VARIANTS[caseName(contract)] ?? OPERATIONS[contract.op];
  if (!operation) throw new TypeError("contract-run.ts does not know this case of the fixture");
  const inputs = contract.inputs.map((input) =>
    tf.tensor("values" in input ? input.values : regenerate([input], input.key), [...input.shape], "float32"),
  );
  const look = (tensor: tf.Tensor, stride: number, length: number) => {
    const data = tensor.dataSync();
    return { shape: tensor.shape, values: visited(data, { stride, length }), norm: euclideanNorm(data) };
  };
  const { stride, values, shape } = contract.output;
  const output = look(operation(ops, ...inputs), stride, values.length);
  if (!contract.cotangent) return { state: "done", output, gradients: [] };
  const cotangent = tf.tensor(regenerate([{ shape, mean: 0, sd: 1 }], contract.cotangent), [...shape]);
  const scalar = (...x: tf.Tensor[]): tf.Tensor => tf.sum(tf.mul(operation(ops, ...x), cotangent));
  const gradients = tf.grads(scalar)(inputs);
  return {
    state: "done",
    output,
    gradients: gradients.map((g, i) => {
      const expected = contract.gradients![i]!;
      return look(g, expected.stride, Math.min(expected.values.length, sizeOf(g.shape)));
    }),
  };
}

async function run(id: EngineId): Promise<ContractRun> {
  let engine: Awaited<ReturnType<typeof openEngine>>;
  try {
    engine = await openEngine({ requested: id, threads: 1, provision: false, onProgress: () => {} });
  } catch (error) {
    return { state: "not opened", reason: error instanceof Error ? error.message : String(error) };
  }
  const cases = CONTRACT_CASES.map((contract): [string, ObservedCase] => {
    tf.engine().startScope();
    try {
      return [caseName(contract), observe(contract, engine.ops)];
    } catch (error) {
      return [caseName(contract), { state: "failed", reason: String(error instanceof Error ? error.stack : error) }];
    } finally {
      tf.engine().endScope();
    }
  });
  return { state: "ran", engine: engine.id, cases: Object.fromEntries(cases) };
}

const requested = ENGINES.find((id) => id === process.argv[2]);
if (!requested)
  throw new TypeError(`contract-run.ts ENGINE: got "${process.argv[2]}", engines are ${ENGINES.join(", ")}`);
// JSON has no NaN: a string in its place is no number either.
const json = JSON.stringify(await run(requested), (_, value) =>
  typeof value === "number" && !Number.isFinite(value) ? String(value) : value,
);
process.stdout.write(`${json}\n`);
