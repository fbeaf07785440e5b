/** The toy's models, captured, give the state that they give eagerly, bit for bit, and its losses within rounding. */
import assert from "node:assert/strict";
import { before, describe, test } from "node:test";
import * as tf from "@tensorflow/tfjs-core";
import type { BuiltModel, Model } from "../../harness/contract/model.ts";
import type { Engine } from "../../harness/engine/engine.ts";
import type { HostState } from "../../harness/engine/host-state.ts";
import { eager, type Program } from "../../harness/engine/program.ts";
import { standardNormal } from "../../harness/engine/stateless-normal.ts";
import { NEEDS_TENSORFLOW, openTensorflow } from "../../harness/engine/tensorflow/capture/engine-for-tests.ts";
import { ali } from "./ali/model.ts";
import { gan } from "./gan/model.ts";
import { inverse } from "./inverse/model.ts";
import { postHoc } from "./post-hoc/model.ts";
import { assertResumes } from "./testing/captured-fixture.ts";
import { onTrainedGan } from "./testing/frozen-decoder-tests.ts";
import { type VaeSettings, vae } from "./vae/model.ts";

const BATCH = 10;
const UPDATES = 20;

/** Update `index`, with a batch and a key of its own. */
function update(program: Program, index: number): Record<string, number> {
  program.run(() => ({ x: tf.tensor2d(standardNormal(2 * BATCH, [index, 1]), [BATCH, 2]) }), [index, -7 * index]);
  return program.metrics();
}

const MODELS: readonly Model<VaeSettings>[] = [ali, gan, vae, onTrainedGan(inverse), onTrainedGan(postHoc)];

for (const model of MODELS)
  describe(`${model.id}, captured`, NEEDS_TENSORFLOW, () => {
    let engine: Engine;
    let built: BuiltModel;
    let ended: HostState | undefined;
    before(async () => {
      engine = await openTensorflow();
      const toy = { network: "smoke", batchSize: BATCH, learningRate: 1e-3, beta1: 0.5, initialSd: 0.1 } as const;
      built = model.build({ ...toy, likelihoodSd: "learned" }, engine.ops);
    });

    test(`gives the metrics and the state of ${UPDATES} eager updates`, () => {
      const captured = engine.compile(built.step, built.initialState([3, 4]));
      const reference = eager(built.step, built.initialState([3, 4]));
      for (let i = 0; i < UPDATES; i++) {
        const [losses, expected] = [update(captured, i), update(reference, i)];
        assert.deepEqual(Object.keys(losses), Object.keys(expected));
        for (const [name, loss] of Object.entries(losses)) {
          // A sum that only a loss takes part in may be put together otherwise by the graph's optimiser.
          const off = Math.abs(loss / expected[name]! - 1);
          assert.equal(off <= 4 * 2 ** -23, true, `${name} of update ${i} is off by ${off}`);
        }
      }
      ended = captured.read();
      assert.deepEqual(ended, reference.read());
      assert.equal(captured.kind, "captured", captured.reason);
      captured.dispose();
      reference.dispose();
    });

    test("goes on from a saved state as if it had not stopped", () => {
      assertResumes(engine, built, update, UPDATES, ended);
    });
  });
