/** Batches of CIFAR-10: binary records and pickled dictionaries (https://www.cs.toronto.edu/~kriz/cifar.html). */
import { readFileSync, statSync } from "node:fs";
import { malformed, requireData } from "./malformed.ts";
import { ByteArray, Dictionary, readPickle } from "./pickle.ts";
import { fromPlanes } from "./planes.ts";

export interface Batch {
  /** [count, 32, 32, 3] */
  readonly pixels: Uint8Array;
  /** 0 to 9, [count] */
  readonly labels: Uint8Array;
}
const PLANE = 32 * 32;
const IMAGE = 3 * PLANE;
const RECORD = 1 + IMAGE;
/** A file is read whole. The official ones are 31 MB. */
const MOST_BYTES = 320e6;

/** A `.bin` file: records of a label and the planes red, green, blue. @throws HarnessError when it is none. */
export function readBinaryBatch(file: string): Batch {
  const bytes = wholeFile(file);
  if (bytes.length % RECORD !== 0)
    throw malformed(file, `has ${bytes.length} bytes, no whole number of records of ${RECORD}`);
  const count = bytes.length / RECORD;
  const planes = new Uint8Array(count * IMAGE);
  const labels = new Uint8Array(count);
  for (let i = 0; i < count; i++) {
    labels[i] = bytes[i * RECORD]!;
    planes.set(bytes.subarray(i * RECORD + 1, (i + 1) * RECORD), i * IMAGE);
  }
  requireLabels(file, labels);
  return { pixels: fromPlanes(planes, PLANE), labels };
}

/** A pickled batch: `data` uint8 [count, 3072] in planes, `labels` a list. @throws HarnessError when it is none. */
export function readPythonBatch(file: string): Batch {
  const batch = unpickled(file);
  const data = batch.get("data");
  const labels = batch.get("labels");
  if (!(data instanceof ByteArray) || !Array.isArray(labels))
    throw malformed(file, 'is no CIFAR-10 batch: "data" or "labels" is missing');
  const [count, width] = data.shape;
  if (data.shape.length !== 2 || width !== IMAGE || count !== labels.length)
    throw malformed(file, `contradicts itself: data of ${data.shape.join(" × ")} and ${labels.length} labels`);
  requireLabels(file, labels as readonly number[]);
  return { pixels: fromPlanes(data.data, PLANE), labels: Uint8Array.from(labels as number[]) };
}

function unpickled(file: string): Dictionary {
  const bytes = wholeFile(file);
  try {
    const value = readPickle(bytes);
    if (value instanceof Dictionary) return value;
  } catch (error) {
    throw malformed(file, `cannot be read as a CIFAR-10 batch: ${(error as Error).message}`, error);
  }
  throw malformed(file, "is a pickle of something else than a CIFAR-10 batch");
}

function wholeFile(file: string): Buffer {
  requireData(file);
  const { size } = statSync(file);
  if (size > MOST_BYTES) throw malformed(file, `has ${size} bytes; a batch of CIFAR-10 has 31 million`);
  return readFileSync(file);
}

function requireLabels(file: string, labels: ArrayLike<unknown>): void {
  for (let i = 0; i < labels.length; i++)
    if (!(Number.isInteger(labels[i]) && (labels[i] as number) >= 0 && (labels[i] as number) <= 9))
      throw malformed(file, `has label ${labels[i]} in record ${i}; labels go from 0 to 9`);
}
