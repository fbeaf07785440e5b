/** Reading a store's files and folders: one that is not there is told apart from one that cannot be read. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { EXIT, HarnessError, messageOf } from "../errors.ts";

/** The file's bytes, or undefined when there is none: what cannot be read must not pass for absent. Throws HarnessError. */
export const bytesIfThere = (file: string): Buffer | undefined => ifThere(file, () => readFileSync(file));
/** The same as text, which Node reads in one go. */
export const textIfThere = (file: string): string | undefined => ifThere(file, () => readFileSync(file, "utf8"));
/** Names of the files and folders in a folder; none where there is no folder. Throws HarnessError. */
export const namesIn = (folder: string): string[] => ifThere(folder, () => readdirSync(folder)) ?? [];

function ifThere<T>(file: string, read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw new HarnessError(`Cannot read ${file}: ${messageOf(error)}.`, EXIT.cannotJudge, { cause: error });
  }
}

/** Every file below a folder, which need not be there. */
export function filesBelow(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}

/** Undefined for a text that is not JSON. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
