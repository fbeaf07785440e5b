/** Losses, gradients, updates and settled averages equal an independent implementation's in float64 (ci/peers/noisy_normed_parity.py). */
import { test } from "node:test";
import * as tf from "@tensorflow/tfjs-core";
import { openEngine } from "../../../harness/engine/open.ts";
import { checkUpdates } from "../testing/noisy-parity.ts";
import { near } from "../testing/parity-near.ts";
import fixture from "./fixtures/parity.json" with { type: "json" };
import { buildLadder, LADDER } from "./model.ts";
import { narrowLadder } from "./narrow.ts";

test("losses, gradients, updates, averages and logits, while it is trained and settled, are PyTorch's in float64", async () => {
  const { ops } = await openEngine({ provision: false });
  tf.tidy(() => {
    const model = buildLadder(narrowLadder, { ...LADDER, ...fixture.recipe, preprocessing: "gcn" }, ops);
    const { state, images } = checkUpdates(fixture, narrowLadder.input, model);
    const settled = fixture.losses.reduce(
      (state, _, at) => model.settling!.see(state, { x: images(101 + at) }),
      model.settling!.begin(state),
    );
    near("settled averages", settled.averages!.dataSync(), fixture.settled, 1e-4);
    near("settled logits", model.logits(settled, images(300)).dataSync(), fixture.settledLogits, 1e-3);
  });
});
