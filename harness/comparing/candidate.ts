/** The runs that a baseline is compared with: in a store of their own, by what made them; the main store is only read. */
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { writeAtomic } from "../store/atomic-file.ts";
import { isResult, type RunPlace, type Store, sha256 } from "../store/store.ts";

/** Folder of candidate runs made by one state of the sources and, if any, one module. */
export const candidateFolder = (store: string, sourceSha256: string, moduleSha256: string | null): string =>
  join(
    store,
    "candidates",
    [sourceSha256, ...(moduleSha256 === null ? [] : [moduleSha256])].map((h) => h.slice(0, 12)).join("-"),
  );

/**
 * Copies a result with its artifacts where this code made it, all of it, and it is not there yet. A copy that is cut short
 * has no record and is made again.
 */
export function adopt(from: Store, to: Store, place: RunPlace, sourceSha256: string): void {
  if (to.read(place)) return;
  const record = from.read(place)?.record;
  if (!record || !isResult(record) || !isOf(record.provenance, sourceSha256)) return;
  if (record.state === "finished")
    for (const { file, sha256: expected } of Object.values(record.artifacts)) {
      const bytes = readIfThere(join(dirname(from.path(place)), file));
      if (!bytes || sha256(bytes) !== expected) return;
      writeAtomic(join(dirname(to.path(place)), file), bytes);
    }
  to.write(place, record);
}

/** Whether these sources made a run, from its first update on. */
export const isOf = (
  run: { readonly sourceSha256: string; readonly earlierSources?: readonly string[] | undefined },
  sourceSha256: string,
): boolean => run.sourceSha256 === sourceSha256 && (run.earlierSources ?? []).length === 0;

function readIfThere(file: string): Buffer | undefined {
  try {
    return readFileSync(file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}
