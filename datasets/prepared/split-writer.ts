/** Writes the images of a split and their labels into two flat files, hashing on the way. */
import { createHash } from "node:crypto";
import { closeSync, fsyncSync, openSync, statSync, writeSync } from "node:fs";
import { join } from "node:path";
import { EXIT, HarnessError } from "../../harness/errors.ts";
import type { PreparedFile } from "./manifest.ts";

export const pixelsFile = (split: string): string => `${split}.pixels`;
export const labelsFile = (split: string): string => `${split}.labels`;

class HashedFile {
  sizeBytes = 0;
  readonly #folder: string;
  readonly #name: string;
  readonly #file: number;
  readonly #hash = createHash("sha256");
  constructor(folder: string, name: string) {
    this.#folder = folder;
    this.#name = name;
    this.#file = openSync(join(folder, name), "wx");
  }
  write(bytes: Uint8Array): void {
    this.#hash.update(bytes);
    for (let at = 0; at < bytes.length; ) at += writeSync(this.#file, bytes, at);
    this.sizeBytes += bytes.length;
  }
  sync(): PreparedFile {
    fsyncSync(this.#file);
    const { mtimeMs } = statSync(join(this.#folder, this.#name));
    return { path: this.#name, sizeBytes: this.sizeBytes, mtimeMs, sha256: this.#hash.digest("hex") };
  }
  close(): void {
    closeSync(this.#file);
  }
}

export interface SplitLayout {
  readonly imageBytes: number;
  /** Labels of an image: one class, or all attributes; 0 without either. */
  readonly labelBytes: number;
  /** Images that are to come. */
  readonly count: number;
}

/** Pixels and labels come in any number of whole images, independently of each other. */
export class SplitWriter {
  readonly #pixels: HashedFile;
  readonly #labels: HashedFile;
  readonly #split: string;
  readonly #layout: SplitLayout;

  constructor(folder: string, split: string, layout: SplitLayout) {
    this.#split = split;
    this.#layout = layout;
    this.#pixels = new HashedFile(folder, pixelsFile(split));
    this.#labels = new HashedFile(folder, labelsFile(split));
  }
  pixels(bytes: Uint8Array): void {
    this.#pixels.write(bytes);
  }
  labels(bytes: Uint8Array): void {
    this.#labels.write(bytes);
  }
  /** @throws HarnessError when there came more or fewer than were announced. */
  finish(): PreparedFile[] {
    const { imageBytes, labelBytes, count } = this.#layout;
    for (const [what, file, each] of [
      ["images", this.#pixels, imageBytes],
      ["labels", this.#labels, labelBytes],
    ] as const)
      if (file.sizeBytes !== count * each)
        throw new HarnessError(
          `The sources gave ${file.sizeBytes / each} ${what} for ${this.#split} and not the ${count} they had announced. Did they change meanwhile?`,
          EXIT.cannotJudge,
        );
    return [this.#pixels.sync(), this.#labels.sync()];
  }
  close(): void {
    this.#pixels.close();
    this.#labels.close();
  }
}

export type SplitWriters = (split: string) => SplitWriter;
