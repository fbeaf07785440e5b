/** The runs that a baseline is compared with: in a store of their own, by what made them; the main store is only read. */

import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Provenance } from "../contract/run.ts";
import { writeAtomic } from "../files/atomic-file.ts";
import { thisProject } from "../project.ts";
import { armKeyOf, lockfileSha256 } from "../provenance/provenance.ts";
import { type RunOf, sourceSha256 } from "../provenance/sources.ts";
import { sha256 } from "../store/sealed.ts";
import { isResult, type RunPlace, type Store } from "../store/store.ts";

/** What makes runs: the project's own sources, and by its lockfile the packages that these import. */
export type Code = Pick<Provenance, "sourceSha256" | "lockfileSha256">;

/** The code of the runs of an arm, or without a model of a whole suite. */
export const codeOf = (root: string, of: RunOf): Code => ({
  sourceSha256: sourceSha256(root, of),
  lockfileSha256: lockfileSha256(root),
});

/** The code of runs by their arms, read once for each arm. */
export function codeOfArms(root: string): (run: RunOf) => Code {
  const known = new Map<string, Code>();
  return (run) => {
    const arm = armKeyOf(run);
    const code = known.get(arm) ?? codeOf(root, run);
    known.set(arm, code);
    return code;
  };
}

/** One hash of sources and lockfile: where it is the same, runs may be shared. */
export const codeSha256 = ({ sourceSha256, lockfileSha256 }: Code): string =>
  sha256(Buffer.from(`${sourceSha256} ${lockfileSha256}`));

/** Folder of candidate runs made by one state of the code and, if any, one module. */
export const candidateFolder = (store: string, code: Code, moduleSha256: string | null): string =>
  join(
    store,
    "candidates",
    [codeSha256(code), ...(moduleSha256 === null ? [] : [moduleSha256])].map((h) => h.slice(0, 12)).join("-"),
  );

/** Folder of the runs of a suite by the code as it is now, below the folder of the main store. */
export const todaysCandidates = (store: string, suite: string): string =>
  candidateFolder(store, codeOf(thisProject().root, { suite }), null);

/**
 * Copies a result with its artifacts where this code made it, all of it, and it is not there yet. A copy that is cut short
 * has no record and is made again.
 */
export function adopt(from: Store, to: Store, place: RunPlace, code: Code): void {
  if (to.read(place)) return;
  const record = from.read(place)?.record;
  if (!record || !isResult(record) || !isOf(record.provenance, code)) return;
  if (record.state === "finished")
    for (const { file, sha256: expected } of Object.values(record.artifacts)) {
      const bytes = readIfThere(join(dirname(from.path(place)), file));
      if (!bytes || sha256(bytes) !== expected) return;
      writeAtomic(join(dirname(to.path(place)), file), bytes);
    }
  to.write(place, record);
}

/** Whether this code made a run, from its first update on. */
export const isOf = (run: Code & Pick<Provenance, "earlierSources">, code: Code): boolean =>
  codeSha256(run) === codeSha256(code) && (run.earlierSources ?? []).length === 0;

function readIfThere(file: string): Buffer | undefined {
  try {
    return readFileSync(file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}
