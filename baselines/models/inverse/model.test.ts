import assert from "node:assert/strict";
import { before, describe, test } from "node:test";
import * as tf from "@tensorflow/tfjs-core";
import { openEngine } from "../../../harness/engine/open.ts";
import { frozenDecoderTests, onTrainedGan } from "../testing/frozen-decoder-tests.ts";
import { type Started, start } from "../testing/step-fixture.ts";
import { stepTests } from "../testing/step-tests.ts";
import { inverse } from "./model.ts";
import { paper } from "./networks.ts";
import { inverseLoss } from "./objective.ts";

// Encoder as ALI's; the decoder is not trained and does not count.
stepTests({
  model: onTrainedGan(inverse),
  parameters: { generator: 164_002 },
  widths: [
    { table: paper.encoder, widths: [400, 400, 2] },
    { table: paper.decoder, widths: [400, 400, 400, 400, 2] },
  ],
});
frozenDecoderTests(inverse);

describe("the objective of the learned inverse", () => {
  let started: Started;
  before(async () => {
    await openEngine({ provision: false });
    started = await start(onTrainedGan(inverse));
  });

  test("the squared distance: the sum over the dimensions, the mean over the batch", () => {
    const z = tf.tensor2d([[0, 0], [1, 1]]); // biome-ignore format: rows
    const zHat = tf.tensor2d([[3, 4], [1, 2]]); // biome-ignore format: rows
    assert.equal(inverseLoss(z, zHat).dataSync()[0], (25 + 1) / 2);
  });

  test("falls while it is trained", () => {
    const { initial, update } = started;
    const [early, late] = [update(initial, 1), update(initial, 300)].map(({ metrics }) => metrics.generatorLoss!);
    assert.equal(late! < early!, true, `${early} → ${late}`);
  });
});
