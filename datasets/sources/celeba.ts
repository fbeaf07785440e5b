/** CelebA, the aligned and cropped images (Liu et al. 2015, http://mmlab.ie.cuhk.edu.hk/projects/CelebA.html). */
import { readFileSync, statSync } from "node:fs";
import { basename } from "node:path";
import { CELEBA_ATTRIBUTES } from "../celeba-attributes.ts";
import { parseAttributes, parsePartition } from "../formats/celeba-lists.ts";
import { type FileTree, openTree } from "../formats/file-tree.ts";
import { malformed } from "../formats/malformed.ts";
import { celebaCrop, decode } from "../formats/picture.ts";
import {
  areOfficial,
  cutInProportion,
  type Found,
  firstOf,
  type Importer,
  notFound,
  type Work,
} from "../prepared/importer.ts";
import type { SplitWriters } from "../prepared/split-writer.ts";
import { CELEBA_FILES } from "./catalogue.ts";
import { FolderHash } from "./folder-hash.ts";
import { inOrder } from "./in-order.ts";

/** Images 1 to 162,770, 162,771 to 182,637 and 182,638 to 202,599. */
const CUT = { train: 162_770, validation: 19_867, test: 19_962 };
const SPLITS = ["train", "validation", "test"] as const;
const MOST_LIST_BYTES = 100e6;
const MOST_IMAGE_BYTES = 4e6;

export const celeba: Importer = { id: "celeba", find };

/** Names of the images of each split, in their order. */
type Cut = Readonly<Record<(typeof SPLITS)[number], readonly string[]>>;

async function find(from: string, work: Work): Promise<Found> {
  const attributeList = required(from, ["list_attr_celeba.txt", "Anno/list_attr_celeba.txt"]);
  const partitionList = required(from, ["list_eval_partition.txt", "Eval/list_eval_partition.txt"]);
  const images = imagesPath(from);
  const attributes = parseAttributes(attributeList, textOf(attributeList));
  const partition = parsePartition(partitionList, textOf(partitionList));
  const tree = await openTree(images);
  try {
    const places = placesOf(tree, attributes);
    const cut = cutOf(
      [...attributes.keys()].filter((name) => places.has(name)),
      partition,
      partitionList,
    );
    const folder = tree.isArchive ? undefined : new FolderHash(images);
    return {
      shape: [64, 64, 3],
      classes: null,
      attributes: CELEBA_ATTRIBUTES,
      splits: Object.fromEntries(SPLITS.map((split) => [split, cut[split].length])),
      files: [attributeList, partitionList, ...(tree.isArchive ? [images] : [])],
      write: (writers) => write({ tree, places, cut, attributes, folder }, writers, work),
      folders: () => (folder ? [folder.source()] : []),
      isPublished: (sources) => areOfficial(sources, CELEBA_FILES),
      close: () => tree.close(),
    };
  } catch (error) {
    tree.close();
    throw error;
  }
}

function required(from: string, names: readonly string[]): string {
  const path = firstOf(from, names, "file");
  if (!path) throw notFound(from, names[0]!);
  return path;
}

function imagesPath(from: string): string {
  const path =
    firstOf(from, ["img_align_celeba.zip", "Img/img_align_celeba.zip"], "file") ??
    firstOf(from, ["img_align_celeba", "Img/img_align_celeba"], "folder");
  if (!path) throw notFound(from, "img_align_celeba.zip or img_align_celeba/");
  return path;
}

function textOf(list: string): string {
  const { size } = statSync(list);
  if (size > MOST_LIST_BYTES) throw malformed(list, `has ${size} bytes; the official one has 27 million`);
  return readFileSync(list, "latin1");
}

/** Where each listed image stands in the archive or folder. */
function placesOf(tree: FileTree, attributes: ReadonlyMap<string, unknown>): Map<string, string> {
  const places = new Map<string, string>();
  for (const place of tree.names.filter((name) => /\.jpe?g$/i.test(name) && !name.startsWith("__MACOSX/"))) {
    const name = basename(place);
    if (!attributes.has(name)) throw malformed(tree.path, `has ${place}, of which list_attr_celeba.txt knows nothing`);
    if (places.has(name)) throw malformed(tree.path, `has ${name} twice`);
    places.set(name, place);
  }
  if (places.size === 0) throw malformed(tree.path, "has no .jpg in it");
  return places;
}

/** As the partition says, or in its proportions where one of its splits has no image (a few of the first ones, say). */
function cutOf(names: readonly string[], partition: ReadonlyMap<string, number>, list: string): Cut {
  const unknown = names.find((name) => !partition.has(name));
  if (unknown !== undefined) throw malformed(list, `does not say in which split ${unknown} is`);
  const [train, validation, test] = [0, 1, 2].map((split) => names.filter((name) => partition.get(name) === split));
  const listed = { train: train!, validation: validation!, test: test! };
  if (SPLITS.every((split) => listed[split].length > 0)) return listed;
  const counts = cutInProportion(names.length, CUT);
  const tested = counts.train + counts.validation;
  return {
    train: names.slice(0, counts.train),
    validation: names.slice(counts.train, tested),
    test: names.slice(tested),
  };
}

interface Images {
  readonly tree: FileTree;
  readonly places: ReadonlyMap<string, string>;
  readonly cut: Cut;
  readonly attributes: ReadonlyMap<string, Uint8Array>;
  readonly folder: FolderHash | undefined;
}

async function write(images: Images, writers: SplitWriters, { signal, progress }: Work): Promise<void> {
  const { tree, places, cut, attributes, folder } = images;
  const read = async (name: string) => {
    const bytes = await tree.read(places.get(name)!, MOST_IMAGE_BYTES);
    const label = `${tree.path}, ${name},`;
    return { bytes, pixels: await celebaCrop(label, await decode(label, bytes, 178 * 218)) };
  };
  for (const split of SPLITS) {
    const names = cut[split];
    const done = (count: number): void => progress(`images of ${split}`, count / names.length);
    await inOrder(
      names,
      read,
      ({ bytes, pixels }, name) => {
        folder?.add(name, bytes);
        writers(split).pixels(pixels);
        writers(split).labels(attributes.get(name)!);
      },
      { signal, done },
    );
  }
}
