/** The code that does a file's runs again: what it made is kept apart from what other code made. */
import { createHash } from "node:crypto";
import { isOf } from "../comparing/candidate.ts";
import { EXIT, HarnessError } from "../errors.ts";
import { readOrigins } from "../provenance.ts";
import type { RunRecord } from "../run.ts";
import type { RunPlace, Store } from "../store/store.ts";

export interface Code {
  /** Hash of the sources of each suite that has runs, by its id. */
  readonly sources: ReadonlyMap<string, string>;
  /** What packages are installed. */
  readonly lockfileSha256: string | null;
}

/** Today's code of these runs and of those that they start from, where those are among them. */
export async function codeOf(places: readonly RunPlace[], rootSeed: string): Promise<Code> {
  const specs = places.map(({ spec }) => spec);
  const origins = [...(await readOrigins(specs, rootSeed))];
  return {
    sources: new Map(origins.map(([suite, { sourceSha256 }]) => [suite, sourceSha256])),
    lockfileSha256: origins[0]?.[1].lockfileSha256 ?? null,
  };
}

/** The first digits of a hash over the code. */
export function codeDigest({ sources, lockfileSha256 }: Code): string {
  return createHash("sha256")
    .update(JSON.stringify([[...sources].sort(), lockfileSha256]))
    .digest("hex")
    .slice(0, 12);
}

/**
 * Worker processes read the code as they start, and a record tells what it was when the command began.
 * @throws HarnessError where it is not the same now, or a run was made by another
 */
export async function requireMadeBy(
  code: Code,
  { records, places, store }: { records: readonly RunRecord[]; places: readonly RunPlace[]; store: Store },
  rootSeed: string,
): Promise<void> {
  const { sources, lockfileSha256 } = code;
  const others = records.some(
    ({ spec, provenance }) => !isOf(provenance, { sourceSha256: sources.get(spec.suite)!, lockfileSha256 }),
  );
  if (!others && codeDigest(await codeOf(places, rootSeed)) === codeDigest(code)) return;
  throw new HarnessError(
    `STALE: the code has changed while the runs were done, so nobody can say what they are of. Runs of both are in ${store.folder}: remove that folder, and run the same command again.`,
    EXIT.cannotJudge,
  );
}
