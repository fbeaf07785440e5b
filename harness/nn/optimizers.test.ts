import assert from "node:assert/strict";
import { before, describe, test } from "node:test";
import * as tf from "@tensorflow/tfjs-core";
import type { Engine } from "../engine/engine.ts";
import type { HostState } from "../engine/host-state.ts";
import { openEngine } from "../engine/open.ts";
import { eager } from "../engine/program.ts";
import type { TrainStep } from "../engine/step.ts";
import { NEEDS_TENSORFLOW, openTensorflow } from "../engine/tensorflow/capture/engine-for-tests.ts";
import { OPTIMIZERS, type Optimizer } from "./optimizers.ts";

const START = 1.5;
const near = (got: number, expected: number, tolerance = 2e-5): void =>
  assert.equal(
    Math.abs(got - expected) <= tolerance * Math.max(1, Math.abs(expected)),
    true,
    `${got}, not ${expected}`,
  );

/** One parameter `p`, whose gradient `gradientOf` gives from it. */
function stepOf(engine: Engine, optimizer: Optimizer, gradientOf: (p: tf.Tensor) => tf.Tensor): TrainStep {
  return (state) => {
    const t = tf.add(state.t!, 1);
    return { state: { ...optimizer.update(engine.ops, state, { p: gradientOf(state.p!) }, t), t }, metrics: {} };
  };
}
function startOf(optimizer: Optimizer, values: readonly number[]): HostState {
  const tensor = (data: readonly number[]) => ({ shape: [data.length], data: Float32Array.from(data) });
  const kept = optimizer.keeps.map((name) => [`p/${name}`, tensor(values.map(() => 0))]);
  return { p: tensor(values), ...Object.fromEntries(kept), t: { shape: [], data: new Float32Array(1) } };
}

describe("an optimizer", () => {
  let engine: Engine;
  before(async () => {
    engine = await openEngine({ requested: "cpu", provision: false });
  });
  /** Values of `p` after `updates`, for each start. */
  function trained(optimizer: Optimizer, updates: number, gradientOf: (p: tf.Tensor) => tf.Tensor, from = [START]) {
    const program = eager(stepOf(engine, optimizer, gradientOf), startOf(optimizer, from));
    for (let i = 0; i < updates; i++) program.run(() => ({}), [0, 0]);
    const { p } = program.read();
    program.dispose();
    return p!.data;
  }
  /** Gradients 3 and −0.02 of two parameters, whatever their values. */
  const G = [3, -0.02];
  const constant = () => tf.tensor1d(G);

  test("with momentum follows the sum of a geometric series on a constant gradient", () => {
    const [a, mu, n] = [0.01, 0.9, 25];
    const got = trained(OPTIMIZERS.momentum({ learningRate: a, momentum: mu }), n, constant, [START, START]);
    // v after s updates is −a g (1 − μˢ)/(1 − μ).
    const length = n / (1 - mu) - (mu * (1 - mu ** n)) / (1 - mu) ** 2;
    for (const [i, g] of G.entries()) near(got[i]!, START - a * g * length);
  });
  test("with momentum 0 is gradient descent: p shrinks by 1 − αλ on λp²/2", () => {
    const [a, lambda, n] = [0.1, 2.5, 12];
    const optimizer = OPTIMIZERS.momentum({ learningRate: a, momentum: 0 });
    const [got] = trained(optimizer, n, (p) => tf.mul(p, lambda));
    near(got!, START * (1 - a * lambda) ** n);
  });
  test("with momentum on λp²/2 follows the roots of r² − (1 + μ − αλ) r + μ", () => {
    const [a, mu, lambda, n] = [0.02, 0.5, 1.5, 20];
    const [got] = trained(OPTIMIZERS.momentum({ learningRate: a, momentum: mu }), n, (p) => tf.mul(p, lambda));
    const middle = (1 + mu - a * lambda) / 2;
    const [r1, r2] = [middle + Math.sqrt(middle ** 2 - mu), middle - Math.sqrt(middle ** 2 - mu)];
    // p₀ = START, and p₁ = (1 − αλ) p₀ since nothing came before.
    const first = ((1 - a * lambda - r2) / (r1 - r2)) * START;
    near(got!, first * r1 ** n + (START - first) * r2 ** n);
  });
  test("RMSProp divides a constant gradient by the root of its running mean square, 1 − ρˢ of its square", () => {
    const [a, rho, epsilon, n] = [0.01, 0.9, 1e-3, 30];
    const optimizer = OPTIMIZERS.rmsProp({ learningRate: a, decay: rho, epsilon });
    const got = trained(optimizer, n, constant, [START, START]);
    for (const [i, g] of G.entries()) {
      let expected = START;
      for (let s = 1; s <= n; s++) expected -= (a * g) / (Math.abs(g) * Math.sqrt(1 - rho ** s) + epsilon);
      near(got[i]!, expected);
    }
  });
  test("Adam moves by α along the sign of a constant gradient, whatever its size", () => {
    const [a, n] = [0.01, 30];
    const optimizer = OPTIMIZERS.adam({ learningRate: a, beta1: 0.5, beta2: 0.999, epsilon: 1e-8 });
    const got = trained(optimizer, n, constant, [START, START]);
    for (const [i, g] of G.entries()) near(got[i]!, START - a * n * Math.sign(g), 1e-4);
  });
  test("leaves parameters without a gradient, and the tensors that it is given, as they are", () => {
    for (const optimizer of [
      OPTIMIZERS.momentum({ learningRate: 0.1, momentum: 0.9 }),
      OPTIMIZERS.rmsProp({ learningRate: 0.1, decay: 0.9, epsilon: 1e-8 }),
      OPTIMIZERS.adam({ learningRate: 0.1, beta1: 0.9, beta2: 0.999, epsilon: 1e-8 }),
    ])
      tf.tidy(() => {
        const given = { p: tf.tensor1d([1, 2]), other: tf.tensor1d([3]) };
        const kept = optimizer.keeps.map((name) => [`p/${name}`, tf.tensor1d([0, 0])]);
        const state = { ...given, ...(Object.fromEntries(kept) as Record<string, tf.Tensor>) };
        const next = optimizer.update(engine.ops, state, { p: tf.tensor1d([1, -1]) }, tf.scalar(1));
        assert.deepEqual(Object.keys(next), ["p", ...optimizer.keeps.map((name) => `p/${name}`)]);
        assert.deepEqual([...state.p.dataSync()], [1, 2]);
      });
  });
});

describe("an optimizer under capture", NEEDS_TENSORFLOW, () => {
  let engine: Engine;
  before(async () => {
    engine = await openTensorflow();
  });
  for (const [name, optimizer] of [
    ["momentum", OPTIMIZERS.momentum({ learningRate: 0.03, momentum: 0.9 })],
    ["RMSProp", OPTIMIZERS.rmsProp({ learningRate: 0.03, decay: 0.95, epsilon: 1e-8 })],
    ["Adam", OPTIMIZERS.adam({ learningRate: 0.03, beta1: 0.9, beta2: 0.999, epsilon: 1e-8 })],
  ] as const)
    test(`${name} gives the bits of the step that runs operation by operation`, () => {
      const step = stepOf(engine, optimizer, (p) => tf.mul(tf.sin(p), p));
      const initial = startOf(optimizer, [START, -0.3, 0.7]);
      const [captured, reference] = [engine.compile(step, initial), eager(step, initial)];
      for (let i = 0; i < 20; i++) for (const program of [captured, reference]) program.run(() => ({}), [0, 0]);
      assert.equal(captured.kind, "captured", captured.reason);
      assert.deepEqual(captured.read(), reference.read());
      for (const program of [captured, reference]) program.dispose();
    });
});
