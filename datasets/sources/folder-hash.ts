import { createHash } from "node:crypto";
import type { Source } from "../prepared/manifest.ts";

/** Hash of a folder of many files: over their names and hashes, in the order in which they are read. */
export class FolderHash {
  readonly #path: string;
  readonly #hash = createHash("sha256");
  #sizeBytes = 0;

  constructor(path: string) {
    this.#path = path;
  }
  add(name: string, bytes: Uint8Array): void {
    this.#hash.update(`${createHash("sha256").update(bytes).digest("hex")}  ${name}\n`);
    this.#sizeBytes += bytes.length;
  }
  /** Called once, when all are in. */
  source(): Source {
    return { path: this.#path, sizeBytes: this.#sizeBytes, sha256: this.#hash.digest("hex") };
  }
}
