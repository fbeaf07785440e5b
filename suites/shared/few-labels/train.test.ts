import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import * as tf from "@tensorflow/tfjs-core";
import { generatedImages } from "../../../datasets/generated-images.ts";
import { openImages } from "../../../datasets/images.ts";
import type { RunContext } from "../../../harness/contract/suite.ts";
import type { TrainingResult } from "../../../harness/contract/training.ts";
import type { Engine } from "../../../harness/engine/engine.ts";
import { openEngine } from "../../../harness/engine/open.ts";
import { tensors } from "../../../harness/engine/program.ts";
import type { Tensors } from "../../../harness/engine/step.ts";
import { streamKey } from "../../../harness/random/seeds.ts";
import { Store } from "../../../harness/store/store.ts";
import { Interrupted } from "../../../harness/worker/ends.ts";
import { startOn } from "../../../harness/worker/fixtures/walk.ts";
import { classification } from "./classification.ts";
import { regression } from "./fixtures/regression.ts";
import { labelKey, labelledRows, rowsWithout } from "./label-draw.ts";
import { predict } from "./predict.ts";
import { type ClassifierTraining, trainClassifier } from "./train.ts";

const UPDATES = 12;
const data = generatedImages("cifar10", 200);
const [training, heldOut] = [openImages(data, "train"), openImages(data, "validation")];
const classes = data.classes!.length;
const labelled = labelledRows({ key: labelKey("a seed", data.name), draw: 0, labels: 50 }, training.labels(), classes);
const model = regression(classes);

let engine: Engine;
const folder = mkdtempSync(join(tmpdir(), "semi-supervised-"));
before(async () => {
  engine = await openEngine({ requested: "cpu", provision: false });
});
after(() => {
  training.close();
  heldOut.close();
  rmSync(folder, { recursive: true, force: true });
});

function start(
  store: string,
  stopAfter?: number,
  unlabelled = 20,
  more: Partial<ClassifierTraining> = {},
): Promise<TrainingResult> {
  const context = {
    engine,
    seed: (purpose: string) => streamKey("a seed", "a run", purpose),
    pause: async () => {},
    train: (loop: Parameters<RunContext["train"]>[0]) =>
      startOn(engine, loop, {
        store: Store.open(join(folder, store), { create: true }),
        ...(stopAfter === undefined ? {} : { stopAfter }),
      }),
  } as unknown as RunContext;
  return trainClassifier({
    context,
    model,
    data,
    training,
    heldOut,
    labelled,
    unlabelled: rowsWithout(labelled, training.count),
    sizes: { labelled: 25, unlabelled },
    updates: UPDATES,
    curveEvery: 5,
    ...more,
  });
}

describe("the training of a semi-supervised classifier", () => {
  test("learns; its curve has the error of held-out images and the model's own metrics", async () => {
    const { curve, finalState } = await start("once");
    assert.deepEqual(Object.keys(curve).toSorted(), ["heldOutError", "unlabelledMean", "update"]);
    assert.deepEqual(curve.update, [5, 10, 12]);
    assert.equal(curve.heldOutError!.at(-1)! < 80, true, `error ${curve.heldOutError}; chance is 90 %`);
    const state = tensors(finalState);
    const probabilities = await predict(model, state, { reader: heldOut, shape: data.shape }, async () => {});
    assert.equal(classification(probabilities, heldOut.labels(), classes).error, curve.heldOutError!.at(-1));
  });

  test("starts from what the labelled images say, where a model asks them", async () => {
    const { finalState } = await start("asked");
    const pixels = training.readSync(labelled);
    const size = pixels.length / labelled.length;
    const at = 1234;
    let sum = 0;
    for (let i = 0; i < labelled.length; i++) sum += pixels[i * size + at]! / 255;
    const mean = finalState.mean!.data[at]!;
    assert.equal(Math.abs(mean - sum / labelled.length) < 1e-5, true, `${mean}, by hand ${sum / labelled.length}`);
  });

  test("goes on to the same bits when it was stopped", async () => {
    const { finalState, curve } = await start("quiet");
    await assert.rejects(start("stopped", 7), Interrupted);
    const resumed = await start("stopped");
    assert.deepEqual(resumed.finalState, finalState);
    assert.deepEqual(resumed.curve, curve);
  });

  test("ends with the pass over training batches that a model's test time needs", async () => {
    const seen: number[] = [];
    const settled = {
      ...model,
      settling: {
        begin: (state: Tensors) => ({ ...state, mean: tf.zerosLike(state.mean!) }),
        see(state: Tensors, { x, u }: Tensors) {
          seen.push(x!.shape[0]!, u!.shape[0]!);
          return { ...state, mean: tf.add(state.mean!, 1) };
        },
      },
    };
    const [plain, { finalState }] = [
      await start("plain"),
      await start("settled", undefined, 20, { model: settled, settlingBatches: 3 }),
    ];
    assert.deepEqual(finalState.w, plain.finalState.w);
    assert.deepEqual([new Set(finalState.mean!.data), seen], [new Set([3]), [25, 20, 25, 20, 25, 20]]);
  });

  test("is without unlabelled images where a model takes none", async () => {
    const { curve } = await start("supervised", undefined, 0);
    assert.deepEqual(curve.unlabelledMean, [0, 0, 0]);
  });
});
