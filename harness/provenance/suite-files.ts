/** The modules of suites and of their arms, by which the code of a run is found (harness/provenance/sources.ts). */
import { existsSync } from "node:fs";
import { EXIT, HarnessError } from "../errors.ts";

export interface SuiteFiles {
  /** Absolute path of the suite's module. */
  readonly file: string;
  /** Absolute paths of the modules of arms, by name; an arm without one counts as a part of the suite. */
  readonly arms: ReadonlyMap<string, string>;
}

const known = new Map<string, SuiteFiles>();

/** Defining a suite makes its files known to this process. */
export function knowSuiteFiles(suite: string, files: SuiteFiles): void {
  known.set(suite, files);
}

/** @throws HarnessError for a suite whose file is unknown or missing */
export function requireSource(suite: string): void {
  const { file } = suiteFiles(suite);
  if (existsSync(file)) return;
  throw new HarnessError(
    `The suite "${suite}" says that its source file is ${file}, and there is no such file: nobody could say what code its runs are of. Give defineSuite, as its file, the path of the module that calls it.`,
  );
}

/** Throws HarnessError for a suite whose files are unknown: other code is never hashed in its place. */
export function suiteFiles(suite: string): SuiteFiles {
  const files = known.get(suite);
  if (files) return files;
  throw new HarnessError(
    `The source file of the suite "${suite}" is unknown, so nobody can say what code its runs are of. Define it with defineSuite, which takes the path of the suite's module as its file.`,
    EXIT.cannotJudge,
  );
}
