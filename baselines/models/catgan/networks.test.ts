import assert from "node:assert/strict";
import { test } from "node:test";
import * as tf from "@tensorflow/tfjs-core";
import { parameterCount } from "../../../harness/contract/model.ts";
import { openEngine } from "../../../harness/engine/open.ts";
import { mapSizes } from "../../../harness/nn/convolutional.ts";
import { noisyNormedMaps, noisyNormedSizes } from "../../../harness/nn/noisy-normed.ts";
import { CATGAN, catgan } from "./model.ts";
import { catganNetworks, narrowedCatgan } from "./networks.ts";
import { discriminatorLoss, generatorLoss } from "./objective.ts";

test("the networks have the sizes and numbers of parameters of their tables", async () => {
  const { discriminator, projection, decoder } = catganNetworks;
  const sizes = noisyNormedSizes(discriminator);
  assert.deepEqual(
    sizes.map(([side]) => side),
    [32, 32, 32, 16, 16, 16, 16, 16, 8, 8, 6, 6, 6, 1],
  );
  assert.deepEqual(noisyNormedMaps(discriminator), [96, 96, 96, 192, 192, 192, 192, 192]);
  assert.deepEqual(
    [mapSizes(projection), mapSizes(decoder)],
    [
      [[1, 1, 12288]],
      [
        [16, 16, 96],
        [32, 32, 64],
        [32, 32, 3],
      ],
    ],
  );
  const { groups } = catgan.build(CATGAN, (await openEngine({ provision: false })).ops);
  const kernels = 9 * (3 * 96 + 2 * 96 ** 2 + 96 * 192 + 3 * 192 ** 2) + 192 ** 2 + 192 * 10;
  assert.equal(parameterCount(groups.discriminator!), kernels + 3 * 96 + 5 * 192 + 10);
  assert.equal(parameterCount(groups.discriminator!), 1_369_738);
  // Weights; scale and shift a unit or channel; the image's biases.
  const drawing = 128 * 12288 + 25 * (192 * 96 + 96 * 64 + 64 * 3) + 2 * (12288 + 96 + 64) + 3;
  assert.equal(parameterCount(groups.generator!), drawing);
  assert.equal(drawing, 2_216_963);
});

test("reduced networks have a share of the features, of noise and of dropout, for images of the same size", () => {
  const factors = { widthFactor: 0.25, noiseFactor: 0.5, dropoutFactor: 0.2 };
  const { discriminator, projection, decoder } = narrowedCatgan(catganNetworks, factors);
  assert.deepEqual([...new Set(noisyNormedSizes(discriminator).map(([, , maps]) => maps))], [24, 48, 10]);
  assert.equal(discriminator.noise, 0.025);
  assert.deepEqual(
    discriminator.rows.flatMap((row) => (row[0] === "dropout" ? [row[1]] : [])),
    [0.1, 0.1],
  );
  assert.deepEqual(mapSizes(projection), [[1, 1, 8 * 8 * 48]]);
  assert.deepEqual(mapSizes(decoder).at(-1), [32, 32, 3]);
});

test("certain cases spread over all classes cost −log K, uncertain ones nothing; the generator is judged the same", () => {
  tf.tidy(() => {
    const certain = tf.tensor2d([900, 0, 0, 0, 900, 0, 0, 0, 900], [3, 3]);
    const uncertain = tf.zeros([3, 3]) as tf.Tensor2D;
    const near = (got: tf.Scalar, expected: number) =>
      assert.equal(Math.abs(got.dataSync()[0]! - expected) < 1e-5, true, `${got.dataSync()[0]}, not ${expected}`);
    const { loss, terms } = discriminatorLoss(certain, uncertain);
    near(loss, -2 * Math.log(3));
    near(terms.marginal, Math.log(3));
    near(terms.conditional, 0);
    near(terms.ofFake, Math.log(3));
    near(generatorLoss(certain), -Math.log(3));
    near(generatorLoss(uncertain), 0);
    near(generatorLoss(tf.tensor2d([900, 0, 0, 900, 0, 0], [2, 3])), 0);
  });
});
