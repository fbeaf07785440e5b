/** The tests of a training step that every model of the toy passes; each model's model.test.ts runs them. */
import assert from "node:assert/strict";
import { before, describe, test } from "node:test";
import * as tf from "@tensorflow/tfjs-core";
import { type Model, parameterCount } from "../../../harness/contract/model.ts";
import type { HostState } from "../../../harness/engine/host-state.ts";
import { eager, tensors } from "../../../harness/engine/program.ts";
import type { MlpTable } from "../../../harness/nn/mlp.ts";
import type { ToySettings } from "../toy-settings.ts";
import { batch, KEY, type Started, start } from "./step-fixture.ts";

export interface StepCase {
  readonly model: Model<ToySettings>;
  /** Pinned: parameters of each group with the paper's networks. */
  readonly parameters: Readonly<Record<string, number>>;
  /** Pinned: width after each row of the paper's networks. */
  readonly widths: readonly { readonly table: MlpTable; readonly widths: readonly number[] }[];
}

export function stepTests({ model, parameters, widths }: StepCase): void {
  describe(`the training step of ${model.id}`, () => {
    let started: Started;
    let initial: HostState;
    before(async () => {
      started = await start(model);
      initial = started.initial;
    });

    test("its networks have the pinned parameter counts and row widths", () => {
      const counts = Object.entries(started.paper.groups).map(([name, group]) => [name, parameterCount(group)]);
      assert.deepEqual(Object.fromEntries(counts), parameters);
      for (const { table, widths: expected } of widths)
        assert.deepEqual(
          table.rows.map(([units]) => units),
          expected,
        );
    });

    test("the state keeps its names and shapes, and every parameter moves", () => {
      const { state } = started.update(initial);
      const shapes = (s: HostState) =>
        Object.entries(s)
          .map(([name, { shape }]) => [name, shape])
          .sort();
      assert.deepEqual(shapes(state), shapes(initial));
      const trained = Object.values(started.built.groups).flatMap((group) => group.map(({ name }) => name));
      for (const name of [...trained, "averages"])
        assert.notDeepEqual(state[name]!.data, initial[name]!.data, `${name} did not move`);
      assert.equal(state.updates!.data[0], 1);
    });

    test("the number of live tensors is constant", () => {
      const program = eager(started.built.step, initial);
      program.run(batch, KEY);
      const live = tf.memory().numTensors;
      for (let i = 0; i < 5; i++) program.run(batch, [KEY[0], i]);
      assert.equal(tf.memory().numTensors, live);
      program.dispose();
    });

    test("it is a pure function of state, batch and key", () => {
      const [one, two] = [started.update(initial).state, started.update(initial).state];
      assert.deepEqual(one, two);
      const program = eager(started.built.step, initial);
      program.run(batch, [KEY[0], KEY[1] + 1]);
      assert.notDeepEqual(program.read(), one);
      program.dispose();
    });

    for (const what of ["decode", "encode"] as const)
      test(`${what}: where it can, it uses the running averages: one point alike alone and among others`, (t) => {
        const { decode, encode } = started.built;
        if (!{ decode, encode }[what]) return t.skip(`${model.id} has none`);
        const apply = (points: tf.Tensor2D): tf.Tensor2D =>
          what === "decode" ? decode!(state, points) : encode!(state, points, points);
        const state = tensors(started.update(initial).state);
        const points = Float32Array.from({ length: 20 }, (_, i) => Math.cos(i));
        const all = tf.tidy(() => apply(tf.tensor2d(points, [10, 2])).arraySync());
        const [alone] = tf.tidy(() => apply(tf.tensor2d(points.slice(0, 2), [1, 2])).arraySync());
        assert.equal(Math.hypot(all[0]![0]! - alone![0]!, all[0]![1]! - alone![1]!) < 1e-6, true);
        assert.notDeepEqual(all[0], all[1], "two points give one");
        tf.dispose(state);
      });
  });
}
