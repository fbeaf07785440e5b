import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { generatedImages } from "../../../datasets/generated-images.ts";
import { openImages } from "../../../datasets/images.ts";
import type { Engine } from "../../../harness/engine/engine.ts";
import { openEngine } from "../../../harness/engine/open.ts";
import { type FeatureSpace, featureSpace } from "./feature-space.ts";
import { rowsBetween } from "./pixels.ts";

const UPDATES = 30;
const digits = generatedImages("svhn", 260);
let engine: Engine;
let folder: string;
before(async () => {
  engine = await openEngine({ provision: false });
  folder = mkdtempSync(join(tmpdir(), "feature-space-"));
});
after(() => rmSync(folder, { recursive: true }));

/** The space of the digits, with what was said on the way. */
async function ofDigits(updates = UPDATES): Promise<{ space: FeatureSpace; trained: boolean; warnings: string[] }> {
  const progress: number[] = [];
  const warnings: string[] = [];
  const options = {
    updates,
    folder,
    onProgress: (done: number) => void progress.push(done),
    warn: (message: string) => void warnings.push(message),
  };
  const space = await featureSpace(engine, digits, options);
  return { space, trained: progress.at(-1) === updates, warnings };
}
/** The file of the digits' space after so many updates. */
function fileAfter(updates: number): string {
  const files = readdirSync(folder).map((name) => join(folder, name));
  const found = files.filter((file) => readFileSync(file, "latin1").includes(`"updates\\\\\\":${updates},`));
  assert.equal(found.length, 1, files.join());
  return found[0]!;
}

describe("a feature space", () => {
  const testImages = (count: number): Uint8Array => openImages(digits, "test").readSync(rowsBetween(0, count));
  let first: FeatureSpace;

  test("of two that are asked for at once one is trained, and both get it", async () => {
    const [one, two] = await Promise.all([ofDigits(), ofDigits()]);
    assert.deepEqual([one.trained, two.trained].sort(), [false, true]);
    assert.equal(one.space.sha256, two.space.sha256);
    assert.deepEqual([...one.warnings, ...two.warnings], []);
    first = one.space;
  });

  test("is named after its classifier and its data, and tells more than a blind answer", () => {
    const { name, dimension, updates, accuracy, blindAccuracy, sha256 } = first;
    assert.equal(name, "feature-classifier/1 on generated-digits-32");
    assert.deepEqual([dimension, updates], [64, UPDATES]);
    assert.match(sha256, /^[0-9a-f]{64}$/);
    assert.equal(accuracy > 2 * blindAccuracy && accuracy <= 1, true, `accuracy ${accuracy}, blind ${blindAccuracy}`);
  });

  test("gives each image its features, however many come with it", () => {
    const images = testImages(260); // more than go through the network at once
    const all = first.features(images);
    assert.equal(all.length, 260 * 64);
    for (const image of [0, 255]) {
      const size = images.length / 260;
      const alone = first.features(images.subarray(image * size, (image + 1) * size));
      alone.forEach((value, i) => {
        const among = all[image * 64 + i]!;
        assert.equal(Math.abs(value - among) < 1e-4, true, `feature ${i} is ${value}, among others ${among}`);
      });
    }
    assert.notDeepEqual(all.slice(0, 64), all.slice(64, 128));
    assert.equal(first.features(new Uint8Array(0)).length, 0);
    assert.throws(() => first.features(new Uint8Array(100)), /100 bytes are no images of 32 × 32 × 3/);
  });

  test("is read back with the same bits", async () => {
    const { space, trained, warnings } = await ofDigits();
    assert.equal(trained, false);
    assert.deepEqual(warnings, []);
    const { features: _, ...facts } = space;
    assert.deepEqual({ ...facts, features: first.features }, first);
    assert.deepEqual(space.features(testImages(5)), first.features(testImages(5)));
  });

  const breakages: Readonly<Record<string, (file: string) => void>> = {
    "has a flipped bit": (file) => {
      const bytes = readFileSync(file);
      bytes[bytes.length - 3]! ^= 4;
      writeFileSync(file, bytes);
    },
    "tells another accuracy": (file) => {
      const text = readFileSync(file).toString("latin1");
      const changed = text.replace(/(accuracy\\":0\.\d)(\d)/, (_, kept, digit) => `${kept}${(Number(digit) + 1) % 10}`);
      assert.notEqual(changed, text);
      writeFileSync(file, Buffer.from(changed, "latin1"));
    },
    "is cut off": (file) => truncateSync(file, 1000),
    "is of something else": (file) => writeFileSync(file, "a page that says 404"),
  };
  for (const [what, damage] of Object.entries(breakages))
    test(`is trained anew, to the same bits, where its file ${what}`, async () => {
      const intact = await ofDigits(2);
      damage(fileAfter(2));
      const { space, trained, warnings } = await ofDigits(2);
      assert.equal(trained, true);
      assert.match(warnings.join("\n"), /^\S+\.safetensors is broken \(.+\); the feature space is made anew\.$/);
      assert.equal(space.sha256, intact.space.sha256);
      assert.equal(space.accuracy, intact.space.accuracy);
    });

  test("after other updates is another one", async () => {
    const { space } = await ofDigits(2);
    assert.notEqual(space.sha256, first.sha256);
    assert.notEqual(fileAfter(2), fileAfter(UPDATES));
  });

  test("of images with attributes counts every attribute", async () => {
    const faces = generatedImages("celeba", 40);
    const { accuracy, blindAccuracy, features } = await featureSpace(engine, faces, { updates: 3, folder });
    const labels = openImages(faces, "validation").labels();
    const attributes = faces.attributes!.length;
    const having = Array.from({ length: attributes }, (_, j) =>
      labels.reduce((sum, label, at) => sum + (at % attributes === j ? label : 0), 0),
    );
    const blind = having.reduce((sum, count) => sum + Math.max(count, 40 - count), 0) / labels.length;
    assert.equal(Math.abs(blindAccuracy - blind) < 1e-12, true, `${blindAccuracy}, not ${blind}`);
    assert.equal(accuracy > 0.2 && accuracy <= 1, true, `${accuracy}`);
    assert.equal(features(openImages(faces, "test").readSync([3, 1])).length, 2 * 64);
  });

  test("is refused for images that nothing is told of", async () => {
    const scenes = generatedImages("imagenet-64", 3);
    await assert.rejects(featureSpace(engine, scenes, { updates: 3, folder }), {
      name: "RangeError",
      message: /generated-scenes-64 has neither classes nor attributes/,
    });
  });
});
