/** The code that does a file's runs again: what it made is kept apart from what other code made. */

import { createHash } from "node:crypto";
import type { RunRecord } from "../contract/run.ts";
import { EXIT, HarnessError } from "../errors.ts";
import { thisProject } from "../project.ts";
import { type Code, codeOf, codeSha256, isOf } from "../revisions/candidate.ts";
import type { RunPlace, Store } from "../store/store.ts";

/** By the id of each suite that has runs. */
export type CodeOfSuites = ReadonlyMap<string, Code>;

/** Of the code as it is now. */
export const codeOfSuites = (places: readonly RunPlace[]): CodeOfSuites =>
  new Map(
    [...new Set(places.map(({ spec }) => spec.suite))].map((suite) => [suite, codeOf(thisProject().root, suite)]),
  );

/** The first digits of a hash over the code. */
export function codeDigest(code: CodeOfSuites): string {
  const hashes = [...code].map(([suite, ofSuite]) => `${suite} ${codeSha256(ofSuite)}`).sort();
  return createHash("sha256").update(hashes.join("\n")).digest("hex").slice(0, 12);
}

/**
 * Worker processes read the code as they start, and a record tells what it was when the command began.
 * @throws HarnessError where it is not the same now, or a run was made by another
 */
export function requireMadeBy(
  code: CodeOfSuites,
  { records, places, store }: { records: readonly RunRecord[]; places: readonly RunPlace[]; store: Store },
): void {
  const byOther = records.some(({ spec, provenance }) => !isOf(provenance, code.get(spec.suite)!));
  if (!byOther && codeDigest(codeOfSuites(places)) === codeDigest(code)) return;
  throw new HarnessError(
    `STALE: the code has changed while the runs were done, so nobody can say what they are of. Runs of both are in ${store.folder}: remove that folder, and run the same command again.`,
    EXIT.cannotJudge,
  );
}
