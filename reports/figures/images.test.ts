import assert from "node:assert/strict";
import { test } from "node:test";
import { decode } from "fast-png";
import type { ImagesFigure } from "../../harness/contract/figures.ts";
import { imagesView } from "./images.ts";

const figure = (panel: Partial<ImagesFigure["panels"][number]>): ImagesFigure => ({
  kind: "images",
  id: "samples",
  title: "Samples",
  caption: "",
  panels: [{ title: "ali 0", note: "", columns: 2, shape: [1, 2, 3], pixels: new Uint8Array(0), ...panel }],
});
const decoded = (source: string | null) => {
  assert.notEqual(source, null);
  return decode(Buffer.from(source!.slice("data:image/png;base64,".length), "base64"));
};

test("images stand row by row with a grey line between; a place without an image stays grey", () => {
  const pixels = Uint8Array.from({ length: 3 * 6 }, (_, i) => i);
  const [panel] = imagesView(figure({ pixels })).panels;
  const { width, height, data, channels } = decoded(panel!.source);
  assert.deepEqual([width, height, channels, panel!.width, panel!.height], [5, 3, 3, 10, 6]);
  const grey = [128, 128, 128];
  assert.deepEqual(
    [...data],
    [
      ...[0, 1, 2, 3, 4, 5, ...grey, 6, 7, 8, 9, 10, 11],
      ...Array.from({ length: 5 }, () => grey).flat(),
      ...[12, 13, 14, 15, 16, 17, ...grey, ...grey, ...grey],
    ],
  );
  assert.equal(panel!.alt, "ali 0: 3 images in 2 rows of 2");
});

test("one channel is grey", () => {
  const [panel] = imagesView(figure({ shape: [1, 2, 1], pixels: Uint8Array.of(7, 9), columns: 1 })).panels;
  assert.deepEqual([...decoded(panel!.source).data], [7, 7, 7, 9, 9, 9]);
});

test("a run without images says so, and shows none", () => {
  const [panel] = imagesView(figure({ columnTitles: ["a", "b"] })).panels;
  assert.deepEqual([panel!.source, panel!.alt], [null, "No images."]);
});

test("half an image and headings that do not fit are refused", () => {
  assert.throws(
    () => imagesView(figure({ pixels: new Uint8Array(7) })),
    /"ali 0": 7 values are no images of 1 × 2 × 3/,
  );
  const pixels = new Uint8Array(6);
  assert.throws(() => imagesView(figure({ pixels, columnTitles: ["a"] })), /1 headings for 2/);
  assert.throws(() => imagesView(figure({ pixels, rowTitles: ["I", "II"] })), /2 headings for 1/);
});
