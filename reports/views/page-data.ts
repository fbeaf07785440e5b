/** The data that a page carries to judge again: a part of the JSON file beside it, value for value. */
import type { Claim } from "../../harness/contract/claims.ts";
import { claimUnder } from "../../harness/contract/readings.ts";
import type { Evidence } from "../../harness/verdict/evidence.ts";
import { noEvidence } from "../../harness/verdict/no-evidence.ts";
import type { ReportData } from "../../harness/verdict/report-data.ts";

type WrittenJudgement = Pick<ReportData["judgements"][number], "claimId" | "reading" | "verdict" | "reason">;
export type PageData = Pick<ReportData, "usesPapersData" | "readings" | "claims" | "samples" | "metrics"> & {
  readonly plan: Pick<ReportData["plan"], "profile">;
  readonly judgements: readonly WrittenJudgement[];
  /** Claims whose runs are no evidence, with the reason. */
  readonly noEvidence: readonly { readonly claimId: string; readonly reading: string; readonly why: string }[];
};

export function pageData(data: ReportData): PageData {
  const { plan, usesPapersData, readings, claims, samples, metrics, judgements, records } = data;
  return {
    plan: { profile: plan.profile },
    usesPapersData,
    readings,
    claims,
    samples,
    metrics,
    noEvidence: claims.flatMap((claim) =>
      readings.flatMap((reading) => {
        const why = noEvidence(claim, reading, records);
        return why === null ? [] : [{ claimId: claim.id, reading: reading.id, why }];
      }),
    ),
    judgements: judgements.map(({ claimId, reading, verdict, reason }) => ({ claimId, reading, verdict, reason })),
  };
}

/** JSON has no Infinity and no NaN and would write null, which here means absent: they are written as text. */
export function exactNumber(_key: string, value: unknown): unknown {
  return typeof value === "number" && !Number.isFinite(value) ? String(value) : value;
}

/** The reverse of `exactNumber` for the values of runs. */
export function revivedNumber(key: string, value: unknown): unknown {
  return key === "value" && typeof value === "string" ? Number(value) : value;
}

/** What `judge` goes by, from the data of a page. What was stale when the page was written stays so. */
export function evidenceOf(data: PageData): Evidence {
  const { plan, usesPapersData, readings, samples, metrics, judgements } = data;
  const byId = new Map(readings.map((reading) => [reading.id, reading]));
  return {
    profile: plan.profile,
    usesPapersData,
    readings: readings.map(({ id }) => id),
    sample: (claim: Claim, reading, arm) =>
      claim.kind === "qualitative"
        ? null
        : (samples.find(
            (sample) => sample.metric === claim.quantity.metric && sample.reading === reading && sample.arm === arm,
          ) ?? null),
    claimUnder: (claim, reading) => claimUnder(byId.get(reading)!, claim, metrics),
    noEvidence: (claim, reading) =>
      data.noEvidence.find((one) => one.claimId === claim.id && one.reading === reading)?.why ?? null,
    stale: (claim, reading) => {
      const written = judgements.find((judgement) => judgement.claimId === claim.id && judgement.reading === reading);
      return written?.verdict === "STALE" ? written.reason : null;
    },
  };
}
