/** Reasons why the runs behind a claim are no evidence. */
import type { Claim } from "../contract/claims.ts";
import type { Reading } from "../contract/readings.ts";
import type { RunRecord } from "../contract/run.ts";
import { countsFor } from "../plan/counts-for.ts";
import { sameRuns } from "./same-runs.ts";

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
