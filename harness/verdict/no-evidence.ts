/** Reasons why the runs behind a claim are no evidence. */
import type { Claim } from "../contract/claims.ts";
import { metricUnder, type Reading } from "../contract/readings.ts";
import type { RunRecord } from "../contract/run.ts";
import { countsFor } from "../plan/counts-for.ts";
import { sameRuns } from "./same-runs.ts";

/**
 * The reason why the stored runs of a claim's arms are no evidence under a reading; null if they are. Runs that crashed
 * or timed out are not results: `suite` runs them again. Replicates of an identity may be equal, because it is exact.
 */
/** Whether a finished run was stored before its suite measured the metric. */
export const lacks = (record: RunRecord, metric: string): boolean =>
  record.state === "finished" && record.metrics[metric] === undefined;

export function noEvidence(claim: Claim, reading: Reading, records: readonly RunRecord[]): string | null {
  const counts = countsFor(claim, [reading]);
  const own = records.filter(({ spec }) => counts(spec));
  const lost = own.filter(({ state }) => state === "crashed" || state === "timed-out");
  const [first] = lost;
  const metric = claim.kind === "qualitative" ? undefined : metricUnder(reading, claim.quantity.metric);
  const lacking = metric === undefined ? [] : own.filter((record) => lacks(record, metric));
  const why = [
    ...(first
      ? [
          `${lost.length} of ${own.length} stored runs ${lost.length === 1 ? "is" : "are"} no result, e.g. ${first.spec.path} ${first.state}: the next npm run suite does ${lost.length === 1 ? "it" : "them"} again.`,
        ]
      : []),
    ...(lacking.length > 0
      ? [
          `${lacking.length} of ${own.length} stored runs lack the metric ${metric}: npm run remeasure ${lacking[0]!.spec.suite} measures it from their arrays, if the suite can.`,
        ]
      : []),
    ...(claim.kind === "identity" ? [] : [sameRuns(own) ?? []].flat()),
  ];
  return why.length === 0 ? null : why.join(" ");
}
