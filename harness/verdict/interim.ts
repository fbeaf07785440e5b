/**
 * Planned interim analyses: claims are judged after numbers of runs that were fixed before the first run, and a claim that is decided
 * needs no more runs. Analysis k has the share t(k) − t(k − 1) of the claim's α, with t(k) its part of the planned runs: the
 * linear spending function α · t (K. Kim and D. L. DeMets, "Design and analysis of group sequential tests based on the type I
 * error spending rate function", Biometrika 74, 1987, power family with exponent 1). The shares sum to α, so that the
 * chance of a wrong verdict at any analysis is at most α by the union bound, for every test and every Holm family,
 * however the analyses depend on each other. Boundaries that use this dependence would need normal increments; sign
 * flips and permutations have none.
 *
 * An exponent of 1 lets the first of 5, 7 and 10 runs an arm decide an unpaired order (smallest p 2/252) in a family of
 * three; higher exponents do not.
 */
import type { Claim, Judgement } from "../contract/claims.ts";
import { alphaOf } from "../contract/claims.ts";
import type { Evidence } from "./evidence.ts";

/** A planned analysis. */
export interface Analysis {
  /** From 1. */
  readonly number: number;
  /** Analyses of the plan. */
  readonly of: number;
  /** Runs of each arm that it is made on. */
  readonly runs: number;
  /** Runs of each arm at the last analysis. */
  readonly planned: number;
  /** Its part of the claim's α. */
  readonly share: number;
}

/** @param runs of each arm at each analysis, ascending */
export function analysesAt(runs: readonly number[]): Analysis[] {
  const planned = runs.at(-1)!;
  return runs.map((count, i) => ({
    number: i + 1,
    of: runs.length,
    runs: count,
    planned,
    share: (count - (runs[i - 1] ?? 0)) / planned,
  }));
}

/** Ranges and identities have no test whose level could be shared; they wait for all runs. */
export const isAnalysed = ({ kind }: Claim): boolean =>
  kind === "point" || kind === "gap" || kind === "ordering" || kind === "trend";

/** The claim with the level of an analysis. */
export const atLevelOf = (claim: Claim, { share }: Analysis): Claim =>
  isAnalysed(claim) ? { ...claim, alpha: alphaOf(claim) * share } : claim;

/** The evidence of the first runs of each arm. */
export const firstRuns = (evidence: Evidence, runs: number): Evidence => ({
  ...evidence,
  sample(claim, reading, arm) {
    const sample = evidence.sample(claim, reading, arm);
    return (
      sample && {
        ...sample,
        planned: Math.min(sample.planned, runs),
        observations: sample.observations.filter(({ replicate }) => replicate < runs),
      }
    );
  },
});

/** A claim's judgement at an analysis. */
export interface Analysed {
  readonly analysis: Analysis;
  readonly judgement: Judgement;
  /** Whether a test at the level of the analysis gave the verdict. */
  readonly decided: boolean;
}

/** The judgement that counts: of the first analysis that decides, else of the last one that has its runs. */
export function byAnalyses(analysed: readonly Analysed[]): Judgement {
  const deciding = analysed.find(({ decided }) => decided);
  if (deciding) return noted(deciding, null);
  const made = analysed.filter(({ judgement }) => judgement.verdict !== "NOT TESTED");
  const last = made.at(-1);
  const next = analysed[made.length];
  if (!last) return noted(analysed[0]!, analysed[0]!.analysis.runs);
  if (!next || last.judgement.verdict === "STALE") return noted(last, null);
  const { runs, planned } = last.analysis;
  const further = next.analysis.runs - runs;
  const open = `Undecided at the planned analysis after ${runs} of ${planned} runs of each arm; the next one is after ${next.analysis.runs}: ${further} more of each.`;
  return {
    ...noted(last, next.analysis.runs),
    verdict: "NOT TESTED",
    reason: `${open} ${last.judgement.reason}`,
    holds: null,
    smallestShown: null,
  };
}

function noted({ analysis, judgement, decided }: Analysed, next: number | null): Judgement {
  const { number, of, runs, planned } = analysis;
  const early = decided && runs < planned;
  const reason = early
    ? `Decided after ${runs} of ${planned} runs of each arm (planned analysis ${number} of ${of}). ${judgement.reason}`
    : judgement.reason;
  return { ...judgement, reason, analysis: { number, of, runs, planned, next } };
}
