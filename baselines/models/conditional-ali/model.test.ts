import assert from "node:assert/strict";
import { describe, test } from "node:test";
import * as tf from "@tensorflow/tfjs-core";
import { parameterCount } from "../../../harness/contract/model.ts";
import { openEngine } from "../../../harness/engine/open.ts";
import { tensors } from "../../../harness/engine/program.ts";
import { mapSizes } from "../../../harness/nn/convolutional.ts";
import { celebaCode } from "../ali/networks/celeba.ts";
import { CONDITIONAL } from "../testing/image-cases.ts";
import { imageStepTests } from "../testing/image-step-tests.ts";
import { CONDITIONAL_CELEBA, conditionalAli } from "./images.ts";
import { conditionalGroups } from "./model.ts";
import { conditioned } from "./networks.ts";

for (const imageCase of CONDITIONAL) imageStepTests(imageCase);

describe("conditional ALI with CelebA's networks", () => {
  const networks = (embedding: "fixed" | "trained") =>
    conditioned(celebaCode, { attributes: 40, units: 256, embedding });

  test("closes: the embedding joins the last hidden maps, z, and both features", () => {
    const { encoder, posterior, decoder, joint } = networks("fixed");
    assert.deepEqual(mapSizes(encoder).at(-1), [1, 1, 512]);
    assert.deepEqual(posterior.input, [1, 1, 512 + 256]);
    assert.deepEqual(mapSizes(posterior).at(-1), [1, 1, 512]);
    assert.deepEqual(decoder.input, [1, 1, 256 + 256]);
    assert.deepEqual(mapSizes(decoder).at(-1), [64, 64, 3]);
    assert.deepEqual(joint.input, [1, 1, 512 + 1_024 + 256]);
  });

  test("has the pinned numbers of parameters in both readings of the embedding", () => {
    // Of CelebA's: 256·512 weights more after the encoder's hidden layers, 16·256·512 in the decoder's first row,
    // 256·2048 in the joint part's. An embedding: 40·256 + 256.
    const [generator, discriminator] = [6_794_880 + 131_072 + 11_811_392 + 2_097_152, 15_189_057 + 524_288];
    const counts = (embedding: "fixed" | "trained") => {
      const groups = conditionalGroups(networks(embedding));
      return Object.entries(groups).map(([name, group]) => [name, parameterCount(group)]);
    };
    assert.deepEqual(Object.fromEntries(counts("fixed")), { generator, discriminator, fixed: 10_496 });
    assert.deepEqual(Object.fromEntries(counts("trained")), {
      generator: generator + 2 * 10_496,
      discriminator: discriminator + 10_496,
      fixed: 0,
    });
  });

  test("another y gives another image and another posterior", async () => {
    const { ops } = await openEngine({ provision: false });
    const settings = { ...CONDITIONAL_CELEBA, widthFactor: 1 / 64, latent: 3, initialSd: 0.3 };
    const built = conditionalAli.build(settings, ops, new Float32Array(64 * 64 * 3));
    const state = tensors(built.initialState([1, 2]));
    const [none, all] = [tf.zeros([1, 40]), tf.ones([1, 40])] as [tf.Tensor2D, tf.Tensor2D];
    tf.tidy(() => {
      const image = (y: tf.Tensor2D) => built.decode!(state, tf.ones([1, 3]), y).dataSync();
      assert.notDeepEqual(image(none), image(all));
      const mean = (y: tf.Tensor2D) => built.posterior!(state, tf.ones([1, 64, 64, 3]), y).mean.dataSync();
      assert.notDeepEqual(mean(none), mean(all));
    });
    tf.dispose([state, none, all]);
  });
});
