import assert from "node:assert/strict";
import { before, describe, test } from "node:test";
import * as tf from "@tensorflow/tfjs-core";
import { openEngine } from "../engine/open.ts";
import type { Ops } from "../engine/ops.ts";
import { type Crossed, type JointMlpTable, jointMlpParameters, runJointMlp } from "./joint-mlp.ts";

const TABLE: JointMlpTable<"x" | "y" | "z", "out" | "other"> = {
  name: "net",
  inputs: { x: 2, y: 3, z: 1 },
  rows: [
    [2, false, "linear", 1],
    [1, false, "relu", 1],
  ],
  heads: { out: 1, other: 2 },
};

describe("a perceptron of several inputs", () => {
  let ops: Ops;
  before(async () => {
    ({ ops } = await openEngine({ provision: false }));
  });

  test("has weights for each input, and weights and a bias for each head", () => {
    assert.deepEqual(
      jointMlpParameters(TABLE).map(({ name, shape }) => `${name} ${shape}`),
      [
        "net/1/x/weights 2,2",
        "net/1/y/weights 3,2",
        "net/1/z/weights 1,2",
        "net/1/bias 2",
        "net/2/weights 2,1",
        "net/2/bias 1",
        "net/out/weights 1,1",
        "net/out/bias 1",
        "net/other/weights 1,2",
        "net/other/bias 2",
      ],
    );
  });

  test("crosses classes, samples and cases: the sum that one would work out by hand", () => {
    tf.tidy(() => {
      const parameters = {
        "net/1/x/weights": tf.tensor2d([1, 0, 0, 1], [2, 2]),
        "net/1/y/weights": tf.tensor2d([10, 20, 30, 40, 50, 60], [3, 2]),
        "net/1/z/weights": tf.tensor2d([100, 200], [1, 2]),
        "net/1/bias": tf.tensor1d([0.25, 0.5]),
        "net/2/weights": tf.tensor2d([1, -0.5], [2, 1]),
        "net/2/bias": tf.tensor1d([1000]),
        "net/out/weights": tf.tensor2d([2], [1, 1]),
        "net/out/bias": tf.tensor1d([1]),
        "net/other/weights": tf.tensor2d([1, -1], [1, 2]),
        "net/other/bias": tf.tensor1d([0, 5]),
      };
      const inputs = {
        x: tf.tensor4d([1, 2, 3, 4], [1, 1, 2, 2]), // two cases
        y: tf.reshape(tf.eye(3), [3, 1, 1, 3]) as Crossed, // three classes
        z: tf.tensor4d([1, -1], [1, 2, 1, 1]), // two samples
      };
      const { out, other } = runJointMlp(TABLE, parameters, inputs, ops);
      assert.deepEqual(out.shape, [3, 2, 2, 1]);
      assert.deepEqual(other.shape, [3, 2, 2, 2]);
      // The second row: (x1 + y1 + 100 z + 0.25) − (x2 + y2 + 200 z + 0.5) / 2 + 1000.
      const [y1, y2] = [
        [10, 30, 50],
        [20, 40, 60],
      ];
      const expected = [0, 1, 2].map((k) =>
        [1, -1].map((z) =>
          [
            [1, 2],
            [3, 4],
          ].map(([x1, x2]) => {
            const hidden = x1! + y1![k]! + 100 * z + 0.25 - (x2! + y2![k]! + 200 * z + 0.5) / 2 + 1000;
            return [2 * hidden + 1];
          }),
        ),
      );
      assert.deepEqual(out.arraySync(), expected);
    });
  });
});
