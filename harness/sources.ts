/** Which files of the project decide what a suite's runs compute, and their hash. */
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, relative, sep } from "node:path";
import { EXIT, HarnessError, messageOf } from "./errors.ts";
import { importedCode } from "./source-code.ts";

/** The folder of package.json. */
export const PROJECT = join(import.meta.dirname, "..");

/** What does every run. */
const WORKER = "harness/execute/worker.ts";
/** Folders of a project whose suites are not in files of their own. */
const FOLDERS = ["harness", "baselines", "datasets", "suites"];

/**
 * The code that determines the computation of a suite's runs: `suites/<id>/suite.ts`, the worker, and the project's
 * files that these import, without types; code hashes (harness/source-code.ts) by path from the root. Without a
 * suite.ts: all TypeScript files of the project except tests. Throws HarnessError for an unreadable import.
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
 * SHA-256 over the paths and the code of the files that determine the computation of a suite's runs. Comments,
 * formatting and types do not change it; if it changes, revalidation shows whether results change. Throws HarnessError
 * for an unreadable file.
 */
export function sourceSha256(root: string, suite: string): string {
  const hash = createHash("sha256");
  const files = [...codeOf(root, suite)].sort(([a], [b]) => (a < b ? -1 : 1));
  for (const [file, code] of files) hash.update(file).update("\0").update(code).update("\0");
  return hash.digest("hex");
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
