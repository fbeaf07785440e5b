import assert from "node:assert/strict";
import { before, test } from "node:test";
import * as tf from "@tensorflow/tfjs-core";
import { parameterCount } from "../../../harness/contract/model.ts";
import { openEngine } from "../../../harness/engine/open.ts";
import type { Ops } from "../../../harness/engine/ops.ts";
import { tensors } from "../../../harness/engine/program.ts";
import { standardNormal } from "../../../harness/engine/stateless-normal.ts";
import { noisyNormedMaps, noisyNormedParameters, noisyNormedSizes } from "../../../harness/nn/noisy-normed.ts";
import { narrowedNoisy } from "../noisy-classifier.ts";
import { LADDER, ladder, ladderParameters } from "./model.ts";
import { convLarge } from "./networks.ts";
import { fitWhitening, frozenZca, prepared } from "./preprocessing.ts";

let ops: Ops;
before(async () => {
  ({ ops } = await openEngine({ provision: false }));
});

test("Conv-Large has the published sizes and number of parameters", () => {
  const sizes = noisyNormedSizes(convLarge);
  assert.deepEqual(
    sizes.map(([side]) => side),
    [30, 32, 34, 17, 15, 17, 15, 8, 6, 6, 6, 1],
  );
  assert.deepEqual(
    sizes.map(([, , maps]) => maps),
    [96, 96, 96, 96, 192, 192, 192, 192, 192, 192, 10, 10],
  );
  assert.deepEqual(noisyNormedMaps(convLarge), [96, 96, 96, 96, 192, 192, 192, 192, 192, 192, 10, 10]);
  const weights = 9 * (3 * 96 + 2 * 96 ** 2 + 96 * 192 + 3 * 192 ** 2) + 192 ** 2 + 192 * 10;
  assert.equal(parameterCount(noisyNormedParameters(convLarge)), weights + 3 * 96 + 5 * 192 + 10 + 10);
  assert.equal(parameterCount(ladderParameters(convLarge)), 1_369_748 + 10 * 10);
});

test("a reduced network has a share of the features and of the noise, and as many classes", () => {
  const narrowed = narrowedNoisy(convLarge, { widthFactor: 0.25, noiseFactor: 0.5, dropoutFactor: 1 });
  assert.deepEqual([...new Set(noisyNormedSizes(narrowed).map(([, , maps]) => maps))], [24, 48, 10]);
  assert.equal(narrowed.noise, 0.15);
});

test("weights start uniform with a variance of 1 / inputs; of the combinator a2 and a7 start at 1", () => {
  const initial = ladder.build({ ...LADDER, preprocessing: "gcn" }, ops).initialState([1, 2]);
  const { data } = initial["encoder/2/weights"]!;
  const variance = data.reduce((sum, w) => sum + w * w, 0) / data.length;
  assert.equal(Math.abs(variance * 9 * 96 - 1) < 0.02, true, `${variance * 9 * 96}`);
  const { data: a } = initial.combinator!;
  assert.deepEqual(
    [...a],
    Array.from({ length: 100 }, (_, at) => Number(at >= 20 && at < 40)),
  );
});

test("a whitening that is missing or of other images is refused", () => {
  assert.throws(() => ladder.build(LADDER, ops), /no whitening was given/);
  const tiny = { mean: new Float32Array(2), matrix: new Float32Array(4) };
  assert.throws(() => ladder.build(LADDER, ops, tiny), /images of 3072 numbers, the whitening is of 2/);
});

test("prepared images have a mean of 0 and a length of 55 before they are whitened, and unit covariance after", () => {
  const [n, size] = [200, [2, 2, 3] as const];
  const images = standardNormal(n * 12, [5, 6]).map((normal, at) => 0.5 + 0.1 * normal * (1 + (at % 5)));
  tf.tidy(() => {
    const x = tf.tensor4d(images, [n, ...size]);
    const normal = tf.reshape(prepared({}, x, ops), [n, 12]);
    assert.equal(tf.max(tf.abs(tf.mean(normal, 1))).dataSync()[0]! < 1e-4, true, "a mean of 0");
    assert.equal(tf.max(tf.abs(tf.sub(tf.norm(normal, 2, 1), 55))).dataSync()[0]! < 1e-3, true, "a length of 55");
    const state = tensors(frozenZca(fitWhitening(images, n, 12), size));
    const white = tf.reshape(prepared(state, x, ops), [n, 12]) as tf.Tensor2D;
    const covariance = tf.div(tf.matMul(white, white, true), n).arraySync() as number[][];
    // An eigenvalue λ becomes λ / (λ + 0.1): of some 250 of them here, and of 0 the direction that each image has lost.
    covariance.forEach((row, i) => {
      row.forEach((value, j) => {
        const expected = Number(i === j) - 1 / 12;
        assert.equal(Math.abs(value - expected) < 0.01, true, `entry ${i}, ${j}: ${value}`);
      });
    });
  });
});
