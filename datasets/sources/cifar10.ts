/** CIFAR-10: the binary or the Python version, packed or unpacked (Krizhevsky 2009, https://www.cs.toronto.edu/~kriz/). */
import { createHash } from "node:crypto";
import { readFileSync, statSync } from "node:fs";
import { basename, join } from "node:path";
import { type Batch, readBinaryBatch, readPythonBatch } from "../formats/cifar-batch.ts";
import { malformed } from "../formats/malformed.ts";
import { unpackTarGz } from "../formats/tar.ts";
import type { OfficialFile } from "../prepared/importer.ts";
import {
  areOfficial,
  cutInProportion,
  type Found,
  firstOf,
  type Importer,
  notFound,
  type Work,
} from "../prepared/importer.ts";
import type { Source } from "../prepared/manifest.ts";
import type { SplitWriters } from "../prepared/split-writer.ts";
import { CIFAR_BINARY, CIFAR_PYTHON } from "./catalogue.ts";

const CLASSES = ["airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck"];
const TRAIN_CUT = { train: 45_000, validation: 5_000 };
const IMAGE = 32 * 32 * 3;
const MOST_BYTES = 320e6;

const TRAINING = ["data_batch_1", "data_batch_2", "data_batch_3", "data_batch_4", "data_batch_5"];
const TEST = "test_batch";
/** MD5 of the Python version's files. None of the binary version's are published. */
const PYTHON_MD5 = new Map([
  ["data_batch_1", "c99cafc152244af753f735de768cd75f"],
  ["data_batch_2", "d4bba439e000b95fd0a9bffe97cbabec"],
  ["data_batch_3", "54ebc095f3ab1f0389bbae665268c751"],
  ["data_batch_4", "634d18415352ddfa80567beed471001a"],
  ["data_batch_5", "482c414d41f54cd18b22e5b47cb7c3cb"],
  [TEST, "40351d587109b95175f43aff81a1287e"],
]);

interface Version {
  readonly archive: OfficialFile;
  readonly folder: string;
  readonly ending: string;
  read(file: string): Batch;
  /** Whether unpacked files are the published ones. */
  areBatches(paths: readonly string[]): boolean;
}
const BINARY: Version = {
  archive: CIFAR_BINARY,
  folder: "cifar-10-batches-bin",
  ending: ".bin",
  read: readBinaryBatch,
  areBatches: () => false,
};
const PYTHON: Version = {
  archive: CIFAR_PYTHON,
  folder: "cifar-10-batches-py",
  ending: "",
  read: readPythonBatch,
  areBatches: (paths) =>
    paths.every(
      (path) => createHash("md5").update(readFileSync(path)).digest("hex") === PYTHON_MD5.get(basename(path)),
    ),
};

export const cifar10: Importer = { id: "cifar10", find };

/** Six files of batches, and where they come from. */
interface Batches {
  readonly version: Version;
  readonly paths: readonly string[];
  readonly sources: readonly string[];
  isPublished(sources: readonly Source[]): boolean;
}

async function find(from: string, work: Work): Promise<Found> {
  const batches = (await inArchive(from, work)) ?? inFolder(from);
  if (!batches)
    throw notFound(
      from,
      `${BINARY.archive.name} or ${PYTHON.archive.name}, nor ${BINARY.folder}/ or ${PYTHON.folder}/ with ${TRAINING[0]} to 5 and ${TEST}`,
    );
  const { version, paths, sources, isPublished } = batches;
  const test = version.read(paths.at(-1)!);
  const counts = paths.slice(0, -1).map((path) => version.read(path).labels.length);
  const cut = cutInProportion(
    counts.reduce((sum, count) => sum + count, 0),
    TRAIN_CUT,
  );
  return {
    shape: [32, 32, 3],
    classes: CLASSES,
    attributes: null,
    splits: { ...cut, test: test.labels.length },
    files: sources,
    isPublished,
    async write(writers) {
      let row = 0;
      for (const [i, path] of paths.slice(0, -1).entries()) {
        work.signal.throwIfAborted();
        row = share(version.read(path), row, cut.train, writers);
        work.progress("batches", (i + 1) / paths.length);
      }
      put(test, writers("test"));
      work.progress("batches", 1);
    },
  };
}

/** Gives a batch that begins at `row` to train and validation; returns the row behind it. */
function share({ pixels, labels }: Batch, row: number, trainRows: number, writers: SplitWriters): number {
  const own = Math.min(labels.length, Math.max(0, trainRows - row));
  put({ pixels: pixels.subarray(0, own * IMAGE), labels: labels.subarray(0, own) }, writers("train"));
  put({ pixels: pixels.subarray(own * IMAGE), labels: labels.subarray(own) }, writers("validation"));
  return row + labels.length;
}

function put({ pixels, labels }: Batch, writer: ReturnType<SplitWriters>): void {
  writer.pixels(pixels);
  writer.labels(labels);
}

const batchFiles = ({ ending }: Version): string[] => [...TRAINING, TEST].map((name) => `${name}${ending}`);

async function inArchive(from: string, { scratch, signal, progress }: Work): Promise<Batches | undefined> {
  const version = [BINARY, PYTHON].find(({ archive }) => firstOf(from, [archive.name], "file"));
  if (!version) return undefined;
  const archive = join(from, version.archive.name);
  const wanted = batchFiles(version);
  progress(`unpacking ${version.archive.name}`, 0);
  const found = await unpackTarGz(archive, scratch, { wanted, mostBytesEach: MOST_BYTES, signal });
  const absent = wanted.filter((name) => !found.includes(name));
  if (absent.length > 0) throw malformed(archive, `has no ${absent.join(", ")}`);
  return {
    version,
    paths: wanted.map((name) => join(scratch, name)),
    sources: [archive],
    isPublished: (sources) => areOfficial(sources, [version.archive]),
  };
}

function inFolder(from: string): Batches | undefined {
  for (const version of [BINARY, PYTHON])
    for (const folder of [join(from, version.folder), from]) {
      const paths = batchFiles(version).map((name) => join(folder, name));
      const there = paths.filter((path) => statSync(path, { throwIfNoEntry: false })?.isFile());
      if (there.length === 0) continue;
      const absent = paths.filter((path) => !there.includes(path)).map((path) => basename(path));
      if (absent.length > 0) throw notFound(folder, absent.join(", "));
      return { version, paths, sources: paths, isPublished: () => version.areBatches(paths) };
    }
  return undefined;
}
