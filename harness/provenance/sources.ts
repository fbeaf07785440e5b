/** Which files decide what the runs of an arm of a suite compute, and their hash. */
import { readFileSync } from "node:fs";
import { dirname, extname, isAbsolute, join, relative, sep } from "node:path";
import { EXIT, HarnessError, messageOf } from "../errors.ts";
import { thisProject } from "../project.ts";
import { resolvedImport } from "./imports.ts";
import { codeSha256, importedCode, type LinkOf } from "./source-code.ts";
import { suiteFiles } from "./suite-files.ts";

/** The harness's own folder, and the module of what does every run. */
const HARNESS = dirname(import.meta.dirname);
const ENDING = extname(import.meta.filename);
const WORKER = join(HARNESS, "worker", `worker${ENDING}`);
/** The files that a project's suites import by the package's name. */
const ENTRIES: ReadonlyMap<string, string> = new Map([
  ["reproducibility-harness", join(dirname(HARNESS), `index${ENDING}`)],
  ["reproducibility-harness/suite", join(dirname(HARNESS), `suite${ENDING}`)],
]);
const resolve = (file: string, specifier: string): string => ENTRIES.get(specifier) ?? resolvedImport(file, specifier);

/** A run by its suite and arm; without an arm, all runs of the suite. */
export interface RunOf {
  readonly suite: string;
  /** The arm, as `RunSpec.model`. */
  readonly model?: string;
}

/**
 * The code that decides what runs compute, by absolute path: the suite's module, the arm's, the worker, and all that these import
 * from the project and the harness, types left out, with the hash of each file's code (harness/provenance/source-code.ts).
 *
 * Modules of the suite's other arms are left out: where the suite's module imports from the module of another arm one name
 * alone, its model, that import counts as "another arm". A module that is reached by another way still counts.
 */
function codeOf(root: string, { suite, model }: RunOf): ReadonlyMap<string, string> {
  const files = suiteFiles(suite);
  const here = (file: string): string => placeIn(root, file);
  const start = here(files.file);
  const isOwn = (arm: string): boolean => model === undefined || arm === model;
  const own = new Set([...files.arms].filter(([arm]) => isOwn(arm)).map(([, file]) => here(file)));
  const others = new Set([...files.arms.values()].map(here).filter((file) => !own.has(file)));
  const cuts = ({ file, target, statement }: LinkOf): boolean =>
    file === start && others.has(target) && ONE_NAME.test(statement);
  const follows = (target: string): boolean => isFollowed(root, target);
  return importedCode([start, here(WORKER), ...own], { read: readSource, follows, cuts, resolve });
}

/** `import{a}from` or `import a from`, as esbuild prints it. */
const ONE_NAME = /^import(\{[\w$]+(?: as [\w$]+)?\}| [\w$]+ )from$/;

/** Files that determine the computation of runs, sorted; those of the project by their path from its root. Throws as `sourceSha256`. */
export const sourceFiles = (root: string, of: RunOf): string[] =>
  [...codeOf(root, of).keys()].map((file) => (isWithin(root, file) ? fromRoot(root, file) : file)).sort();

/**
 * SHA-256 over the code of the files that decide what runs compute. Comments, formatting, types and the places of the files do
 * not change the hash; revalidation finds whether results change where it does.
 *
 * @param root of the project, or of another checkout of it
 * @throws HarnessError for a suite whose file is unknown, and for a file that cannot be read
 */
export const sourceSha256 = (root: string, of: RunOf): string => codeSha256(codeOf(root, of));

const fromRoot = (root: string, file: string): string => relative(root, file).split(sep).join("/");

const isWithin = (folder: string, file: string): boolean => {
  const path = relative(folder, file);
  return path !== "" && !path.startsWith("..") && !isAbsolute(path);
};

/** Whether an imported file belongs to the project or to the harness, which may be installed; packages do not. */
const isFollowed = (root: string, file: string): boolean =>
  isAbsolute(file) &&
  (isWithin(HARNESS, file) ||
    [...ENTRIES.values()].includes(file) ||
    (isWithin(root, file) && !fromRoot(root, file).split("/").includes("node_modules")));

/**
 * A file of this process's project in a checkout of the project. Another file, of a harness that is installed, stays where it
 * is.
 */
function placeIn(root: string, file: string): string {
  if (isWithin(root, file)) return file;
  const project = thisProject().root;
  const isOfProject = isWithin(project, file) && !fromRoot(project, file).startsWith("node_modules/");
  return isOfProject ? join(root, relative(project, file)) : file;
}

function readSource(file: string): Buffer {
  try {
    return readFileSync(file);
  } catch (error) {
    throw new HarnessError(
      `The source ${file} cannot be read, so nobody can say what code the runs are of: ${messageOf(error)}. Restore it.`,
      EXIT.cannotJudge,
      { cause: error },
    );
  }
}
