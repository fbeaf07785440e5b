/** The hash that identifies a model: over the code of its module and all imported files, without packages. */
import { readFileSync } from "node:fs";
import { isAbsolute } from "node:path";
import { HarnessError, messageOf } from "../errors.ts";
import { codeSha256, importedCode } from "./source-code.ts";

/**
 * SHA-256 over the code of an absolute path's import closure (harness/provenance/source-code.ts). Independent of paths: a copy of
 * the model in another folder is the same model. Throws HarnessError for a file that cannot be read.
 */
export function moduleSha256(module: string): string {
  return codeSha256(importedCode([module], { read: (file) => read(file, module), follows: isAbsolute }));
}

function read(file: string, module: string): Buffer {
  try {
    return readFileSync(file);
  } catch (error) {
    throw new HarnessError(
      `${module} imports ${file}, which cannot be read: ${messageOf(error)}. Name the file with its ending, e.g. "./networks.ts".`,
      undefined,
      { cause: error },
    );
  }
}
