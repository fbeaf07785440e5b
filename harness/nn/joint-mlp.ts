/** Multilayer perceptrons of several inputs, whose linear maps the first row adds up, with several linear outputs. */
import * as tf from "@tensorflow/tfjs-core";
import type { Ops } from "../engine/ops.ts";
import type { Tensors } from "../engine/step.ts";
import { fromFirstLinear, type MlpRow, mlpParameters, type NormaliseRelu, type Parameter } from "./mlp.ts";

export interface JointMlpTable<Input extends string = string, Head extends string = string> {
  /** Prefix of its parameters' names, e.g. "encoder". */
  readonly name: string;
  /** Widths of the inputs. */
  readonly inputs: Readonly<Record<Input, number>>;
  readonly rows: readonly MlpRow[];
  /** Widths of the outputs, each a linear map of the last row. */
  readonly heads: Readonly<Record<Head, number>>;
}

/**
 * Values [classes, samples, cases, width]; an axis of length 1 is the same for all. So what does not depend on the class
 * is computed once, and y of every class is the identity [classes, 1, 1, classes].
 */
export type Crossed = tf.Tensor4D;

/** Parameters: the first row's weights, one for each input; then row by row as an MLP's; then weights and bias of each head. */
export function jointMlpParameters({ name, inputs, rows, heads }: JointMlpTable): Parameter[] {
  const weights = (prefix: string, shape: [number, number]): Parameter => ({
    name: `${prefix}/weights`,
    shape,
    size: shape[0] * shape[1],
    role: "weights",
  });
  const [first, last] = [rows[0]![0], rows.at(-1)![0]];
  const [, ...others] = mlpParameters({ name, input: 0, rows });
  return [
    ...Object.entries(inputs).map(([input, width]) => weights(`${name}/1/${input}`, [width, first])),
    ...others,
    ...Object.entries(heads).flatMap(([head, width]): Parameter[] => [
      weights(`${name}/${head}`, [last, width]),
      { name: `${name}/${head}/bias`, shape: [width], size: width, role: "bias" },
    ]),
  ];
}

/**
 * Forward pass; `normaliseRelu`: see mlp.ts. Batch norm's batch is all classes, samples and cases of the first row's sum.
 * @returns by head, [classes, samples, cases, width]
 */
export function runJointMlp<Input extends string, Head extends string>(
  table: JointMlpTable<Input, Head>,
  parameters: Tensors,
  inputs: Readonly<Record<Input, Crossed>>,
  ops: Ops,
  normaliseRelu: NormaliseRelu = noBatchNorm,
): Record<Head, Crossed> {
  const { name } = table;
  const maps = (Object.keys(table.inputs) as Input[]).map((input) =>
    linear(inputs[input], parameters[`${name}/1/${input}/weights`] as tf.Tensor2D, ops),
  );
  const sum = sumOf(maps);
  const [classes, samples, cases, units] = sum.shape;
  const hidden = fromFirstLinear(table, parameters, tf.reshape(sum, [-1, units]), ops, normaliseRelu);
  const heads = Object.entries<number>(table.heads).map(([head, width]) => {
    const out = ops.matMul(hidden, parameters[`${name}/${head}/weights`] as tf.Tensor2D);
    const biased = ops.addBias(out, parameters[`${name}/${head}/bias`] as tf.Tensor1D);
    return [head, tf.reshape(biased, [classes, samples, cases, width])];
  });
  return Object.fromEntries(heads) as Record<Head, Crossed>;
}

function linear(x: Crossed, weights: tf.Tensor2D, ops: Ops): Crossed {
  const [classes, samples, cases, width] = x.shape;
  const out = ops.matMul(tf.reshape(x, [-1, width]), weights);
  return tf.reshape(out, [classes, samples, cases, weights.shape[1]]);
}

/** Of more than two in one operation: a graph may add up a chain in another order. */
function sumOf(maps: readonly Crossed[]): Crossed {
  if (maps.length <= 2) return maps.reduce((sum, map) => tf.add(sum, map));
  const whole = [0, 1, 2, 3].map((axis) => Math.max(...maps.map(({ shape }) => shape[axis]!)));
  const alike = maps.map((map) => (map.shape.join() === whole.join() ? map : tf.add(map, tf.zeros(whole))));
  return tf.sum(tf.stack(alike), 0);
}

function noBatchNorm(): never {
  throw new TypeError("this network has batch norm: say by which statistics");
}
