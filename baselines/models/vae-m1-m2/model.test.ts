import assert from "node:assert/strict";
import { before, describe, test } from "node:test";
import * as tf from "@tensorflow/tfjs-core";
import { parameterCount } from "../../../harness/contract/model.ts";
import { openEngine } from "../../../harness/engine/open.ts";
import { compositeOps, type Ops } from "../../../harness/engine/ops.ts";
import { eager, tensors } from "../../../harness/engine/program.ts";
import { jointMlpParameters } from "../../../harness/nn/joint-mlp.ts";
import { M1, M1_CASE, M2, M2_CASE, WHITENING } from "../testing/classifier-cases.ts";
import { buildM1 } from "./m1.ts";
import { vaeM1M2 } from "./model.ts";
import { m1Networks, m2Networks } from "./networks.ts";
import { M1_PUBLISHED, M2_PUBLISHED } from "./published.ts";

describe("M1 and M2", () => {
  let ops: Ops;
  before(async () => {
    ({ ops } = await openEngine({ provision: false }));
  });

  test("have the pinned parameter counts on SVHN", () => {
    const [m1, m2] = [m1Networks(M1_PUBLISHED.sizes), m2Networks(M2_PUBLISHED.m1.latent, M2_PUBLISHED.sizes)];
    const counts = [m1.encoder, m1.decoder, m2.classifier, m2.encoder, m2.decoder].map((table) =>
      parameterCount(jointMlpParameters(table)),
    );
    assert.deepEqual(counts, [
      600 * 500 + 500 + 500 * 500 + 500 + 2 * (500 * 300 + 300),
      300 * 500 + 500 + 500 * 500 + 500 + 2 * (500 * 600 + 600),
      300 * 500 + 500 + 500 * 10 + 10,
      310 * 500 + 500 + 2 * (500 * 50 + 50),
      60 * 500 + 500 + 2 * (500 * 300 + 300),
    ]);
  });

  test("as published, a labelled case's class counts 6.8 times", () => {
    assert.equal((M2_PUBLISHED.alpha * M2_PUBLISHED.cases) / M2_PUBLISHED.labels, 6.8);
  });

  test("log variances of both posteriors start at 0: the posterior of M1 has standard deviation 1", () => {
    const built = buildM1(M1, ops, WHITENING);
    const state = tensors(built.initialState([1, 2]));
    tf.tidy(() => {
      const { mean, sd } = built.posterior!(state, M1_CASE.batch(0).x as tf.Tensor4D);
      assert.equal(new Set(sd.dataSync()).size, 1);
      assert.equal(sd.dataSync()[0], 1);
      assert.equal(new Set(mean.dataSync()).size > 10, true);
    });
    tf.dispose(state);
  });

  test("the loss is told of the batch: −(labelled bounds − β cross entropy + unlabelled bounds) / batch", () => {
    const built = M2_CASE.build(ops);
    const program = eager(built.step, built.initialState([3, 4]));
    program.run(() => M2_CASE.batch(0), [1, 2]);
    const { classifierLoss, labelledBound, crossEntropy, unlabelledBound } = program.metrics();
    program.dispose();
    const beta = (0.1 * 150) / 60;
    const expected = -(6 * (labelledBound! - beta * crossEntropy!) + 9 * unlabelledBound!) / 15;
    assert.equal(Math.abs(classifierLoss! / expected - 1) < 1e-5, true, `${classifierLoss}, ${expected}`);
  });

  test("an M1 of other sizes is refused, and a whitening of another number of components", () => {
    const trained = buildM1(M1, compositeOps, WHITENING).initialState([1, 2]);
    const wider = { ...M2, m1: { ...M2.m1, hidden: 8 } };
    assert.throws(
      () => vaeM1M2.buildOn(wider, compositeOps, trained),
      /"m1\/encoder\/1\/x\/weights" \[5,7\], M2 needs \[5,8\]: build both with the same sizes/,
    );
    assert.throws(() => vaeM1M2.buildOn(M2, compositeOps, {}), /has no "m1\/encoder\/1\/x\/weights"/);
    assert.throws(
      () => buildM1({ ...M1, sizes: { ...M1.sizes, components: 6 } }, compositeOps, WHITENING),
      /built on 6 principal components, the whitening has 5/,
    );
  });
});
