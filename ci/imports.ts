/** Which imports the source tree allows: they point one way, and few files touch a backend of tfjs. */
import type { Import } from "../harness/imports.ts";

/** Folders that each may import from, itself included. Only `main.ts` and `ci` wire all of them. */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  harness: ["harness"],
  datasets: ["datasets", "harness"],
  baselines: ["baselines", "harness"],
  suites: ["suites", "baselines", "datasets", "harness"],
  reports: ["reports", "harness"],
};
const BACKEND = /^@tensorflow\/(tfjs|tfjs-node|tfjs-node-gpu|tfjs-backend-[a-z-]+)(\/|$)/;

export interface Exception {
  /** The importing file, or a folder with a closing slash. */
  readonly file: string;
  readonly target: string;
  readonly reason: string;
}

const isPackage = (target: string, folders: readonly string[]): boolean => !folders.includes(topOf(target));
export const topOf = (path: string): string => path.split("/")[0]!;

/** What is wrong with an import, or undefined. */
export function violation({ file, target }: Import, folders: readonly string[]): string | undefined {
  if (BACKEND.test(target) && !file.startsWith("harness/engine/"))
    return "only harness/engine imports a backend of tfjs; others take @tensorflow/tfjs-core";
  const allowed = MAY_IMPORT[topOf(file)];
  if (!allowed) return undefined;
  if (target.startsWith("../") || target === "main.ts") return `${topOf(file)} imports nothing from the root`;
  if (isPackage(target, folders) || allowed.includes(topOf(target))) return undefined;
  const others = allowed.filter((folder) => folder !== topOf(file));
  return `${topOf(file)} may import from ${others.join(", ") || "no other folder"}, not from ${topOf(target)}`;
}

/** The exception that allows an import, or undefined. */
export const exceptionFor = ({ file, target }: Import, exceptions: readonly Exception[]): Exception | undefined =>
  exceptions.find(
    (exception) =>
      (exception.file.endsWith("/") ? file.startsWith(exception.file) : file === exception.file) &&
      target.startsWith(exception.target),
  );

/** A cycle among folders that import each other, e.g. ["a", "b", "a"], or undefined. */
export function folderCycle(imports: readonly Import[], folders: readonly string[]): string[] | undefined {
  const next = new Map(folders.map((folder) => [folder, new Set<string>()]));
  for (const { file, target } of imports)
    if (topOf(file) !== topOf(target) && folders.includes(topOf(target))) next.get(topOf(file))?.add(topOf(target));
  const walk = (path: readonly string[]): string[] | undefined => {
    for (const folder of next.get(path.at(-1)!) ?? []) {
      if (path.includes(folder)) return [...path.slice(path.indexOf(folder)), folder];
      const found = walk([...path, folder]);
      if (found) return found;
    }
    return undefined;
  };
  return folders.map((folder) => walk([folder])).find((cycle) => cycle !== undefined);
}
