/** The tests of a training step that every adversarial model of the toy passes; each model's model.test.ts runs them. */
import assert from "node:assert/strict";
import { before, describe, test } from "node:test";
import * as tf from "@tensorflow/tfjs-core";
import type { Engine, Tensors } from "../../harness/engine/engine.ts";
import { openEngine } from "../../harness/engine/open.ts";
import { eager, hostState, tensors } from "../../harness/engine/program.ts";
import { type BuiltModel, type Model, parameterCount } from "../../harness/model.ts";
import { type MlpTable, rowWidths } from "../../harness/nn/mlp.ts";
import type { HostState } from "../../harness/training.ts";
import type { ToySettings } from "./toy-settings.ts";

export interface StepCase {
  readonly model: Model<ToySettings>;
  /** Pinned: parameters of each group with the paper's networks. */
  readonly parameters: Readonly<Record<string, number>>;
  /** Pinned: width after each row of the paper's networks. */
  readonly widths: readonly { readonly table: MlpTable; readonly widths: readonly number[] }[];
}

const SETTINGS: ToySettings = { network: "smoke", batchSize: 10, learningRate: 1e-3, beta1: 0.2, initialSd: 0.3 };
const KEY = [11, 12] as const;
const softplus = (t: number): number => Math.max(t, 0) + Math.log1p(Math.exp(-Math.abs(t)));

export function stepTests({ model, parameters, widths }: StepCase): void {
  describe(`the training step of ${model.id}`, () => {
    let engine: Engine;
    let built: BuiltModel;
    let initial: HostState;
    before(async () => {
      engine = await openEngine({ provision: false });
      built = model.build(SETTINGS, engine.ops);
      initial = built.initialState([1, 2]);
    });

    const batch = (): Tensors => ({
      x: tf.tensor2d(
        Float32Array.from({ length: 20 }, (_, i) => 2 * Math.sin(i)),
        [SETTINGS.batchSize, 2],
      ),
    });
    /** One update of a state, read back. */
    const update = (state: HostState): { state: HostState; metrics: Record<string, number> } => {
      const program = eager(built.step, state);
      program.run(batch, KEY);
      const out = { state: program.read(), metrics: program.metrics() };
      program.dispose();
      return out;
    };

    test("its networks have the pinned parameter counts and row widths", () => {
      const paper = model.build({ ...SETTINGS, network: "paper" }, engine.ops);
      const counts = Object.entries(paper.groups).map(([name, group]) => [name, parameterCount(group)]);
      assert.deepEqual(Object.fromEntries(counts), parameters);
      for (const { table, widths: expected } of widths) assert.deepEqual(rowWidths(table), expected);
    });

    test("the state keeps its names and shapes, and every parameter moves", () => {
      const { state } = update(initial);
      const shapes = (s: HostState) =>
        Object.entries(s)
          .map(([name, { shape }]) => [name, shape])
          .sort();
      assert.deepEqual(shapes(state), shapes(initial));
      for (const group of ["generator", "discriminator", "averages"])
        assert.notDeepEqual(state[group]!.data, initial[group]!.data, `${group} did not move`);
      assert.equal(state.updates!.data[0], 1);
    });

    test("each loss is the sum of its two softplus terms", () => {
      const { metrics } = update(initial);
      // At D's zero output layer every logit is 0, and each of the four terms is softplus(0) = log 2.
      const zero = {
        ...initial,
        discriminator: { ...initial.discriminator!, data: new Float32Array(initial.discriminator!.data.length) },
      };
      const atZero = update(zero).metrics;
      for (const loss of ["discriminatorLoss", "generatorLoss"]) {
        assert.equal(Math.abs(atZero[loss]! - 2 * Math.LN2) < 1e-6, true, `${loss} ${atZero[loss]}`);
        assert.equal(Math.abs(metrics[loss]! - 2 * Math.LN2) > 1e-6, true, `${loss} does not depend on D`);
      }
      // A bias c in D's last layer and zero weights make every logit c.
      const c = 0.7;
      const data = zero.discriminator.data.slice();
      data[data.length - 1] = c;
      const shifted = update({ ...zero, discriminator: { ...zero.discriminator, data } }).metrics;
      assert.equal(Math.abs(shifted.discriminatorLoss! - (softplus(-c) + softplus(c))) < 1e-6, true);
      assert.equal(Math.abs(shifted.generatorLoss! - (softplus(c) + softplus(-c))) < 1e-6, true);
    });

    test("the number of live tensors is constant", () => {
      const program = eager(built.step, initial);
      program.run(batch, KEY);
      const live = tf.memory().numTensors;
      for (let i = 0; i < 5; i++) program.run(batch, [KEY[0], i]);
      assert.equal(tf.memory().numTensors, live);
      program.dispose();
    });

    test("each group's update is its own: the other group's optimizer cannot touch it, to the bit", () => {
      const reference = update(initial).state;
      for (const [changed, untouched] of [
        ["generator", "discriminator"],
        ["discriminator", "generator"],
      ] as const) {
        const moments = { ...initial[`${changed}/m`]!, data: initial[`${changed}/m`]!.data.map(() => 0.5) };
        const { state } = update({ ...initial, [`${changed}/m`]: moments });
        assert.deepEqual(state[untouched]!.data, reference[untouched]!.data);
        assert.notDeepEqual(state[changed]!.data, reference[changed]!.data);
      }
    });

    test("it is a pure function of state, batch and key", () => {
      const [one, two] = [update(initial).state, update(initial).state];
      assert.deepEqual(one, two);
      const program = eager(built.step, initial);
      program.run(batch, [KEY[0], KEY[1] + 1]);
      assert.notDeepEqual(program.read().generator!.data, one.generator!.data);
      program.dispose();
    });

    test("decoding uses the running averages: one point decodes alike alone and among others", () => {
      const decode = built.decode;
      if (!decode) throw new TypeError(`${model.id} cannot decode`);
      const state = tensors(update(initial).state);
      const z = Float32Array.from({ length: 20 }, (_, i) => Math.cos(i));
      const all = tf.tidy(() => decode(state, tf.tensor2d(z, [10, 2])).arraySync());
      const [alone] = tf.tidy(() => decode(state, tf.tensor2d(z.slice(0, 2), [1, 2])).arraySync());
      assert.equal(Math.hypot(all[0]![0]! - alone![0]!, all[0]![1]! - alone![1]!) < 1e-6, true);
      assert.deepEqual(hostState(state).updates!.data[0], 1);
      for (const t of Object.values(state)) t.dispose();
    });
  });
}
