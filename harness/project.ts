/**
 * The project that this process works for: its folder, and the choices in its package.json. Code, revision, lockfile and accepted
 * baselines are the project's, wherever the harness itself is installed.
 */
import { existsSync, readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { z } from "zod";
import { HarnessError, messageOf } from "./errors.ts";

/** The field "reproducibility" of package.json. */
const Choices = z.strictObject({
  /** Root seed of all random streams where none is named. */
  rootSeed: z.string().min(1).default("1"),
  /** Per-user folder of engines and prepared data. */
  cache: z
    .strictObject({
      /** The folder's name among the user's caches. */
      name: z.string().regex(/^[\w.-]+$/),
      /** The environment variable that names another folder. */
      variable: z.string().regex(/^\w+$/),
    })
    .default({ name: "reproducibility-harness", variable: "HARNESS_CACHE" }),
});

export interface ThisProject extends z.infer<typeof Choices> {
  /** Absolute path of the folder with package.json. */
  readonly root: string;
  /** The name in package.json. */
  readonly name: string;
}

let entered: ThisProject | undefined;

/** Makes a folder's project the one that this process works for. @throws HarnessError for a package.json that cannot be read */
export function enterProject(root: string): ThisProject {
  entered = readProject(resolve(root));
  return entered;
}

/**
 * The project that was entered; in a process that entered none, as a test or a script, the package of the main module.
 * @throws HarnessError where there is no package.json, or one that cannot be read
 */
export function thisProject(): ThisProject {
  return (
    entered ?? enterProject(packageAbove(process.argv[1] === undefined ? process.cwd() : dirname(process.argv[1])))
  );
}

/** The nearest folder with a package.json. */
function packageAbove(start: string): string {
  for (let folder = resolve(start); ; folder = dirname(folder)) {
    if (existsSync(join(folder, "package.json"))) return folder;
    if (folder === dirname(folder))
      throw new HarnessError(
        `There is no package.json in ${resolve(start)} or above, so nobody can say what project this is. Run npm init there.`,
      );
  }
}

function readProject(root: string): ThisProject {
  const file = join(root, "package.json");
  const refuse = (why: string, cause?: unknown): never => {
    throw new HarnessError(`${file} ${why}`, undefined, { cause });
  };
  const read = (): { name?: unknown; reproducibility?: unknown } => {
    try {
      return JSON.parse(readFileSync(file, "utf8"));
    } catch (error) {
      return refuse(`cannot be read: ${messageOf(error)}. The root of a project has a package.json.`, error);
    }
  };
  const { name, reproducibility = {} } = read();
  const choices = Choices.safeParse(reproducibility);
  if (!choices.success)
    return refuse(
      `has a field "reproducibility" that is not as it should be: ${z.prettifyError(choices.error)}. Allowed: {"rootSeed": "…", "cache": {"name": "…", "variable": "…"}}, or no such field.`,
    );
  return { root, name: String(name ?? "project"), ...choices.data };
}
