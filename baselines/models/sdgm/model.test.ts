import assert from "node:assert/strict";
import { before, describe, test } from "node:test";
import * as tf from "@tensorflow/tfjs-core";
import { parameterCount } from "../../../harness/contract/model.ts";
import { openEngine } from "../../../harness/engine/open.ts";
import type { Ops } from "../../../harness/engine/ops.ts";
import { eager } from "../../../harness/engine/program.ts";
import { jointMlpParameters } from "../../../harness/nn/joint-mlp.ts";
import { CLASSIFIER_CASES, SDGM } from "../testing/classifier-cases.ts";
import { type SdgmSettings, sdgm } from "./model.ts";
import { sdgmNetworks } from "./networks.ts";
import { boundedBelow, logClass } from "./objective.ts";
import { SDGM_PUBLISHED } from "./published.ts";

const { batch } = CLASSIFIER_CASES.find(({ name }) => name.startsWith("sdgm"))!;

describe("the skip deep generative model", () => {
  let ops: Ops;
  before(async () => {
    ({ ops } = await openEngine({ provision: false }));
  });
  /** State and metrics after one update from the same start. */
  function updated(settings: Partial<SdgmSettings>, earlier = 0) {
    const { step, initialState } = sdgm.build({ ...SDGM, ...settings }, ops);
    const program = eager(step, { ...initialState([3, 4]), updates: { shape: [], data: Float32Array.of(earlier) } });
    program.run(() => batch(0), [1, 2]);
    const after = { state: program.read(), metrics: program.metrics() };
    program.dispose();
    return after;
  }

  test("has the pinned parameter counts on SVHN", () => {
    const { auxiliary, classifier, encoder, auxiliaryDecoder, decoder } = sdgmNetworks(SDGM_PUBLISHED.sizes);
    const hidden = (inputs: number): number => inputs * 500 + 2 * 500 + 500 * 500 + 2 * 500;
    const two = (width: number): number => 2 * (500 * width + width);
    assert.deepEqual(
      [auxiliary, classifier, encoder, auxiliaryDecoder, decoder].map((table) =>
        parameterCount(jointMlpParameters(table)),
      ),
      [
        hidden(3072) + two(100),
        hidden(3172) + 500 * 10 + 10,
        hidden(3182) + two(100),
        hidden(110) + two(100),
        hidden(210) + two(3072),
      ],
    );
  });

  test("as published, a labelled case's class counts 7.3 times, and the rate falls after 200 passes over the images", () => {
    assert.equal((SDGM_PUBLISHED.alpha * SDGM_PUBLISHED.cases) / SDGM_PUBLISHED.labels, 7.3);
    assert.equal(SDGM_PUBLISHED.decay.every, 200 * 730);
  });

  test("with one sample both readings of the expectations are the same, with two they are not", () => {
    const losses = (samples: number) =>
      (["code", "paper"] as const).map((expectations) => updated({ samples, expectations }).metrics);
    const [one, other] = losses(1);
    for (const [name, value] of Object.entries(one!))
      assert.equal(Math.abs(value / other![name]! - 1) < 1e-5, true, name);
    const [code, paper] = losses(2);
    assert.notEqual(code!.crossEntropy, paper!.crossEntropy);
    assert.equal(code!.labelledBound, paper!.labelledBound);
    // log of a mean is at least the mean of logs.
    assert.equal(code!.crossEntropy! < paper!.crossEntropy!, true);
  });

  test("the mean over samples is within the logarithm", () => {
    const logits = tf.log(tf.tensor4d([0.5, 0.5, 0.1, 0.9], [1, 2, 1, 2])) as tf.Tensor4D;
    const q = tf.exp(logClass(logits, "code")).dataSync();
    assert.deepEqual([...q].map((value) => value.toFixed(5)), ["0.30000", "0.70000"]); // biome-ignore format: one line
    assert.deepEqual(logClass(logits, "paper").shape, [2, 2, 1]);
  });

  test("the learning rate falls in steps, and no further than to its lowest", () => {
    const biases = (earlier: number): number => {
      const { state } = updated({ decay: { every: 100, factor: 0.5, lowest: 1e-3 } }, earlier);
      // Its gradient is clipped, so that an update moves it by the rate and Adam's bias correction.
      return state["decoder/logVariance/bias"]!.data[0]!;
    };
    const corrected = (t: number): number => (Math.sqrt(1 - 0.999 ** t) / (1 - 0.9 ** t)) * (0.1 / Math.sqrt(0.001));
    for (const [earlier, rate] of [
      [0, 3e-3],
      [99, 3e-3],
      [100, 1.5e-3],
      [199, 1.5e-3],
      [200, 1e-3],
      [1000, 1e-3],
    ] as const) {
      const moved = Math.abs(biases(earlier)) / corrected(earlier + 1);
      assert.equal(Math.abs(moved / rate - 1) < 1e-3, true, `after ${earlier}: ${moved}, not ${rate}`);
    }
  });

  test("a variance that goes to 0 stays at the bound, and a large one is as it was", () => {
    const logVariance = tf.tensor4d([-80, 3], [1, 1, 1, 2]);
    const [small, large] = boundedBelow({ mu: logVariance, logVariance }, -6).logVariance.dataSync();
    assert.equal(Math.abs(small! + 6) < 1e-5, true, `${small}`);
    assert.equal(Math.abs(large! - 3) < 1e-3, true, `${large}`);
  });

  test("running averages are those of the unlabelled images", () => {
    const { step, initialState } = sdgm.build(SDGM, ops);
    const averages = (change: "x" | "u") => {
      const program = eager(step, initialState([3, 4]));
      program.run(() => ({ ...batch(0), [change]: tf.mul(batch(0)[change]!, 0.5) }), [1, 2]);
      const state = program.read();
      program.dispose();
      return state.averages!.data;
    };
    const { data } = updated({}).state.averages!;
    assert.deepEqual(averages("x"), data);
    assert.notDeepEqual(averages("u"), data);
  });
});
