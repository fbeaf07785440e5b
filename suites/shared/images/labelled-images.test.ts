import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { generatedImages } from "../../../datasets/generated-images.ts";
import { openImages } from "../../../datasets/images.ts";
import { openLabelled } from "./labelled-images.ts";
import { heldOutAccuracy } from "./train-classifier.ts";

const digits = generatedImages("svhn", 37);

describe("labelled images", () => {
  test("are held out by their own split", () => {
    const { training, heldOut, labelling, outputs, close } = openLabelled(digits);
    assert.deepEqual(
      [labelling, outputs, training.from, training.to, heldOut.from, heldOut.to],
      ["classes", 10, 0, 37, 0, 37],
    );
    assert.deepEqual(heldOut.labels, openImages(digits, "validation").labels());
    assert.notDeepEqual(training.labels, heldOut.labels);
    close();
  });

  test("without such a split the last tenth of the training images is held out", () => {
    const { training, heldOut } = openLabelled({ ...digits, splits: { train: 37 } });
    assert.deepEqual([training.from, training.to, heldOut.from, heldOut.to], [0, 33, 33, 37]);
    assert.equal(heldOut.reader, training.reader);
  });
});

describe("held-out accuracy", () => {
  const data = openLabelled({ ...digits, splits: { train: 37 } });
  const { labels, from, to } = data.heldOut;
  /** Logits that are highest for `told` of each held-out image. */
  const telling = (told: (row: number) => number) => () =>
    Float32Array.from({ length: (to - from) * 10 }, (_, at) => Number(at % 10 === told(from + Math.floor(at / 10))));

  test("is 1 for what is always right, 0 for what never is, and that of the rows in between", async () => {
    const accuracy = async (told: (row: number) => number) => (await heldOutAccuracy(data, telling(told))).accuracy;
    assert.equal(await accuracy((row) => labels[row]!), 1);
    assert.equal(await accuracy((row) => (labels[row]! + 1) % 10), 0);
    assert.equal(await accuracy((row) => (labels[row]! + Number(row === to - 1)) % 10), 0.75);
  });

  test("of an answer without looking is the commonest class's share", async () => {
    const counts = Array.from({ length: 10 }, (_, label) => labels.slice(from, to).filter((l) => l === label).length);
    const { blindAccuracy } = await heldOutAccuracy(
      data,
      telling(() => 0),
    );
    assert.equal(blindAccuracy, Math.max(...counts) / 4);
  });
});
