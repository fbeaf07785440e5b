import assert from "node:assert/strict";
import { before, describe, test } from "node:test";
import * as tf from "@tensorflow/tfjs-core";
import type { Engine } from "../engine/engine.ts";
import { openEngine } from "../engine/open.ts";
import { evaluateConvolutional } from "./convolutional-forward.ts";
import { evaluateMlp, type MlpRow } from "./mlp.ts";
import type { Elementwise } from "./nonlinearities.ts";

const X = [-3, -0.5, 0, 0.25, 2];
const elu = (x: tf.Tensor): tf.Tensor => tf.elu(x);
/** Each nonlinearity with its definition and its derivative. */
const CASES: readonly [Elementwise, (x: number) => number, (x: number) => number][] = [
  ["linear", (x) => x, () => 1],
  ["relu", (x) => Math.max(0, x), (x) => (x > 0 ? 1 : 0)],
  ["softplus", (x) => Math.log1p(Math.exp(x)), (x) => 1 / (1 + Math.exp(-x))],
  ["sigmoid", (x) => 1 / (1 + Math.exp(-x)), (x) => Math.exp(-x) / (1 + Math.exp(-x)) ** 2],
  ["tanh", Math.tanh, (x) => 1 - Math.tanh(x) ** 2],
  [elu, (x) => (x > 0 ? x : Math.expm1(x)), (x) => (x > 0 ? 1 : Math.exp(x))],
];
const near = (got: ArrayLike<number>, expected: readonly number[]): void => {
  for (const [i, value] of expected.entries())
    assert.equal(Math.abs(got[i]! - value) <= 2e-6, true, `${got[i]} at ${X[i]}, expected ${value}`);
};

for (const [nonlinearity, value, derivative] of CASES)
  describe(`the nonlinearity ${typeof nonlinearity === "function" ? "of a model's own (ELU)" : nonlinearity}`, () => {
    let engine: Engine;
    before(async () => {
      engine = await openEngine({ requested: "cpu", provision: false });
    });
    /** One unit of weight 1 and bias 0: x [cases] → [cases]. */
    const mlp = (x: tf.Tensor): tf.Tensor => {
      const rows: readonly MlpRow[] = [[1, false, nonlinearity, 1]];
      const parameters = { "n/1/weights": tf.ones([1, 1]), "n/1/bias": tf.zeros([1]) };
      return evaluateMlp({ name: "n", input: 1, rows }, parameters, tf.reshape(x, [-1, 1]), engine.ops, []);
    };

    test("follows the linear map of a perceptron's row, with its gradient", () => {
      tf.tidy(() => {
        near(mlp(tf.tensor1d(X)).dataSync(), X.map(value));
        const kink = nonlinearity === "relu" || nonlinearity === elu;
        const places = kink ? X.filter((x) => x !== 0) : X;
        const slopes = tf.grad((x) => tf.sum(mlp(x)))(tf.tensor1d(places));
        near(slopes.dataSync(), places.map(derivative));
      });
    });
    test("follows a convolution", () => {
      tf.tidy(() => {
        const table = {
          name: "n",
          input: [1, 1, 1],
          leak: 0,
          pieces: 1,
          bias: "none",
          rows: [["conv", 1, 1, 1, false, 0, nonlinearity]],
        } as const;
        const maps = tf.tensor4d(X, [X.length, 1, 1, 1]);
        const y = evaluateConvolutional(table, { "n/1/weights": tf.ones([1, 1, 1, 1]) }, maps, engine.ops, []);
        near(y.dataSync(), X.map(value));
      });
    });
  });
