/** Which files of the project decide what a suite's runs compute, and their hash. */
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, relative, sep } from "node:path";
import { EXIT, HarnessError, messageOf } from "./errors.ts";
import { importsOf } from "./imports.ts";

/** The folder of package.json. */
export const PROJECT = join(import.meta.dirname, "..");

/** What does every run. */
const WORKER = "harness/execute/worker.ts";
/** Folders of a project whose suites are not in files of their own. */
const FOLDERS = ["harness", "baselines", "datasets", "suites"];

/**
 * Paths from the root, sorted: `suites/<id>/suite.ts`, the worker, and all that these import of the project, types left
 * out. Without such a file of the suite: every TypeScript file of the project but tests. Throws HarnessError for an import
 * of a file that cannot be read.
 */
export function sourceFiles(root: string, suite: string): string[] {
  const start = `suites/${suite}/suite.ts`;
  return existsSync(join(root, start)) ? closure(root, [start, WORKER]) : everyFile(root);
}

/** SHA-256 over paths and contents of `sourceFiles`. A comment changes it: whether results change is for revalidation. */
export function sourceSha256(root: string, suite: string): string {
  const hash = createHash("sha256");
  for (const file of sourceFiles(root, suite)) hash.update(file).update("\0").update(read(root, file)).update("\0");
  return hash.digest("hex");
}

function closure(root: string, starts: readonly string[]): string[] {
  const found = new Set(starts);
  // A set is walked in the order of insertion, what is added on the way included.
  for (const file of found) {
    if (!file.endsWith(".ts")) continue;
    for (const { target, typeOnly } of importsOf(file, read(root, file).toString("utf8")))
      if (!typeOnly && isLocal(target)) found.add(target);
  }
  return [...found].sort();
}

/** A file of the project, not of a package. */
const isLocal = (target: string): boolean =>
  [...FOLDERS, "reports", "ci"].some((folder) => target.startsWith(`${folder}/`));

function everyFile(root: string): string[] {
  return FOLDERS.filter((folder) => existsSync(join(root, folder)))
    .flatMap((folder) =>
      readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile() && entry.name.endsWith(".ts") && !entry.name.endsWith(".test.ts"))
        .map((entry) => relative(root, join(entry.parentPath, entry.name))),
    )
    .map((path) => path.split(sep).join("/"))
    .sort();
}

function read(root: string, file: string): Buffer {
  try {
    return readFileSync(join(root, file));
  } catch (error) {
    throw new HarnessError(
      `The source ${file} cannot be read, so nobody can say what code the runs are of: ${messageOf(error)}. Restore it.`,
      EXIT.cannotJudge,
      { cause: error },
    );
  }
}
