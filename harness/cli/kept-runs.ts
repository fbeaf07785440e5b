/** The runs kept in git: a store next to the pages, which commands read only if it is named. */

import { realpathSync } from "node:fs";
import { join, relative } from "node:path";
import { thisProject } from "../project.ts";
import { suitesIn } from "../store/layout.ts";
import { Store } from "../store/store.ts";
import { commandOn } from "../terminal/commands.ts";

/** The store in git. */
export const evidenceFolder = (): string => join(thisProject().root, "reports", "evidence");

/** Commands whose pages show runs of these suites kept in git, a line each; none if `folder` is that store. */
export function keptRuns(ids: readonly string[], folder: string): string[] {
  if (!Store.openIfThere(evidenceFolder()) || isSame(folder, evidenceFolder())) return [];
  const store = relative(process.cwd(), evidenceFolder());
  return suitesIn(evidenceFolder())
    .filter((id) => ids.includes(id))
    .map((id) => `Runs of ${id} are kept in git: ${commandOn("report", id, store)}`);
}

function isSame(one: string, other: string): boolean {
  try {
    return realpathSync(one) === realpathSync(other);
  } catch {
    return false; // one of the folders does not exist
  }
}
