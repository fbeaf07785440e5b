/**
 * ILSVRC2012 downsampled to 64 × 64 by a box filter (Chrabaszcz, Loshchilov and Hutter 2017, https://image-net.org): whole
 * images squeezed to a square, where the paper cut out the middle. It stands in. Batches are .npz, zip archives of arrays.
 */
import { readdirSync } from "node:fs";
import { basename, join } from "node:path";
import { type FileTree, openTree } from "../formats/file-tree.ts";
import { malformed } from "../formats/malformed.ts";
import { type Npy, openNpy } from "../formats/npy.ts";
import { fromPlanes } from "../formats/planes.ts";
import { type Found, type Importer, notFound, type Work } from "../prepared/importer.ts";
import type { SplitWriters } from "../prepared/split-writer.ts";

const PLANE = 64 * 64;
const IMAGE = 3 * PLANE;
const PUBLISHED = { train: 1_281_167, validation: 50_000 };
/** Images that are turned at a time. */
const AT_A_TIME = 128;

export const imagenet64Box: Importer = { id: "imagenet-64-box", find };

interface BatchFile {
  readonly path: string;
  readonly count: number;
}

async function find(from: string, work: Work): Promise<Found> {
  const names = readdirSync(from);
  const numbered = names
    .flatMap((name) => {
      const match = /^train_data_batch_(\d+)\.npz$/.exec(name);
      return match ? [{ name, number: Number(match[1]) }] : [];
    })
    .sort((a, b) => a.number - b.number);
  if (numbered.length === 0) throw notFound(from, "train_data_batch_1.npz, …");
  const batches: BatchFile[] = [];
  for (const { name } of numbered) batches.push(await look(join(from, name)));
  const validation = names.includes("val_data.npz") ? await look(join(from, "val_data.npz")) : undefined;
  if (!validation) throw notFound(from, "val_data.npz");
  const train = batches.reduce((sum, { count }) => sum + count, 0);
  return {
    shape: [64, 64, 3],
    classes: null,
    attributes: null,
    splits: { train, validation: validation.count },
    files: [...batches, validation].map(({ path }) => path),
    // No checksums are published: their names and numbers have to do.
    isPublished: () => train === PUBLISHED.train && validation.count === PUBLISHED.validation && batches.length === 10,
    async write(writers) {
      for (const batch of batches) await copy(batch, "train", writers, work);
      await copy(validation, "validation", writers, work);
    },
  };
}

/** data.npy, uint8 [count, 12288] in planes. */
async function look(path: string): Promise<BatchFile> {
  return withData(path, async ({ type, shape, close }) => {
    await close();
    const [count = 0, width] = shape;
    if (type !== "uint8" || shape.length !== 2 || width !== IMAGE || count < 1)
      throw malformed(path, `has data of ${shape.join(" × ")} ${type}, not N × ${IMAGE} uint8`);
    return { path, count };
  });
}

async function withData<T>(path: string, use: (data: Npy) => Promise<T>): Promise<T> {
  const tree: FileTree = await openTree(path);
  try {
    return await use(await openNpy(`${path}, data.npy,`, tree.stream("data.npy")));
  } finally {
    tree.close();
  }
}

async function copy(
  { path, count }: BatchFile,
  split: string,
  writers: SplitWriters,
  { signal, progress }: Work,
): Promise<void> {
  let done = 0;
  await withData(path, async (data) => {
    for await (const piece of data.pieces(AT_A_TIME * IMAGE)) {
      signal.throwIfAborted();
      writers(split).pixels(fromPlanes(piece, PLANE));
      done += piece.length / IMAGE;
      progress(`images of ${basename(path)}`, done / count);
    }
  });
}
