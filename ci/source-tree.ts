/** The project's folders, and the files in them. */
import { readdirSync } from "node:fs";
import { join, sep } from "node:path";

export const ROOT = join(import.meta.dirname, "..");
/** Top-level folders with TypeScript in them. A test compares the list with the disk. */
export const FOLDERS = ["harness", "baselines", "datasets", "suites", "reports", "ci"] as const;
export type Folder = (typeof FOLDERS)[number];

/** Paths under the folders that end so, relative to the root, with `/`, sorted. Results and dependencies are no source. */
export function filesIn(root: string, folders: readonly string[], ending: string): string[] {
  return folders
    .flatMap((folder) =>
      readdirSync(join(root, folder), { recursive: true, encoding: "utf8" }).map((f) => join(folder, f)),
    )
    .map((path) => path.split(sep).join("/"))
    .filter((path) => path.endsWith(ending) && !path.includes("node_modules/") && !path.startsWith("reports/out/"))
    .sort();
}
