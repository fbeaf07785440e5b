/**
 * Pictures that are drawn here, for runs that only show that the program works: digits for SVHN, plain shapes for CIFAR-10,
 * faces with attributes for CelebA, scenes for ImageNet. The same bytes on every machine.
 */
import { createHash } from "node:crypto";
import { Stream, streamKey } from "../harness/random/seeds.ts";
import { CELEBA_ATTRIBUTES } from "./celeba-attributes.ts";
import type { DatasetId } from "./dataset-ids.ts";
import { face } from "./generated/face.ts";
import { type Draw, digit, plainShape, SHAPES, scene } from "./generated/pictures.ts";
import type { ImageData, ImageReader } from "./image-data.ts";
import { readerInMemory } from "./memory-reader.ts";

interface Kind {
  readonly name: string;
  readonly size: number;
  readonly draw: Draw;
  readonly classes: readonly string[] | null;
  readonly attributes: readonly string[] | null;
  readonly splits: readonly string[];
}
const DIGITS = Array.from({ length: 10 }, (_, i) => String(i));
const KINDS: Readonly<Record<DatasetId, Kind>> = {
  svhn: {
    name: "generated-digits-32",
    size: 32,
    draw: digit,
    classes: DIGITS,
    attributes: null,
    splits: ["extra", "train", "validation", "test"],
  },
  cifar10: {
    name: "generated-shapes-32",
    size: 32,
    draw: plainShape,
    classes: SHAPES,
    attributes: null,
    splits: ["train", "validation", "test"],
  },
  celeba: {
    name: "generated-faces-64",
    size: 64,
    draw: face,
    classes: null,
    attributes: CELEBA_ATTRIBUTES,
    splits: ["train", "validation", "test"],
  },
  "imagenet-64": {
    name: "generated-scenes-64",
    size: 64,
    draw: scene,
    classes: null,
    attributes: null,
    splits: ["train", "validation"],
  },
};
/** Of a value, in grey levels: what keeps flat areas from being exactly flat. */
const GRAIN = 4;
/** Descriptions of generated data that were made in this process, by dataset and number. */
const described = new Map<string, ImageData>();
/** Pixels that were drawn in this process: the latest few splits. */
const made = new Map<string, { readonly pixels: Uint8Array; readonly labels: Uint8Array }>();
const KEPT = 8;

/** As many pictures of the dataset's kind in each of its splits. @throws RangeError unless `perSplit` is 1 to 100,000. */
export function generatedImages(dataset: DatasetId, perSplit: number): ImageData {
  if (!(Number.isInteger(perSplit) && perSplit >= 1 && perSplit <= 100_000))
    throw new RangeError(`${perSplit} generated images in a split; it is a whole number from 1 to 100,000`);
  const id = `${dataset} ${perSplit}`;
  const known = described.get(id) ?? describe(dataset, perSplit);
  described.set(id, known);
  return known;
}

function describe(dataset: DatasetId, perSplit: number): ImageData {
  const { name, size, classes, attributes, splits } = KINDS[dataset];
  const hash = createHash("sha256").update(JSON.stringify([name, perSplit, classes, attributes]));
  for (const split of splits) {
    const { pixels, labels } = drawSplit(dataset, split, perSplit);
    hash.update(pixels).update(labels);
  }
  return {
    name,
    dataset,
    official: false,
    sha256: hash.digest("hex"),
    shape: [size, size, 3],
    classes,
    attributes,
    splits: Object.fromEntries(splits.map((split) => [split, perSplit])),
  };
}

export const isGenerated = ({ name, dataset }: ImageData): boolean => KINDS[dataset].name === name;

export function openGenerated({ dataset, splits, shape }: ImageData, split: string): ImageReader {
  const count = splits[split]!;
  return readerInMemory({ ...drawSplit(dataset, split, count), count, imageBytes: shape[0] * shape[1] * shape[2] });
}

/** A picture is a function of its place in its split: more of them begin with the same ones. */
function drawSplit(dataset: DatasetId, split: string, count: number) {
  const id = JSON.stringify([dataset, split, count]);
  const known = made.get(id);
  if (known) return known;
  const { name, size, draw, classes, attributes } = KINDS[dataset];
  const imageBytes = size * size * 3;
  const perLabel = attributes?.length ?? (classes ? 1 : 0);
  const pixels = new Uint8Array(count * imageBytes);
  const labels = new Uint8Array(count * perLabel);
  const key = streamKey("generated images", name, split);
  for (let i = 0; i < count; i++) {
    const random = new Stream(key, i);
    const picture = draw(size, random);
    picture.canvas.write(pixels, i * imageBytes, () => GRAIN * (random.uniform() - 0.5));
    labels.set(picture.labels, i * perLabel);
  }
  if (made.size >= KEPT) made.delete(made.keys().next().value!);
  made.set(id, { pixels, labels });
  return { pixels, labels };
}
