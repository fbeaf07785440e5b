/** A hash over a module and all the files it imports, packages left out: which model this is. */
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { HarnessError, messageOf } from "../errors.ts";
import { importsOf } from "../imports.ts";

/** SHA-256 over the contents of an absolute path's import closure. Throws HarnessError for a file that cannot be read. */
export function moduleSha256(module: string): string {
  const found = new Map<string, Buffer>();
  const waiting = [module];
  for (let file = waiting.pop(); file !== undefined; file = waiting.pop()) {
    if (found.has(file)) continue;
    const bytes = read(file, module);
    found.set(file, bytes);
    if (!/\.[cm]?[jt]sx?$/.test(file)) continue;
    for (const { target, typeOnly } of importsOf(file, bytes.toString("utf8")))
      if (!typeOnly && target.startsWith("/")) waiting.push(target);
  }
  const hash = createHash("sha256");
  // Without their paths: the same model from another folder is the same model.
  const contents = [...found.values()].map((bytes) => createHash("sha256").update(bytes).digest("hex"));
  for (const content of contents.sort()) hash.update(content);
  return hash.digest("hex");
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
