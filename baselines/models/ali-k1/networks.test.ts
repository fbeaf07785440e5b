import assert from "node:assert/strict";
import { test } from "node:test";
import * as tf from "@tensorflow/tfjs-core";
import { parameterCount } from "../../../harness/contract/model.ts";
import { openEngine } from "../../../harness/engine/open.ts";
import { weightNormedParameters, weightNormedSizes } from "../../../harness/nn/weight-normed.ts";
import { cifar10Classifier, svhnClassifier } from "../gan-feature-matching/networks.ts";
import { aliK1 } from "./model.ts";
import { cifar10Pairs, earlierPairs, narrowedPairs, svhnPairs } from "./networks.ts";
import { logMeanProbability } from "./objective.ts";
import { type AliK1Settings, JOINED, PRINTED } from "./settings.ts";

const CODERS = { svhn: 3_315_488 + 1_767_584, cifar10: 3_118_496 + 981_152 };

/** ALI's own D(x), D(z) and D(x, z); of the last row ten outputs instead of one. */
const printed = (ofX: number, ofZ: number, joint: number, hidden: number): number =>
  ofX + ofZ + joint + 9 * (hidden + 1);

/** Of openai/improved-gan's D(x): see ../supervised/model.test.ts. A bias a channel; the last gain alone is trained. */
function joined(hidden: number, latent: number): number {
  const wide = 2 * hidden;
  const ofX =
    9 * (3 * hidden + 2 * hidden ** 2 + hidden * wide + 3 * wide ** 2) + 2 * wide ** 2 + 3 * hidden + 6 * wide;
  const ofZ = latent * wide + wide ** 2 + 2 * wide;
  const joint = 2 * ((2 * wide) ** 2 + 2 * wide) + 2 * wide * 10 + 10 + 10;
  return ofX + ofZ + joint;
}

const PINNED: readonly [AliK1Settings, discriminator: number, coders: number][] = [
  [PRINTED.svhn, printed(2_789_632, 393_216, 2_100_225, 1_024), CODERS.svhn],
  [PRINTED.cifar10, printed(5_681_984, 589_824, 4_199_425, 1_024), CODERS.cifar10],
  [PRINTED["cifar10-code"], printed(1_448_352, 163_840, 1_051_137, 512), CODERS.cifar10],
  [JOINED.svhn, joined(64, 256), CODERS.svhn],
  [JOINED.cifar10, joined(96, 64), CODERS.cifar10],
];

test("the networks have the published numbers of parameters", async () => {
  const { ops } = await openEngine({ provision: false });
  for (const [settings, discriminator, coders] of PINNED) {
    const { groups } = aliK1.build(settings, ops);
    const counts = Object.fromEntries(Object.entries(groups).map(([name, group]) => [name, parameterCount(group)]));
    assert.deepEqual(counts, { discriminator, generator: coders }, `${settings.reading}, ${settings.network}`);
  }
});

test("D(z) is as wide as improved-gan's D(x), the joint part as both, and it ends in ten logits", () => {
  for (const [{ imageFeatures, latentFeatures, joint }, published, wide] of [
    [svhnPairs, svhnClassifier, 128],
    [cifar10Pairs, cifar10Classifier, 192],
  ] as const) {
    assert.deepEqual(imageFeatures.rows, published.features.rows);
    assert.deepEqual(weightNormedSizes(imageFeatures).at(-1), [1, 1, wide]);
    assert.deepEqual(weightNormedSizes(latentFeatures).at(-1), [1, 1, wide]);
    const widths = weightNormedSizes(joint).map(([, , maps]) => maps);
    assert.deepEqual(
      [joint.input[2], ...widths],
      [2, 2, 2, 2, 2, 2, 10 / wide].map((times) => times * wide),
    );
    assert.deepEqual(
      weightNormedParameters(joint).trained.flatMap(({ name, role }) => (role === "scale" ? [name] : [])),
      ["joint/6/gain"],
    );
  }
});

test("reduced networks have a share of the features and of dropout; those of the earlier script its slopes", () => {
  const narrowed = narrowedPairs(cifar10Pairs, { widthFactor: 0.25, dropoutFactor: 0.5, latent: 10 });
  assert.deepEqual(
    [narrowed.latentFeatures.input, narrowed.joint.input].map(([, , maps]) => maps),
    [10, 96],
  );
  assert.deepEqual(weightNormedSizes(narrowed.joint).at(-1), [1, 1, 10]);
  const dropouts = Object.values(narrowed).map(({ rows }) =>
    rows.flatMap((row: readonly unknown[]) => (row[0] === "dropout" ? [row[1]] : [])),
  );
  assert.deepEqual(dropouts, [
    [0.1, 0.25, 0.25],
    [0.1, 0.25],
    [0.25, 0.25, 0.25],
  ]);
  assert.deepEqual(
    Object.values(earlierPairs(narrowed)).map(({ leak }) => leak),
    [0.1, 0.1, 0.1],
  );
});

test("draws are averaged as probabilities, not as logits", async () => {
  await openEngine({ provision: false });
  // Two cases, two draws: softmaxes (1/2, 1/2) and (1/4, 3/4); (1/5, 4/5) twice, from logits that differ by a constant.
  const logits = tf.log(
    tf.tensor2d([
      [1, 1],
      [1, 4],
      [1, 3],
      [2, 8],
    ]),
  );
  const told = tf.exp(logMeanProbability(logits, 2)).dataSync();
  [3 / 8, 5 / 8, 1 / 5, 4 / 5].forEach((expected, i) => {
    assert.equal(Math.abs(told[i]! - expected) < 1e-6, true, `${told[i]}, not ${expected}`);
  });
});
