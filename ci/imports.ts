/** Which imports the source tree allows: they point one way, and few files touch a backend of tfjs. */
import type { Import } from "../harness/provenance/imports.ts";

/** Folders that each may import from, itself included. Only `main.ts`, `index.ts` and `ci` wire all of them. */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  harness: ["harness"],
  datasets: ["datasets", "harness"],
  baselines: ["baselines", "harness"],
  suites: ["suites", "baselines", "datasets", "harness"],
  reports: ["reports", "harness"],
};
const BACKEND = /^@tensorflow\/(tfjs|tfjs-node|tfjs-node-gpu|tfjs-backend-[a-z-]+)(\/|$)/;

const isPackage = (target: string, folders: readonly string[]): boolean => !folders.includes(topOf(target));
const topOf = (path: string): string => path.split("/")[0]!;

/** What is wrong with an import, or undefined. */
export function violation({ file, target }: Import, folders: readonly string[]): string | undefined {
  if (BACKEND.test(target) && !file.startsWith("harness/engine/"))
    return "only harness/engine imports a backend of tfjs; others take @tensorflow/tfjs-core";
  const allowed = MAY_IMPORT[topOf(file)];
  if (!allowed) return undefined;
  if (target.startsWith("../") || ["main.ts", "index.ts", "suite.ts"].includes(target))
    return `${topOf(file)} imports nothing from the root`;
  if (isPackage(target, folders) || allowed.includes(topOf(target))) return undefined;
  const others = allowed.filter((folder) => folder !== topOf(file));
  return `${topOf(file)} may import from ${others.join(", ") || "no other folder"}, not from ${topOf(target)}`;
}

/** The edges of a graph: from a name to the names that it points to. */
type Graph = ReadonlyMap<string, ReadonlySet<string>>;

function graphOf(edges: Iterable<readonly [from: string, to: string]>): Graph {
  const graph = new Map<string, Set<string>>();
  for (const [from, to] of edges) {
    if (from === to) continue;
    graph.set(from, (graph.get(from) ?? new Set()).add(to));
  }
  return graph;
}

/** A circle of a graph, e.g. ["a", "b", "a"], or undefined. */
function circle(graph: Graph): string[] | undefined {
  const done = new Set<string>();
  const walk = (path: readonly string[]): string[] | undefined => {
    for (const next of graph.get(path.at(-1)!) ?? []) {
      if (path.includes(next)) return [...path.slice(path.indexOf(next)), next];
      const found = done.has(next) ? undefined : walk([...path, next]);
      if (found) return found;
    }
    done.add(path.at(-1)!);
    return undefined;
  };
  for (const start of graph.keys()) {
    const found = done.has(start) ? undefined : walk([start]);
    if (found) return found;
  }
  return undefined;
}

/** A circle of files that import each other, types included, or undefined. */
export const fileCircle = (imports: readonly Import[]): string[] | undefined =>
  circle(graphOf(imports.map(({ file, target }) => [file, target])));

/**
 * A circle of sibling folders, whose files, those of folders below included, import each other; types count. A folder and a
 * folder in it may import each other: `engine/open.ts` opens what is in `engine/tensorflow/`.
 */
export function folderCircle(imports: readonly Import[]): string[] | undefined {
  return circle(graphOf(imports.flatMap(({ file, target }) => siblings(file, target))));
}

/** The folders of two files that lie next to each other; empty where a file lies in the folder of the other. */
function siblings(file: string, target: string): [string, string][] {
  const [a, b] = [file, target].map((path) => path.split("/").slice(0, -1)) as [string[], string[]];
  const shared = a.findIndex((name, i) => name !== b[i]);
  if (shared === -1 || shared === b.length) return [];
  return [[a.slice(0, shared + 1).join("/"), b.slice(0, shared + 1).join("/")]];
}
