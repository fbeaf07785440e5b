/** The code that does a file's runs again: what it made is kept apart from what other code made. */

import { createHash } from "node:crypto";
import type { RunRecord } from "../contract/run.ts";
import { EXIT, HarnessError } from "../errors.ts";
import { thisProject } from "../project.ts";
import { armKeyOf } from "../provenance/provenance.ts";
import { type Code, codeOf, codeSha256, isOf } from "../revisions/candidate.ts";
import type { RunPlace, Store } from "../store/store.ts";

/** By the arm of each run (`armKeyOf`). */
export type CodeOfArms = ReadonlyMap<string, Code>;

/** Of the code as it is now. */
export const codeOfEachArm = (places: readonly RunPlace[]): CodeOfArms =>
  new Map(
    [...new Map(places.map(({ spec }) => [armKeyOf(spec), spec]))].map(([arm, of]) => [
      arm,
      codeOf(thisProject().root, of),
    ]),
  );

/** The first digits of a hash over the code. */
export function codeDigest(code: CodeOfArms): string {
  const hashes = [...code].map(([arm, ofArm]) => `${arm} ${codeSha256(ofArm)}`).sort();
  return createHash("sha256").update(hashes.join("\n")).digest("hex").slice(0, 12);
}

/**
 * Worker processes read the code as they start, and a record tells what it was when the command began.
 * @throws HarnessError where it is not the same now, or a run was made by another
 */
export function requireMadeBy(
  code: CodeOfArms,
  { records, places, store }: { records: readonly RunRecord[]; places: readonly RunPlace[]; store: Store },
): void {
  const byOther = records.some(({ spec, provenance }) => !isOf(provenance, code.get(armKeyOf(spec))!));
  if (!byOther && codeDigest(codeOfEachArm(places)) === codeDigest(code)) return;
  throw new HarnessError(
    `STALE: the code has changed while the runs were done, so nobody can say what they are of. Runs of both are in ${store.folder}: remove that folder, and run the same command again.`,
    EXIT.cannotJudge,
  );
}
