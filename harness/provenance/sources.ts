/** Which files of the project decide what a suite's runs compute, and their hash. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, relative, sep } from "node:path";
import { EXIT, HarnessError, messageOf } from "../errors.ts";
import { codeSha256, importedCode } from "./source-code.ts";

/** What does every run. */
const WORKER = "harness/worker/worker.ts";
/** Folders of a project whose suites are not in files of their own. */
const FOLDERS = ["harness", "baselines", "datasets", "suites"];

/**
 * The code that decides what a suite's runs compute, by path from the root: `suites/<id>/suite.ts`, the worker, and all that
 * these import of the project, types left out, with the hash of each file's code (harness/provenance/source-code.ts). Without such a file
 * of the suite: every TypeScript file of the project but tests. Throws HarnessError for an import of a file that cannot be read.
 */
function codeOf(root: string, suite: string): ReadonlyMap<string, string> {
  const start = `suites/${suite}/suite.ts`;
  const read = (file: string): Buffer => readSource(root, file);
  if (existsSync(join(root, start))) return importedCode([start, WORKER], { read, follows: isLocal });
  return importedCode(everyFile(root), { read, follows: () => false });
}

/** Files that determine the computation of a suite's runs, sorted, relative to the root. Throws as `sourceSha256`. */
export const sourceFiles = (root: string, suite: string): string[] => [...codeOf(root, suite).keys()].sort();

/**
 * SHA-256 over the code of the files that decide what a suite's runs compute. Comments, formatting, types and the places of the
 * files do not change the hash; revalidation finds whether results change where it does. Throws HarnessError for a file that
 * cannot be read.
 */
export const sourceSha256 = (root: string, suite: string): string => codeSha256(codeOf(root, suite));

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

function readSource(root: string, file: string): Buffer {
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
