/** tiny-imagenet-200 (http://cs231n.stanford.edu): 200 classes of ImageNet at 64 × 64. Not the paper's; it stands in. */
import { basename } from "node:path";
import { type FileTree, openTree } from "../formats/file-tree.ts";
import { malformed } from "../formats/malformed.ts";
import { decode } from "../formats/picture.ts";
import { areOfficial, type Found, firstOf, type Importer, notFound, type Work } from "../prepared/importer.ts";
import type { SplitWriters } from "../prepared/split-writer.ts";
import { TINY_IMAGENET_ARCHIVE } from "./catalogue.ts";
import { FolderHash } from "./folder-hash.ts";
import { inOrder } from "./in-order.ts";

const SIDE = 64;
const MOST_IMAGE_BYTES = 1e6;
const MOST_LIST_BYTES = 10e6;

export const tinyImagenet200: Importer = { id: "tiny-imagenet-200", find };

interface Picture {
  readonly name: string;
  readonly label: number;
}

async function find(from: string, work: Work): Promise<Found> {
  const path =
    firstOf(from, [TINY_IMAGENET_ARCHIVE.name], "file") ??
    firstOf(from, ["tiny-imagenet-200"], "folder") ??
    (firstOf(from, ["wnids.txt"], "file") ? from : undefined);
  if (!path) throw notFound(from, `${TINY_IMAGENET_ARCHIVE.name} or tiny-imagenet-200/`);
  const tree = await openTree(path);
  try {
    return await findIn(tree, work);
  } catch (error) {
    tree.close();
    throw error;
  }
}

async function findIn(tree: FileTree, work: Work): Promise<Found> {
  const list = tree.names.find((name) => basename(name) === "wnids.txt");
  if (list === undefined) throw malformed(tree.path, "has no wnids.txt");
  const root = list.slice(0, -"wnids.txt".length);
  const classes = linesOf((await tree.read(list, MOST_LIST_BYTES)).toString("latin1"));
  if (classes.length === 0 || classes.length > 256 || new Set(classes).size < classes.length)
    throw malformed(tree.path, `lists ${classes.length} classes in wnids.txt, or one twice`);
  const labels = new Map(classes.map((name, label) => [name, label]));
  const pictures = {
    train: trainPictures(tree, `${root}train/`, labels),
    validation: await validationPictures(tree, `${root}val/`, labels),
  };
  const folder = tree.isArchive ? undefined : new FolderHash(tree.path);
  return {
    shape: [SIDE, SIDE, 3],
    classes,
    attributes: null,
    splits: { train: pictures.train.length, validation: pictures.validation.length },
    files: tree.isArchive ? [tree.path] : [],
    folders: () => (folder ? [folder.source()] : []),
    isPublished: (sources) => areOfficial(sources, [TINY_IMAGENET_ARCHIVE]),
    async write(writers) {
      for (const split of ["train", "validation"] as const)
        await copy(tree, pictures[split], split, folder, writers, work);
    },
    close: () => tree.close(),
  };
}

/** train/<class>/images/<class>_<number>.JPEG, class by class in the order of wnids.txt, and by number. */
function trainPictures(tree: FileTree, root: string, labels: ReadonlyMap<string, number>): Picture[] {
  const found = tree.names.flatMap((name) => {
    const match = name.startsWith(root) ? /^([^/]+)\/images\/[^/]+_(\d+)\.JPEG$/.exec(name.slice(root.length)) : null;
    const label = match ? labels.get(match[1]!) : undefined;
    if (match && label === undefined)
      throw malformed(tree.path, `has a class ${match[1]} that wnids.txt does not list`);
    return match ? [{ name, label: label!, number: Number(match[2]) }] : [];
  });
  if (found.length === 0) throw malformed(tree.path, "has no training images (train/<class>/images/*.JPEG)");
  return found.sort((a, b) => a.label - b.label || a.number - b.number);
}

/** The images that val_annotations.txt lists, in its order; the class stands in its second column. */
async function validationPictures(
  tree: FileTree,
  root: string,
  labels: ReadonlyMap<string, number>,
): Promise<Picture[]> {
  const list = `${root}val_annotations.txt`;
  if (!tree.names.includes(list)) throw malformed(tree.path, "has no val/val_annotations.txt");
  const there = new Set(tree.names);
  const rows = linesOf((await tree.read(list, MOST_LIST_BYTES)).toString("latin1"));
  if (rows.length === 0) throw malformed(tree.path, "has an empty val/val_annotations.txt");
  return rows.map((row) => {
    const [file = "", wnid = ""] = row.split("\t");
    const label = labels.get(wnid);
    const name = `${root}images/${file}`;
    if (label === undefined || !there.has(name))
      throw malformed(
        tree.path,
        `has a row in val/val_annotations.txt without its class or image: "${row.slice(0, 60)}"`,
      );
    return { name, label };
  });
}

const linesOf = (text: string): string[] =>
  text
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "");

async function copy(
  tree: FileTree,
  pictures: readonly Picture[],
  split: string,
  folder: FolderHash | undefined,
  writers: SplitWriters,
  { signal, progress }: Work,
): Promise<void> {
  const read = async ({ name }: Picture) => {
    const bytes = await tree.read(name, MOST_IMAGE_BYTES);
    const label = `${tree.path}, ${name},`;
    const { data, width, height } = await decode(label, bytes, SIDE * SIDE);
    if (width !== SIDE || height !== SIDE) throw malformed(label, `is ${width} × ${height} and not ${SIDE} × ${SIDE}`);
    return { bytes, data };
  };
  await inOrder(
    pictures,
    read,
    ({ bytes, data }, { name, label }) => {
      folder?.add(name, bytes);
      writers(split).pixels(data);
      writers(split).labels(Uint8Array.of(label));
    },
    { signal, done: (count) => progress(`images of ${split}`, count / pictures.length) },
  );
}
