/** Losses, gradients, updates, averages and logits equal an independent implementation's in float64 (ci/peers/noisy_normed_parity.py). */
import { test } from "node:test";
import * as tf from "@tensorflow/tfjs-core";
import { openEngine } from "../../../harness/engine/open.ts";
import { checkUpdates } from "../testing/noisy-parity.ts";
import fixture from "./fixtures/parity.json" with { type: "json" };
import { buildCatgan, CATGAN } from "./model.ts";
import { narrowCatgan } from "./narrow.ts";

test("losses with every term, gradients, updates, averages and logits are PyTorch's in float64", async () => {
  const { ops } = await openEngine({ provision: false });
  tf.tidy(() => {
    const model = buildCatgan(narrowCatgan, { ...CATGAN, ...fixture.recipe }, ops);
    checkUpdates(fixture, narrowCatgan.discriminator.input, model);
  });
});
