import assert from "node:assert/strict";
import { before, describe, test } from "node:test";
import * as tf from "@tensorflow/tfjs-core";
import { parameterCount } from "../../../harness/contract/model.ts";
import type { Engine } from "../../../harness/engine/engine.ts";
import type { HostState } from "../../../harness/engine/host-state.ts";
import { openEngine } from "../../../harness/engine/open.ts";
import { eager, type Program, tensors } from "../../../harness/engine/program.ts";
import { standardNormal } from "../../../harness/engine/stateless-normal.ts";
import type { Tensors } from "../../../harness/engine/step.ts";
import { NEEDS_TENSORFLOW, openTensorflow } from "../../../harness/engine/tensorflow/capture/engine-for-tests.ts";
import { mapSizes } from "../../../harness/nn/convolutional.ts";
import { assertResumes } from "../testing/captured-fixture.ts";
import { buildFeatureClassifier, classifierParameters, type FeatureClassifier, SETTINGS } from "./model.ts";
import { narrow } from "./narrow.ts";
import { classifierNetwork } from "./networks.ts";
import { crossEntropy, type Labelling } from "./objective.ts";

const UPDATES = 10;
const BATCH = 6;
const OUTPUTS = 3;
const [HEIGHT, WIDTH, CHANNELS] = narrow.features.input;
const LABELLINGS = ["classes", "attributes"] as const;

/** Case i of a batch is of class i mod 3, or has attribute j where bit j of i is set; its first channel tells of it. */
const labels = (labelling: Labelling): number[] =>
  Array.from({ length: BATCH * OUTPUTS }, (_, at) => {
    const [i, j] = [Math.floor(at / OUTPUTS), at % OUTPUTS];
    return Number(labelling === "classes" ? i % OUTPUTS === j : ((i >> j) & 1) === 1);
  });
function batch(index: number, labelling: Labelling): Tensors {
  const size = HEIGHT * WIDTH * CHANNELS;
  const y = labels(labelling);
  const x = standardNormal(BATCH * size, [index, 1]).map((normal, at) => {
    const told = y[Math.floor(at / size) * OUTPUTS + (at % OUTPUTS)]!;
    return 1 / (1 + Math.exp(-normal - 2 * told));
  });
  return { x: tf.tensor4d(x, [BATCH, HEIGHT, WIDTH, CHANNELS]), y: tf.tensor2d(y, [BATCH, OUTPUTS]) };
}
const build = (engine: Engine, labelling: Labelling): FeatureClassifier =>
  buildFeatureClassifier(narrow, labelling, { ...SETTINGS, initialSd: 0.3, learningRate: 0.01 }, engine.ops);
function update(program: Program, index: number, labelling: Labelling = "classes"): Record<string, number> {
  program.run(() => batch(index, labelling), [index, 7]);
  return program.metrics();
}

describe("the networks of the feature classifier", () => {
  for (const [size, sizes, hidden] of [
    // Weights, and a scale and a shift a map.
    [32, [15, 13, 6, 4, 1], 48 * 32 + 288 * 48 + 432 * 64 + 576 * 96 + 1536 * 64 + 2 * (32 + 48 + 64 + 96 + 64)],
    [
      64,
      [31, 15, 13, 6, 4, 1],
      48 * 16 + 144 * 32 + 288 * 48 + 432 * 64 + 576 * 96 + 1536 * 64 + 2 * (16 + 32 + 48 + 64 + 96 + 64),
    ],
  ] as const)
    test(`end in 64 features of the whole image of ${size} × ${size}, and have the pinned numbers of parameters`, () => {
      const network = classifierNetwork([size, size, 3], 10);
      assert.deepEqual(
        mapSizes(network.features).map(([height]) => height),
        sizes,
      );
      assert.deepEqual(mapSizes(network.features).at(-1), [1, 1, 64]);
      assert.deepEqual(mapSizes(network.head), [[1, 1, 10]]);
      assert.equal(parameterCount(classifierParameters(network)), hidden + 64 * 10 + 10);
    });

  test("take grey images, and refuse other sizes", () => {
    assert.equal(parameterCount(classifierParameters(classifierNetwork([32, 32, 1], 10))), 197_866 - 2 * 16 * 32);
    for (const shape of [
      [28, 28, 1],
      [32, 64, 3],
    ] as const)
      assert.throws(() => classifierNetwork(shape, 10), /they are 32 × 32 or 64 × 64/);
  });
});

test("cross entropy of large logits is finite, and that of even ones is log 2 or the log of the classes", () => {
  tf.tidy(() => {
    const y = tf.tensor2d([1, 0, 0], [1, 3]);
    const of = (labelling: Labelling, logits: number[]): number =>
      crossEntropy(labelling, tf.tensor2d(logits, [1, 3]), y).dataSync()[0]!;
    const near = (got: number, wanted: number): void =>
      assert.equal(Math.abs(got - wanted) < 1e-4, true, `${got}, not ${wanted}`);
    near(of("classes", [5, 5, 5]), Math.log(3));
    near(of("attributes", [0, 0, 0]), Math.LN2);
    near(of("classes", [-200, 300, 0]), 500);
    near(of("attributes", [-200, 300, 0]), (200 + 300 + Math.LN2) / 3);
  });
});

for (const labelling of LABELLINGS)
  describe(`the training step of the feature classifier, for ${labelling}`, () => {
    let built: FeatureClassifier;
    let initial: HostState;
    before(async () => {
      built = build(await openEngine({ provision: false }), labelling);
      initial = built.initialState([3, 4]);
    });
    const after = (updates: number): HostState => {
      const program = eager(built.step, initial);
      for (let i = 0; i < updates; i++) update(program, i, labelling);
      const state = program.read();
      program.dispose();
      return state;
    };

    test("an update moves every parameter, keeps names and shapes, and is the same each time", () => {
      const state = after(1);
      assert.deepEqual(
        Object.entries(state).map(([name, { shape }]) => [name, [...shape]]),
        Object.entries(initial).map(([name, { shape }]) => [name, [...shape]]),
      );
      for (const name of Object.keys(initial))
        assert.notDeepEqual(state[name]!.data, initial[name]!.data, `${name} did not move`);
      assert.deepEqual(after(1), state);
    });

    test("the number of live tensors is constant", () => {
      const program = eager(built.step, initial);
      update(program, 0, labelling);
      const live = tf.memory().numTensors;
      for (let i = 1; i < 4; i++) update(program, i, labelling);
      assert.equal(tf.memory().numTensors, live);
      program.dispose();
    });

    test("it learns to tell", () => {
      const program = eager(built.step, initial);
      const first = update(program, 0, labelling).classifierLoss!;
      for (let i = 1; i < 150; i++) update(program, i, labelling);
      const last = update(program, 150, labelling).classifierLoss!;
      program.dispose();
      assert.equal(last < 0.5 * first, true, `loss ${first}, then ${last}`);
    });

    test("features and logits are by the running averages: an image alike alone and among others", () => {
      const state = tensors(after(2));
      const { x } = batch(9, labelling) as { x: tf.Tensor4D };
      const of = (images: tf.Tensor4D): [Float32Array, Float32Array] =>
        tf.tidy(() => {
          const features = built.features(state, images);
          assert.deepEqual(features.shape, [images.shape[0], 5]);
          const logits = built.logits(state, features);
          assert.deepEqual(logits.shape, [images.shape[0], OUTPUTS]);
          return [features.dataSync() as Float32Array, logits.dataSync() as Float32Array];
        });
      const [all, alone] = [of(x), of(tf.slice(x, 0, 1))];
      for (const which of [0, 1] as const)
        alone[which].forEach((value, i) => {
          assert.equal(Math.abs(value - all[which][i]!) < 1e-5, true, `${value}, among others ${all[which][i]}`);
        });
      assert.notDeepEqual(all[0].slice(0, 5), all[0].slice(5, 10), "two images have the same features");
      tf.dispose([x, state]);
    });
  });

describe("the feature classifier, captured", NEEDS_TENSORFLOW, () => {
  let engine: Engine;
  before(async () => {
    engine = await openTensorflow();
  });

  for (const labelling of LABELLINGS)
    test(`gives the state of ${UPDATES} eager updates, bit for bit, for ${labelling}`, () => {
      const built = build(engine, labelling);
      const [captured, reference] = [
        engine.compile(built.step, built.initialState([3, 4])),
        eager(built.step, built.initialState([3, 4])),
      ];
      for (let i = 0; i < UPDATES; i++) for (const program of [captured, reference]) update(program, i, labelling);
      assert.equal(captured.kind, "captured", captured.reason);
      assert.deepEqual(captured.read(), reference.read());
      captured.dispose();
      reference.dispose();
    });

  test("goes on from a saved state as if it had not stopped", () => {
    assertResumes(engine, build(engine, "classes"), update, UPDATES);
  });
});
