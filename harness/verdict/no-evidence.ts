/** Runs behind a claim: which ones count for it, and why they are no evidence. */

import { armsOf } from "../contract/arms-of.ts";
import type { Claim } from "../contract/claims.ts";
import { type Reading, settingOf } from "../contract/readings.ts";
import type { RunRecord, RunSpec } from "../contract/run.ts";
import { sameRuns } from "./same-runs.ts";

const armKey = (model: string, setting: string): string => JSON.stringify([model, setting]);

/** Whether a run counts for a claim under one of these readings: it is of one of its arms there. */
export function countsFor(
  claim: Claim,
  readings: readonly Reading[],
): (spec: Pick<RunSpec, "model" | "setting">) => boolean {
  const arms = new Set(readings.flatMap((reading) => armsOf(claim).map((arm) => armKey(arm, settingOf(reading, arm)))));
  return ({ model, setting }) => arms.has(armKey(model, setting));
}

/**
 * Why the stored runs of a claim's arms are no evidence under a reading; null when they are. Runs that crashed or ran out of
 * time are no results: `suite` does them again. An identity is exact, so that its replicates may be equal.
 */
export function noEvidence(claim: Claim, reading: Reading, records: readonly RunRecord[]): string | null {
  const counts = countsFor(claim, [reading]);
  const own = records.filter(({ spec }) => counts(spec));
  const lost = own.filter(({ state }) => state === "crashed" || state === "timed-out");
  const [first] = lost;
  const why = [
    ...(first
      ? [
          `${lost.length} of ${own.length} stored runs ${lost.length === 1 ? "is" : "are"} no result, e.g. ${first.spec.path} ${first.state}: the next npm run suite does ${lost.length === 1 ? "it" : "them"} again.`,
        ]
      : []),
    ...(claim.kind === "identity" ? [] : [sameRuns(own) ?? []].flat()),
  ];
  return why.length === 0 ? null : why.join(" ");
}
