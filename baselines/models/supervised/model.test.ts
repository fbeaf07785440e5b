import assert from "node:assert/strict";
import { test } from "node:test";
import * as tf from "@tensorflow/tfjs-core";
import { parameterCount } from "../../../harness/contract/model.ts";
import { openEngine } from "../../../harness/engine/open.ts";
import { weightNormedParameters, weightNormedSizes } from "../../../harness/nn/weight-normed.ts";
import { cifar10Classifier, svhnClassifier } from "../gan-feature-matching/networks.ts";
import { classifierOf, JUNE_9, RELEASE } from "../improved-gan-settings.ts";
import { scheduledRate } from "../improved-gan-update.ts";

test("the networks have the published sizes and numbers of parameters", () => {
  for (const [{ features, head }, hidden] of [
    [svhnClassifier, 64],
    [cifar10Classifier, 96],
  ] as const) {
    const wide = 2 * hidden;
    const sides = weightNormedSizes(features).map(([side]) => side);
    assert.deepEqual(sides, [32, 32, 32, 16, 16, 16, 16, 8, 8, 6, 6, 6, 1]);
    assert.deepEqual(weightNormedSizes(features).at(-1), head.input);
    assert.deepEqual(weightNormedSizes(head).at(-1), [1, 1, 10]);
    // 3 × 3 kernels of rows 1 to 3, 5 to 7 and 9, then 1 × 1; a bias a channel; the last gain alone is trained.
    const weights = 9 * (3 * hidden + 2 * hidden ** 2 + hidden * wide + 3 * wide ** 2) + 2 * wide ** 2 + 10 * wide;
    const biases = 3 * hidden + 6 * wide + 10;
    const parameters = [features, head].map(weightNormedParameters);
    assert.equal(parameterCount(parameters.flatMap(({ trained }) => trained)), weights + biases + 10);
    assert.equal(parameterCount(parameters.flatMap(({ all }) => all)), weights + 2 * biases);
  }
});

test("the rate is flat for 600 epochs of 732 updates and falls on a line to 0 at 900", async () => {
  await openEngine({ provision: false });
  const at = (epoch: number, updates = 0): number =>
    scheduledRate(RELEASE.svhn, tf.scalar(732 * epoch + updates)).dataSync()[0]! / 3e-4;
  const rates = [at(0), at(600, 731), at(750), at(750, 731), at(900), at(1000)].map(
    (rate) => Math.round(rate * 1e5) / 1e5,
  );
  assert.deepEqual(rates, [1, 1, 0.5, 0.5, 0, 0]);
});

test("of the earlier script, slopes are 0.1 and the first batch gives a layer one deviation", () => {
  const { features, head } = classifierOf(JUNE_9.cifar10);
  assert.deepEqual([features.leak, head.leak, features.deviationOf], [0.1, 0.1, "layer"]);
  const deviations = [...features.rows, ...head.rows].flatMap((row) => (row[0] === "conv" ? [row[6]] : []));
  assert.deepEqual([...new Set(deviations)], [1]);
  assert.deepEqual(weightNormedSizes(features), weightNormedSizes(cifar10Classifier.features));
});

test("a reduced network has a share of the features, and of dropout", () => {
  const { features, head } = classifierOf({ ...RELEASE.svhn, widthFactor: 0.25, dropoutFactor: 0.5 });
  assert.deepEqual(
    features.rows.filter(([op]) => op === "dropout").map(([, rate]) => rate),
    [0.1, 0.25, 0.25],
  );
  assert.deepEqual([...new Set(weightNormedSizes(features).map(([, , maps]) => maps))], [3, 16, 32]);
  assert.deepEqual(
    [head.input, weightNormedSizes(head).at(-1)],
    [
      [1, 1, 32],
      [1, 1, 10],
    ],
  );
});
