import assert from "node:assert/strict";
import { before, describe, test } from "node:test";
import { setImmediate } from "node:timers/promises";
import * as tf from "@tensorflow/tfjs-core";
import type { Engine } from "../../harness/engine/engine.ts";
import { openEngine } from "../../harness/engine/open.ts";
import { standardNormal } from "../../harness/engine/stateless-normal.ts";
import type { Words2 } from "../../harness/random/philox.ts";
import { streamKey } from "../../harness/random/seeds.ts";
import { DRAWS } from "../../harness/svm/draws.ts";
import { evaluateLinear, type LabelledFeatures, type LinearProblem } from "./linear-classifier.ts";

const CLASSES = 3;

/** Points about the corners of a triangle: "near" tells the classes apart, "noise" tells nothing. */
function images(count: number, key: Words2): LabelledFeatures & { readonly asked: number[] } {
  const labels = Uint8Array.from({ length: count }, (_, i) => i % CLASSES);
  const noise = standardNormal(count * 4, key);
  const asked: number[] = [];
  const rowsOf = (rows: Uint32Array, at: (row: number) => readonly number[]): Float32Array =>
    Float32Array.from([...rows].flatMap(at));
  return {
    labels,
    asked,
    features(rows) {
      asked.push(...rows);
      return {
        near: rowsOf(rows, (row) => [0, 1, 2].map((k) => (labels[row] === k ? 1 : 0) + 0.05 * noise[4 * row + k]!)),
        noise: rowsOf(rows, (row) => [noise[4 * row + 3]!]),
      };
    },
  };
}

describe("linear classifiers on label draws", () => {
  let engine: Engine;
  before(async () => {
    engine = await openEngine({ requested: "cpu", provision: false });
  });
  const problem = (over: Partial<LinearProblem> = {}): LinearProblem => ({
    ops: engine.ops,
    classes: CLASSES,
    kinds: DRAWS,
    pool: images(300, [1, 0]),
    validation: images(90, [2, 0]),
    test: images(120, [3, 0]),
    sets: { all: ["near", "noise"], blind: ["noise"] },
    svm: { labels: 30, grid: [1e-6, 1e-2, 1, 10], chosenOn: 1, validationDraws: 2, testDraws: 4 },
    pause: () => setImmediate(),
    key: (kind, purpose) => streamKey("a seed", kind, purpose),
    ...over,
  });

  test("tell classes apart where the features do, and guess where they do not", async () => {
    // At random draws are not balanced: at a tiny C their larger classes win.
    const svm = { ...problem().svm, grid: [1, 10] };
    const results = await evaluateLinear(problem({ svm }));
    assert.deepEqual(
      results.map(({ set, kind }) => `${set}, ${kind}`),
      ["all, balanced", "blind, balanced", "all, at random", "blind, at random"],
    );
    for (const { set, testErrors, validationError } of results) {
      assert.equal(testErrors.length, 4);
      if (set === "all") assert.deepEqual([...testErrors, validationError], [0, 0, 0, 0, 0]);
      else for (const error of testErrors) assert.equal(error > 40 && error < 85, true, String(error));
    }
  });

  test("of values of C that are as good the first is chosen", async () => {
    const [all] = await evaluateLinear(problem());
    assert.equal(all!.c, 1e-6);
  });

  test("the same keys give the same errors, others others", async () => {
    const run = async (seed: string) => {
      const results = await evaluateLinear(problem({ key: (kind, purpose) => streamKey(seed, kind, purpose) }));
      return results.map(({ testErrors }) => testErrors);
    };
    assert.deepEqual(await run("a seed"), await run("a seed"));
    assert.notDeepEqual(await run("a seed"), await run("another"));
  });

  test("labels come from the pool alone, and every image of the test set is tested in each pass", async () => {
    const given = problem();
    await evaluateLinear(given);
    const test = (given.test as ReturnType<typeof images>).asked;
    assert.deepEqual(
      test.toSorted((a, b) => a - b),
      Array.from({ length: 120 }, (_, i) => i),
    );
    const validation = (given.validation as ReturnType<typeof images>).asked;
    assert.equal(validation.length, 2 * 90);
    // Of each of two kinds: one draw to choose C on, two to validate, four to test.
    assert.equal((given.pool as ReturnType<typeof images>).asked.length, 2 * (1 + 2 + 4) * 30);
  });

  test("without draws to validate, the error that C was chosen by is told (DCGAN's protocol)", async () => {
    const svm = { labels: 30, grid: [1e-2, 1], chosenOn: 3, validationDraws: 0, testDraws: 2 };
    const [all] = await evaluateLinear(problem({ svm, kinds: ["balanced"], sets: { all: ["near"] } }));
    assert.deepEqual([all!.validationError, all!.testErrors.length], [0, 2]);
  });

  test("stop where a pause throws: before each draw and each block of images", async () => {
    let pauses = 0;
    const counted = (most: number) => async (): Promise<void> => {
      if (++pauses > most) throw new Error("stop here");
    };
    await evaluateLinear(problem({ pause: counted(Number.POSITIVE_INFINITY) }));
    const all = pauses;
    // Two kinds of two sets: one draw to choose C on, two to validate, four to test; three passes over a block of images.
    assert.equal(all, 2 * 2 * (1 + 2 + 4) + 3);
    const { numTensors } = tf.memory();
    for (const most of [0, 5, all - 1]) {
      pauses = 0;
      await assert.rejects(evaluateLinear(problem({ pause: counted(most) })), /stop here/);
    }
    assert.equal(tf.memory().numTensors, numTensors);
  });

  test("features that the model does not have are named", async () => {
    await assert.rejects(evaluateLinear(problem({ sets: { all: ["far"] } })), /no features "far": near, noise/);
  });
});
