/** SVHN, format 2: three MATLAB files of 32 × 32 images (Netzer et al. 2011, http://ufldl.stanford.edu/housenumbers/). */
import { basename } from "node:path";
import { malformed } from "../formats/malformed.ts";
import { listMatrices, type Matrix, numbersOf, valuesOf } from "../formats/mat5.ts";
import { fromColumnMajor } from "../formats/planes.ts";
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
import { SVHN_FILES } from "./catalogue.ts";

type FileId = keyof typeof SVHN_FILES;

/** The authors cut 10,000 validation images off the end of `train`. */
const TRAIN_CUT = { train: 63_257, validation: 10_000 };
const SIDE = 32;
const IMAGE = SIDE * SIDE * 3;
/** Images that are turned at a time. */
const AT_A_TIME = 512;

export const svhn: Importer = { id: "svhn", find };

interface SvhnFile {
  readonly images: Matrix;
  readonly labels: Matrix;
  readonly count: number;
}

async function find(from: string, work: Work): Promise<Found> {
  const ids = Object.keys(SVHN_FILES) as FileId[];
  const paths = ids.map((id) => firstOf(from, [SVHN_FILES[id].name], "file") ?? missing(from, SVHN_FILES[id].name));
  const [train, test, extra] = (await Promise.all(paths.map(look))) as [SvhnFile, SvhnFile, SvhnFile];
  const cut = cutInProportion(train.count, TRAIN_CUT);
  const splits = { extra: extra.count, ...cut, test: test.count };
  return {
    shape: [SIDE, SIDE, 3],
    classes: Array.from({ length: 10 }, (_, digit) => String(digit)),
    attributes: null,
    splits,
    files: paths,
    isPublished: (sources) => areOfficial(sources, Object.values(SVHN_FILES)),
    async write(writers) {
      await copy(extra, ["extra"], splits, writers, work);
      await copy(train, ["train", "validation"], splits, writers, work);
      await copy(test, ["test"], splits, writers, work);
    },
  };
}

function missing(from: string, name: string): never {
  const other = name === SVHN_FILES.extra.name ? "; the paper trains on it" : "";
  throw notFound(from, `${name}${other}`);
}

/** The two matrices of a file: X uint8 (32, 32, 3, N), y (N, 1) of any numeric class. */
async function look(file: string): Promise<SvhnFile> {
  const matrices = await listMatrices(file);
  const named = (name: string): Matrix => {
    const found = matrices.filter((matrix) => matrix.name === name);
    if (found.length !== 1) throw malformed(file, `has ${found.length} matrices "${name}" instead of one`);
    return found[0]!;
  };
  const [images, labels] = [named("X"), named("y")];
  const [height, width, channels, count = 1] = images.dims;
  const isBytes = images.arrayClass === "uint8" && images.stored === "uint8";
  if (!isBytes || height !== SIDE || width !== SIDE || channels !== 3 || images.dims.length > 4)
    throw malformed(file, `has images of ${images.dims.join(" × ")} ${images.arrayClass}, not 32 × 32 × 3 × N uint8`);
  if (count < 1 || labels.dims.join() !== [count, 1].join())
    throw malformed(file, `has ${count} images and labels of ${labels.dims.join(" × ")}`);
  return { images, labels, count };
}

/** Copies a file's images into splits, one after the other, and its labels. */
async function copy(
  { images, labels, count }: SvhnFile,
  splits: readonly string[],
  counts: Readonly<Record<string, number>>,
  writers: SplitWriters,
  { signal, progress }: Work,
): Promise<void> {
  const share = shareOut(splits, counts);
  for await (const piece of valuesOf(labels, 8 * 4096))
    share(classesOf(labels, piece), 1, (split, part) => writers(split).labels(part));
  const shareImages = shareOut(splits, counts);
  let done = 0;
  for await (const piece of valuesOf(images, AT_A_TIME * IMAGE)) {
    signal.throwIfAborted();
    shareImages(fromColumnMajor(piece, SIDE, SIDE), IMAGE, (split, part) => writers(split).pixels(part));
    done += piece.length / IMAGE;
    progress(`images of ${basename(images.file)}`, done / count);
  }
}

/** Labels 1 to 10 as digits: "0" is stored as 10. @throws HarnessError for another value */
function classesOf({ file, stored }: Matrix, bytes: Buffer): Uint8Array {
  return Uint8Array.from(numbersOf(bytes, stored), (label) => {
    if (!(Number.isInteger(label) && label >= 1 && label <= 10))
      throw malformed(file, `has label ${label}; labels go from 1 to 10, which is the digit 0`);
    return label % 10;
  });
}

/** Gives the first records to the first split until it is full, and so on. */
function shareOut(splits: readonly string[], counts: Readonly<Record<string, number>>) {
  const left = splits.map((split) => ({ split, records: counts[split]! }));
  return (bytes: Uint8Array, recordBytes: number, give: (split: string, part: Uint8Array) => void): void => {
    for (let rest = bytes; rest.length > 0; ) {
      const open = left.find(({ records }) => records > 0)!;
      const part = rest.subarray(0, open.records * recordBytes);
      give(open.split, part);
      open.records -= part.length / recordBytes;
      rest = rest.subarray(part.length);
    }
  };
}
