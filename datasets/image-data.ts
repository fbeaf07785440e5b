/** Images as suites see them: a description, and random access. */
import type { DatasetId } from "./dataset-ids.ts";

export interface ImageData {
  /**
   * Name for tables and file names: "svhn" for the official files; stand-ins have names of their own, e.g.
   * "svhn-stand-in-3f2a91c0", "tiny-imagenet-200", "generated-digits-32".
   */
  readonly name: string;
  /** The published dataset, or the one that a stand-in replaces. */
  readonly dataset: DatasetId;
  /** Stand-ins and generated data have false. */
  readonly official: boolean;
  /** Hash of the prepared data; run keys contain it. */
  readonly sha256: string;
  readonly shape: readonly [height: number, width: number, channels: number];
  /** Names of the classes, where each image has one label. */
  readonly classes: readonly string[] | null;
  /** Names of the attributes, where each image has all of them as 0 or 1. */
  readonly attributes: readonly string[] | null;
  /** Images in each split. */
  readonly splits: Readonly<Record<string, number>>;
}

/** Random access to the images of a split, until it is closed. */
export interface ImageReader {
  readonly count: number;
  /** Pixels of these rows, [rows, height, width, channels]. @throws RangeError for a row that does not exist */
  read(rows: ArrayLike<number>): Promise<Uint8Array>;
  readSync(rows: ArrayLike<number>): Uint8Array;
  /** Class of each image [count], or its attributes [count · attributes] as 0 and 1; empty where there are neither. */
  labels(): Uint8Array;
  close(): void;
}
