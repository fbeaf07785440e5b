/** ILSVRC2012 at 64 × 64, the paper's "Tiny ImageNet": from the folders that the published archives unpack to. */
import { readdirSync, statSync } from "node:fs";
import { basename, join } from "node:path";
import { malformed } from "../formats/malformed.ts";
import { centreCrop, decode } from "../formats/picture.ts";
import { readBounded } from "../formats/read-bounded.ts";
import { type Found, firstOf, type Importer, notFound, type Work } from "../prepared/importer.ts";
import type { SplitWriters } from "../prepared/split-writer.ts";
import { FolderHash } from "./folder-hash.ts";
import { inOrder } from "./in-order.ts";

const SIDE = 64;
/** The largest images of ILSVRC2012 have some tens of megapixels and less than 20 MB. */
const MOST_PIXELS = 100e6;
const MOST_IMAGE_BYTES = 50e6;
const PUBLISHED = { classes: 1000, train: 1_281_167, validation: 50_000 };
const PICTURE = /\.(jpe?g|png)$/i;

export const imagenet64: Importer = { id: "imagenet-64", find };

async function find(from: string, work: Work): Promise<Found> {
  const train = required(from, ["train", "ILSVRC2012_img_train"], "train/ with a folder for each class");
  const validation = required(from, ["val", "validation", "ILSVRC2012_img_val"], "val/ with the validation images");
  const paths = { train: picturesIn(train, work), validation: picturesIn(validation, work) };
  for (const [split, folder] of [
    ["train", train],
    ["validation", validation],
  ] as const)
    if (paths[split].length === 0) throw malformed(folder, "has no .JPEG in it, nor in its folders");
  const hashes = { train: new FolderHash(train), validation: new FolderHash(validation) };
  return {
    shape: [SIDE, SIDE, 3],
    classes: null,
    attributes: null,
    splits: { train: paths.train.length, validation: paths.validation.length },
    files: [],
    folders: () => [hashes.train.source(), hashes.validation.source()],
    // No checksums of the single images are published: their names and numbers have to do.
    isPublished: () => areNamedAsPublished(paths.train, paths.validation),
    async write(writers) {
      for (const split of ["train", "validation"] as const)
        await copy(paths[split], split, hashes[split], writers, work);
    },
  };
}

function required(from: string, names: readonly string[], what: string): string {
  const folder = firstOf(from, names, "folder");
  if (!folder) throw notFound(from, what);
  return folder;
}

/** Pictures of a folder and of the folders in it, in the order of their names. Links count as what they point to. */
function picturesIn(folder: string, { signal }: Work): string[] {
  const inside = (path: string): string[] =>
    readdirSync(path)
      .sort()
      .map((name) => join(path, name));
  return inside(folder).flatMap((path) => {
    signal.throwIfAborted();
    if (PICTURE.test(path)) return [path];
    return statSync(path).isDirectory() ? inside(path).filter((file) => PICTURE.test(file)) : [];
  });
}

function areNamedAsPublished(train: readonly string[], validation: readonly string[]): boolean {
  const classes = new Set(train.map((path) => /^(n\d{8})_\d+\.JPEG$/.exec(basename(path))?.[1] ?? ""));
  return (
    train.length === PUBLISHED.train &&
    validation.length === PUBLISHED.validation &&
    classes.size === PUBLISHED.classes &&
    !classes.has("") &&
    validation.every((path) => /^ILSVRC2012_val_000\d{5}\.JPEG$/.test(basename(path)))
  );
}

async function copy(
  paths: readonly string[],
  split: string,
  hash: FolderHash,
  writers: SplitWriters,
  { signal, progress }: Work,
): Promise<void> {
  const read = async (path: string) => {
    const bytes = await readBounded(path, MOST_IMAGE_BYTES);
    return { bytes, pixels: await centreCrop(await decode(path, bytes, MOST_PIXELS), SIDE) };
  };
  await inOrder(
    paths,
    read,
    ({ bytes, pixels }, path) => {
      hash.add(basename(path), bytes);
      writers(split).pixels(pixels);
    },
    { signal, done: (count) => progress(`images of ${split}`, count / paths.length) },
  );
}
