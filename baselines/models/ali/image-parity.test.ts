/** Losses and gradients of one update equal those of an independent implementation in float64 (ci/peers/image_parity.py). */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { before, test } from "node:test";
import * as tf from "@tensorflow/tfjs-core";
import { openEngine } from "../../../harness/engine/open.ts";
import type { Ops } from "../../../harness/engine/ops.ts";
import { euclideanNorm, type Recipe, regenerate } from "../../../harness/engine/reference-values.ts";
import { imageGradients } from "./image-model.ts";
import { narrow } from "./narrow-images.ts";

interface Expected {
  readonly shape: readonly number[];
  readonly values: readonly number[];
  readonly norm: number;
  readonly largest: number;
}
const fixture = JSON.parse(readFileSync(new URL("./fixtures/image-parity.json", import.meta.url), "utf8")) as {
  readonly batch: number;
  readonly attempt: number;
  readonly dropouts: number;
  readonly losses: Readonly<Record<"generator" | "discriminator", number>>;
  readonly parameters: readonly (Recipe & { readonly name: string })[];
  readonly gradients: Readonly<Record<string, Expected>>;
};

/** Largest error of an entry, relative to the largest |entry| of its tensor: float32 through twelve layers. */
const TOLERANCE = 2e-4;

let ops: Ops;
before(async () => {
  ({ ops } = await openEngine({ provision: false }));
});

/** Tensors cut from one stream of normals. */
function cut(recipes: readonly Recipe[], key: [number, number]): tf.Tensor[] {
  const flat = regenerate(recipes, key);
  let at = 0;
  return recipes.map(({ shape }) => {
    const size = shape.reduce((a, b) => a * b, 1);
    at += size;
    return tf.tensor(flat.slice(at - size, at), [...shape]);
  });
}

test("losses and every gradient of ALI on images are PyTorch's in float64, with dropout", () => {
  const { batch, attempt, parameters, gradients, losses, dropouts } = fixture;
  tf.tidy(() => {
    const values = cut(parameters, [attempt, 1]);
    const state = Object.fromEntries(parameters.map(({ name }, i) => [name, values[i]!]));
    const recipe = (shape: number[], mean: number, sd: number): Recipe => ({ shape, mean, sd });
    const inputs = [
      recipe([batch, 10, 10, 2], 0.5, 0.1),
      recipe([batch, 1, 1, 3], 0, 1),
      recipe([batch, 1, 1, 3], 0, 1),
    ];
    const [x, z, epsilon] = cut(inputs, [attempt, 2]) as [tf.Tensor4D, tf.Tensor4D, tf.Tensor4D];
    let drawn = 0;
    const made = imageGradients(
      narrow,
      ops,
      state,
      { x, z, epsilon },
      { batchNormEpsilon: 1e-4, nextKey: () => tf.tensor1d([100 + drawn++, 5], "int32") },
    );
    assert.equal(drawn, dropouts);
    for (const which of ["generator", "discriminator"] as const) {
      const got = made.losses[which].dataSync()[0]!;
      assert.equal(
        Math.abs(got / losses[which] - 1) < 1e-5,
        true,
        `${which} loss is ${got}, expected ${losses[which]}`,
      );
    }
    const all = { ...made.gradients.generator, ...made.gradients.discriminator };
    assert.deepEqual(Object.keys(all).sort(), Object.keys(gradients).sort());
    for (const [name, { shape, values, norm, largest }] of Object.entries(gradients)) {
      assert.deepEqual(all[name]!.shape, shape, name);
      const got = all[name]!.dataSync();
      values.forEach((value, i) => {
        const off = Math.abs(got[i]! - value);
        assert.equal(
          off <= TOLERANCE * largest,
          true,
          `${name}, entry ${i}: ${got[i]}, expected ${value} ± ${TOLERANCE * largest}`,
        );
      });
      assert.equal(
        Math.abs(euclideanNorm(got) - norm) <= TOLERANCE * norm,
        true,
        `${name}: norm ${euclideanNorm(got)}, expected ${norm}`,
      );
    }
  });
});
