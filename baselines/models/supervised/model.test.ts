import assert from "node:assert/strict";
import { before, describe, test } from "node:test";
import * as tf from "@tensorflow/tfjs-core";
import type { Engine, Tensors } from "../../../harness/engine/engine.ts";
import { openEngine } from "../../../harness/engine/open.ts";
import { eager, hostState, type Program, tensors } from "../../../harness/engine/program.ts";
import { standardNormal } from "../../../harness/engine/stateless-normal.ts";
import { NEEDS_TENSORFLOW, openTensorflow } from "../../../harness/engine/tensorflow/capture/engine-for-tests.ts";
import { parameterCount } from "../../../harness/model.ts";
import { weightNormedParameters, weightNormedSizes } from "../../../harness/nn/weight-normed.ts";
import type { HostState } from "../../../harness/training.ts";
import { scheduledRate } from "../improved-gan-update.ts";
import type { BuiltClassifier } from "../semi-supervised.ts";
import { buildSupervised, SUPERVISED_SVHN } from "./model.ts";
import { narrow } from "./narrow.ts";
import { supervisedCifar10, supervisedSvhn } from "./networks.ts";

const [BATCH, CLASSES] = [6, 3];
/** Case i is of class i mod 3; its brightness tells of it. */
function batch(index: number): Tensors {
  const size = 8 * 8 * 2;
  const x = standardNormal(BATCH * size, [index, 1]).map((normal, at) => {
    return 1 / (1 + Math.exp(-normal - 2 * ((Math.floor(at / size) % CLASSES) - 1)));
  });
  const y = tf.oneHot(tf.range(0, BATCH, 1, "int32").mod(tf.scalar(CLASSES, "int32")), CLASSES);
  return { x: tf.tensor4d(x, [BATCH, 8, 8, 2]), y: tf.cast(y, "float32") };
}
const build = ({ ops }: Engine): BuiltClassifier =>
  buildSupervised(narrow, 127.5, { ...SUPERVISED_SVHN, learningRate: 0.01, averageRate: 0.05 }, ops);
function initialised(built: BuiltClassifier): HostState {
  let host!: HostState;
  tf.tidy(() => {
    host = hostState(built.initialise!(tensors(built.initialState([3, 4])), batch(0), tf.tensor1d([5, 6], "int32")));
  });
  return host;
}
function update(program: Program, index: number): Record<string, number> {
  program.run(() => batch(index), [index, 7]);
  return program.metrics();
}

test("the networks have the published sizes and numbers of parameters", () => {
  for (const [{ features, head }, hidden] of [
    [supervisedSvhn, 64],
    [supervisedCifar10, 96],
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

describe("the supervised classifier", () => {
  let engine: Engine;
  before(async () => {
    engine = await openEngine({ provision: false });
  });

  test("the rate is flat for 600 epochs of 732 updates and falls on a line to 0 at 900", () => {
    const at = (epoch: number, updates = 0): number =>
      scheduledRate(SUPERVISED_SVHN, tf.scalar(732 * epoch + updates)).dataSync()[0]! / 3e-4;
    const rates = [at(0), at(600, 731), at(750), at(750, 731), at(900), at(1000)].map(
      (rate) => Math.round(rate * 1e5) / 1e5,
    );
    assert.deepEqual(rates, [1, 1, 0.5, 0.5, 0, 0]);
  });

  test("an update moves what is trained, leaves hidden gains to the bit, and is the same each time", () => {
    const built = build(engine);
    const initial = initialised(built);
    const after = (): HostState => {
      const program = eager(built.step, initial);
      update(program, 1);
      const state = program.read();
      program.dispose();
      return state;
    };
    const state = after();
    assert.deepEqual(after(), state);
    const frozen = ["features/2/gain", "features/3/gain", "features/5/gain", "features/6/gain"];
    for (const name of Object.keys(initial))
      if (frozen.includes(name)) assert.deepEqual(state[name], initial[name], `${name} moved`);
      else assert.notDeepEqual(state[name]!.data, initial[name]!.data, `${name} did not move`);
  });

  test("the number of live tensors is constant", () => {
    const built = build(engine);
    const program = eager(built.step, initialised(built));
    update(program, 0);
    const live = tf.memory().numTensors;
    for (let i = 1; i < 4; i++) update(program, i);
    assert.equal(tf.memory().numTensors, live);
    program.dispose();
  });

  test("it learns to tell, and an image's logits are the same alone and among others", () => {
    const built = build(engine);
    const program = eager(built.step, initialised(built));
    const mean = (from: number): number =>
      Array.from({ length: 20 }, (_, i) => update(program, from + i).classifierLoss!).reduce((a, b) => a + b) / 20;
    const [first, ...later] = [0, 20, 40, 60, 80, 100, 120].map(mean);
    assert.equal(later.at(-1)! < 0.7 * first!, true, `losses ${first}, then ${later}`);
    tf.tidy(() => {
      const { x } = batch(9) as { x: tf.Tensor4D };
      const [all, alone] = [x, tf.slice(x, 0, 1)].map((images) => built.logits(program.state(), images as tf.Tensor4D));
      assert.deepEqual(all!.shape, [BATCH, CLASSES]);
      alone!.dataSync().forEach((value, i) => {
        assert.equal(Math.abs(value - all!.dataSync()[i]!) < 1e-5, true, `logit ${i} differs`);
      });
    });
    program.dispose();
  });
});

test("captured, it gives the state of ten eager updates, bit for bit", NEEDS_TENSORFLOW, async () => {
  const engine = await openTensorflow();
  const built = build(engine);
  const initial = initialised(built);
  const [captured, reference] = [engine.compile(built.step, initial), eager(built.step, initial)];
  for (let i = 0; i < 10; i++) for (const program of [captured, reference]) update(program, i);
  assert.equal(captured.kind, "captured", captured.reason);
  assert.deepEqual(captured.read(), reference.read());
  captured.dispose();
  reference.dispose();
});
