/** Selects the runs behind a claim, and finds reasons why they are no evidence. */
import type { Claim } from "../claims.ts";
import { type Reading, settingOf } from "../readings.ts";
import type { RunRecord, RunSpec } from "../run.ts";
import { armsOf } from "./arms-of.ts";
import { sameRuns } from "./same-runs.ts";

const armKey = (model: string, setting: string): string => JSON.stringify([model, setting]);

/** Whether a run counts for a claim: it belongs to one of the claim's arms under one of these readings. */
export function countsFor(
  claim: Claim,
  readings: readonly Reading[],
): (spec: Pick<RunSpec, "model" | "setting">) => boolean {
  const arms = new Set(readings.flatMap((reading) => armsOf(claim).map((arm) => armKey(arm, settingOf(reading, arm)))));
  return ({ model, setting }) => arms.has(armKey(model, setting));
}

/**
 * The reason why the stored runs of a claim's arms are no evidence under a reading; null if they are. Runs that crashed
 * or timed out are not results: `suite` runs them again. Replicates of an identity may be equal, because it is exact.
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
