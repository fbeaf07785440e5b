/** Every model trains on the wasm engine as on the plain JavaScript one, from one state, with one batch and key. */
import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import * as tf from "@tensorflow/tfjs-core";
import type { BuiltModel, Model } from "../../harness/contract/model.ts";
import type { EngineId } from "../../harness/engine/engine.ts";
import type { HostState } from "../../harness/engine/host-state.ts";
import { openEngine } from "../../harness/engine/open.ts";
import type { Ops } from "../../harness/engine/ops.ts";
import { eager } from "../../harness/engine/program.ts";
import { euclideanNorm } from "../../harness/engine/reference-values.ts";
import { standardNormal } from "../../harness/engine/stateless-normal.ts";
import type { Tensors } from "../../harness/engine/step.ts";
import { ali } from "./ali/model.ts";
import { buildFeatureClassifier, SETTINGS as CLASSIFIER } from "./feature-classifier/model.ts";
import { narrow as narrowClassifier } from "./feature-classifier/narrow.ts";
import { gan } from "./gan/model.ts";
import { inverse } from "./inverse/model.ts";
import { postHoc } from "./post-hoc/model.ts";
import { CLASSIFIER_CASES, type ClassifierCase } from "./testing/classifier-cases.ts";
import { onTrainedGan } from "./testing/frozen-decoder-tests.ts";
import { IMAGE_CASES, type ImageCase } from "./testing/image-cases.ts";
import { type VaeSettings, vae } from "./vae/model.ts";

/**
 * Relative Euclidean distances. The moments are the gradients and their squares, up to a factor; the first update moves a
 * parameter by the learning rate in its gradient's direction, whatever its size, so that one nearly zero may move the
 * other way.
 */
const TOLERANCE = { losses: 1e-5, state: 2e-5, movement: 1e-3 };

interface Case {
  /** Its folder, and what else tells it from others there. */
  readonly name: string;
  build(ops: Ops): Pick<BuiltModel, "initialState" | "step">;
  batch(): Tensors;
}

const BATCH = 10;
const TOY = { network: "smoke", batchSize: BATCH, learningRate: 1e-3, beta1: 0.5, initialSd: 0.3 } as const;
const toy = (name: string, model: Model<VaeSettings>): Case => ({
  name,
  build: (ops) => model.build({ ...TOY, likelihoodSd: "learned" }, ops),
  batch: () => ({ x: tf.tensor2d(standardNormal(2 * BATCH, [1, 2]), [BATCH, 2]) }),
});
const images = ({ name, build, batch }: ImageCase): Case => ({ name, build, batch: () => batch(BATCH, 1) });
const classifier: Case = {
  name: "feature-classifier",
  build: (ops) => buildFeatureClassifier(narrowClassifier, "attributes", { ...CLASSIFIER, initialSd: 0.3 }, ops),
  batch() {
    const [height, width, channels] = narrowClassifier.features.input;
    const x = tf.tensor4d(standardNormal(BATCH * height * width * channels, [1, 2]), [BATCH, height, width, channels]);
    const y = Array.from({ length: BATCH * 3 }, (_, i) => i % 2);
    return { x: tf.sigmoid(x), y: tf.tensor2d(y, [BATCH, 3]) };
  },
};
const semiSupervised = ({ name, build, batch }: ClassifierCase): Case => ({ name, build, batch: () => batch(2) });
const CASES: readonly Case[] = [
  toy("ali", ali),
  toy("gan", gan),
  toy("inverse", onTrainedGan(inverse)),
  toy("post-hoc", onTrainedGan(postHoc)),
  toy("vae", vae),
  ...IMAGE_CASES.map(images),
  classifier,
  ...CLASSIFIER_CASES.map(semiSupervised),
];

async function opened(id: EngineId): Promise<Ops> {
  return (await openEngine({ requested: id, provision: false })).ops;
}

interface Updated {
  readonly losses: Readonly<Record<string, number>>;
  readonly state: HostState;
}
async function firstUpdate(id: EngineId, { build, batch }: Case, initial: HostState): Promise<Updated> {
  const program = eager(build(await opened(id)).step, initial);
  program.run(batch, [3, 4]);
  const updated = { losses: program.metrics(), state: program.read() };
  program.dispose();
  return updated;
}

const difference = (a: Float32Array, b: Float32Array): Float32Array => a.map((value, i) => value - b[i]!);
const distance = (got: Float32Array, expected: Float32Array): number =>
  euclideanNorm(difference(got, expected)) / (euclideanNorm(expected) || 1);

test("every model of this folder is here", () => {
  const entries = readdirSync(fileURLToPath(new URL(".", import.meta.url)), { withFileTypes: true });
  const folders = entries
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name)
    .filter((name) => name !== "testing");
  assert.deepEqual([...new Set(CASES.map(({ name }) => name.split(/,? /)[0]!))].sort(), folders.sort());
});

for (const model of CASES)
  describe(`${model.name} on wasm`, () => {
    test("its first update is the cpu engine's", async (t) => {
      const initial = model.build(await opened("cpu")).initialState([1, 2]);
      const expected = await firstUpdate("cpu", model, initial);
      const got = await firstUpdate("wasm", model, initial);
      for (const [name, loss] of Object.entries(expected.losses)) {
        const off = Math.abs(got.losses[name]! / loss - 1);
        assert.ok(off <= TOLERANCE.losses, `${name}: ${got.losses[name]}, expected ${loss}`);
      }
      assert.deepEqual(Object.keys(got.state).sort(), Object.keys(expected.state).sort());
      let worst = 0;
      for (const [name, { data }] of Object.entries(expected.state)) {
        const [start, mine] = [initial[name]!.data, got.state[name]!.data];
        const off = distance(mine, data);
        worst = Math.max(worst, off);
        assert.ok(off <= TOLERANCE.state, `${name}: relative distance ${off}, allowed ${TOLERANCE.state}`);
        const movement = distance(difference(mine, start), difference(data, start));
        assert.ok(movement <= TOLERANCE.movement, `movement of ${name}: relative distance ${movement}`);
      }
      t.diagnostic(`largest relative distance of a state's tensor ${worst.toExponential(1)}`);
    });

    test("its updates leave no tensor and no memory behind", async () => {
      const built = model.build(await opened("wasm"));
      const program = eager(built.step, built.initialState([1, 2]));
      const live = () => [tf.memory().numTensors, (tf.backend() as tf.KernelBackend).numDataIds()];
      program.run(model.batch, [0, 0]);
      const before = live();
      for (let i = 1; i < 5; i++) program.run(model.batch, [0, i]);
      assert.deepEqual(live(), before);
      program.dispose();
    });
  });
