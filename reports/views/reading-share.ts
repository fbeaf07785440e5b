/** Under how many readings of the paper a claim holds. */
import type { Claim, Judgement } from "../../harness/contract/claims.ts";
import type { Reading } from "../../harness/contract/readings.ts";
import { armsOf } from "../../harness/verdict/judge.ts";
import type { ReportData } from "../../harness/verdict/report-data.ts";
import { formatNumber, plural } from "../format.ts";

/** What counting needs of a report, on the page and in it. */
export type Judged = Pick<ReportData, "readings" | "judgements" | "samples" | "usesPapersData"> & {
  readonly plan: Pick<ReportData["plan"], "profile">;
};

/** Only the paper's own protocol on the paper's own data gives verdicts. */
export function givesVerdicts({ plan, usesPapersData }: Judged): boolean {
  return plan.profile === "paper" && usesPapersData;
}

export function judgementOf(data: Judged, claim: Claim, reading: Reading): Judgement | undefined {
  return data.judgements.find((judgement) => judgement.claimId === claim.id && judgement.reading === reading.id);
}

/** Whether the plan has runs of every arm of the claim under the reading. */
export function isRun(data: Judged, claim: Claim, reading: Reading): boolean {
  if (claim.kind === "qualitative") return false;
  return armsOf(claim).every((arm) =>
    data.samples.some(
      (sample) => sample.metric === claim.quantity.metric && sample.reading === reading.id && sample.arm === arm,
    ),
  );
}

/** Under how many readings a claim holds, in words; null where there is one reading, or nothing to test. */
export function shareOfReadings(data: Judged, claim: Claim): string | null {
  if (data.readings.length < 2 || claim.kind === "qualitative") return null;
  const run = data.readings.filter((reading) => isRun(data, claim, reading));
  const found = run.flatMap((reading) => judgementOf(data, claim, reading) ?? []);
  const notRun = data.readings.length - run.length;
  const left = notRun === 0 ? "" : `; ${formatNumber(notRun)} not run`;
  if (givesVerdicts(data)) {
    const decided = found.filter(({ holds }) => holds !== null);
    const open = found.length - decided.length;
    const undecided = open === 0 ? "" : `; ${formatNumber(open)} run without a decision`;
    if (decided.length === 0) return `No reading decides it${undecided}${left}.`;
    const held = decided.filter(({ holds }) => holds).length;
    return `Holds under ${formatNumber(held)} of ${plural(decided.length, "decided reading")}${undecided}${left}.`;
  }
  const pointing = found.filter(({ pointsAsClaimed }) => pointsAsClaimed !== null);
  if (pointing.length === 0)
    return `No verdict under any of ${plural(data.readings.length, "reading")}: ${formatNumber(run.length)} run at a reduced scale${left}.`;
  const along = pointing.filter(({ pointsAsClaimed }) => pointsAsClaimed).length;
  return `No verdict. Direction only: points the claimed way under ${formatNumber(along)} of ${plural(pointing.length, "reading")} run at a reduced scale${left}.`;
}
