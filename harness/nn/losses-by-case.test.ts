import assert from "node:assert/strict";
import { before, describe, test } from "node:test";
import * as tf from "@tensorflow/tfjs-core";
import type { Engine } from "../engine/engine.ts";
import { openEngine } from "../engine/open.ts";
import { standardNormal } from "../engine/stateless-normal.ts";
import type { Tensors } from "../engine/step.ts";
import { type TwoLosses, twoLosses } from "./losses.ts";
import { twoLossesByCase } from "./losses-by-case.ts";
import { type MlpTable, mlpParameters, trainMlp } from "./mlp.ts";

// biome-ignore format: one line is one row of the network
const D: MlpTable = { name: "d", input: 2, rows: [[5, false, "maxout", 3], [4, false, "relu", 1], [1, false, "linear", 1]] };
const parameters = mlpParameters(D);
const CASES = 6;

const discriminatorLoss = (logits: tf.Tensor2D): tf.Scalar => {
  const [q, p] = tf.split(logits, 2) as [tf.Tensor2D, tf.Tensor2D];
  return tf.add(tf.mean(tf.softplus(tf.neg(q))), tf.mean(tf.softplus(p)));
};
const generatorLoss = (logits: tf.Tensor2D): tf.Scalar => {
  const [q, p] = tf.split(logits, 2) as [tf.Tensor2D, tf.Tensor2D];
  return tf.add(tf.mean(tf.softplus(q)), tf.mean(tf.softplus(tf.neg(p))));
};
const LOSSES = { discriminator: discriminatorLoss, generator: generatorLoss };

describe("two losses by one backward pass", () => {
  let engine: Engine;
  before(async () => {
    engine = await openEngine({ requested: "cpu", provision: false });
  });

  /** Both ways, with every logit near `at`: the generator moves half of the cases. */
  function both(at: number): readonly [TwoLosses<{ logits: tf.Tensor }>, TwoLosses<{ logits: tf.Tensor }>] {
    const { ops } = engine;
    const last = parameters.at(-1)!.name; // the bias of the logits
    const d: Tensors = Object.fromEntries(
      parameters.map(({ name, shape, size }, i) => {
        const values = standardNormal(size, [9, i]).map((x) => (name === last ? at : 0.5 * x));
        return [name, tf.tensor(values, [...shape])];
      }),
    );
    const g = { shift: tf.tensor1d(standardNormal(2, [3, 4])) };
    const real = tf.tensor2d(standardNormal(CASES, [5, 6]), [CASES / 2, 2]);
    const noise = tf.tensor2d(standardNormal(CASES, [7, 8]), [CASES / 2, 2]);
    const cases = () => tf.concat([real, tf.add(noise, g.shift)], 0) as tf.Tensor2D;
    const two = twoLosses(d, g, () => {
      const logits = trainMlp(D, d, cases(), ops, 0);
      return { discriminatorLoss: discriminatorLoss(logits), generatorLoss: generatorLoss(logits), aux: { logits } };
    });
    const one = twoLossesByCase(
      d,
      g,
      ops,
      ({ ops, into }) => {
        const logits = trainMlp(D, d, into(cases()), ops, 0);
        return { logits, aux: { logits } };
      },
      LOSSES,
    );
    return [one, two];
  }

  // At 100 the slopes of one loss are below the smallest float32 and those of the other 1.
  for (const at of [0, 30, -30, 60, 100])
    test(`agrees with two passes where the logits are near ${at}`, () =>
      void tf.tidy(() => {
        const [one, two] = both(at);
        assert.deepEqual([...one.aux.logits.dataSync()], [...two.aux.logits.dataSync()]);
        for (const who of ["generator", "discriminator"] as const) {
          assert.equal(one.losses[who].dataSync()[0], two.losses[who].dataSync()[0]);
          const flat = (gradient: Tensors) => Object.values(gradient).flatMap((tensor) => [...tensor.dataSync()]);
          const [got, expected] = [flat(one.gradients[who]), flat(two.gradients[who])];
          const largest = Math.max(...expected.map(Math.abs));
          expected.forEach((value, i) => {
            assert.equal(
              Math.abs(got[i]! - value) <= 2e-6 * largest + 1e-40,
              true,
              `${who} ${i}: ${got[i]}, not ${value}`,
            );
          });
          if (at === 0) assert.notEqual(largest, 0);
        }
      }));

  test("leaves no tensors behind but those it gives", () => {
    const held = (): number => tf.memory().numTensors;
    const before = held();
    tf.tidy(() => void both(0));
    assert.equal(held(), before);
  });
});
