/** From stored runs to what a report shows: samples, judgements, figures. */
import type { Claim, Judgement, Observation, Quantity, Sample } from "../contract/claims.ts";
import type { PaperInfo } from "../contract/paper.ts";
import { claimUnder, metricUnder, type Reading, settingOf } from "../contract/readings.ts";
import type { RunRecord, RunSpec } from "../contract/run.ts";
import type { Plan, StoredRun, Suite } from "../contract/suite.ts";
import { armKey, countsFor } from "../plan/counts-for.ts";
import type { PaperCost } from "../plan/paper-cost.ts";
import { missingData } from "../plan/places.ts";
import { armsOf, judge } from "./judge.ts";
import { lacks, noEvidence } from "./no-evidence.ts";
import type { ReportData } from "./report-data.ts";
import type { Standing } from "./standing.ts";
import { notToday, notVerified } from "./standing-words.ts";

/** What a failed run counts as: the metric's worst value, or beyond every value where it has no bound. */
export function worstValue({ worst, better }: Quantity): number {
  return worst ?? (better === "higher" ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY);
}

function metricOf(record: RunRecord, quantity: Quantity): number {
  if (record.state !== "finished") return worstValue(quantity);
  return record.metrics[quantity.metric]!;
}

/** Runs by model and setting, in their order. */
type Arms<Run> = ReadonlyMap<string, readonly Run[]>;

function byArm<Run>(runs: readonly Run[], specOf: (run: Run) => RunSpec): Arms<Run> {
  const arms = new Map<string, Run[]>();
  for (const run of runs) {
    const { model, setting } = specOf(run);
    const arm = arms.get(armKey(model, setting));
    if (arm) arm.push(run);
    else arms.set(armKey(model, setting), [run]);
  }
  return arms;
}

/** Null where the plan has no such runs: a profile may leave readings out. */
function sampleOf(
  quantity: Quantity,
  planned: Arms<RunSpec>,
  runs: Arms<StoredRun>,
  reading: Reading,
  arm: string,
): Sample | null {
  const wanted = armKey(arm, settingOf(reading, arm));
  const plannedRuns = planned.get(wanted)?.length ?? 0;
  if (plannedRuns === 0) return null;
  const read = { ...quantity, metric: metricUnder(reading, quantity.metric) };
  return {
    arm,
    reading: reading.id,
    planned: plannedRuns,
    ...(quantity.nesting ? { nesting: quantity.nesting } : {}),
    // Runs that lack the metric are no evidence: noEvidence says so.
    observations: (runs.get(wanted) ?? [])
      .filter(({ record }) => !lacks(record, read.metric))
      .flatMap(({ record }) => observationsOf(record, read)),
  };
}

/** One observation per run, or per draw if a run has several; a failed run has one, the worst value. */
function observationsOf(record: RunRecord, quantity: Quantity): Observation[] {
  const { replicate } = record.spec;
  const finished = record.state === "finished";
  if (!quantity.nesting) return [{ replicate, value: metricOf(record, quantity), finished }];
  const [run, draw] = quantity.nesting;
  const values = (finished && record.draws?.[quantity.metric]) || [metricOf(record, quantity)];
  return values.map((value, i) => ({ replicate, units: { [run]: replicate, [draw]: i }, value, finished }));
}

export interface EvidenceOptions {
  /** The paper whose claims the suite tests; none for a suite of the harness itself. */
  readonly paper?: PaperInfo | null;
  readonly suite: Suite;
  readonly plan: Plan;
  readonly runs: readonly StoredRun[];
  /** By run key, of the runs whose code was compared with today's; absent where the runs come from no store. */
  readonly standings?: ReadonlyMap<string, Standing>;
  /** The folder of the store, as shown in commands; the default store if absent. */
  readonly store?: string;
  readonly warnings: readonly string[];
  readonly command: string;
  /** What the paper profile would take here, where it was timed. */
  readonly paperCost?: PaperCost | null;
}

type Sampled = Pick<EvidenceOptions, "suite" | "plan" | "runs">;

/** The samples of a suite's claims, from what is stored of a plan. */
function samplesOf({ suite, plan, runs }: Sampled): (claim: Claim, reading: string, arm: string) => Sample | null {
  const byId = new Map(suite.readings.map((reading) => [reading.id, reading]));
  const planned = byArm(plan.runs, (spec) => spec);
  const stored = byArm(runs, ({ record }) => record.spec);
  return (claim, reading, arm) =>
    claim.kind === "qualitative" ? null : sampleOf(claim.quantity, planned, stored, byId.get(reading)!, arm);
}

type Standings = EvidenceOptions["standings"];
const standingsOf = (
  runs: readonly StoredRun[],
  standings: Standings,
  counts: (spec: RunSpec) => boolean,
): Standing[] =>
  runs.filter(({ record }) => counts(record.spec)).flatMap(({ record }) => standings?.get(record.key) ?? []);

/** The verdicts of a suite's claims on what is stored of a plan. */
export function judgementsOf(options: Sampled & Pick<EvidenceOptions, "standings" | "store">): Judgement[] {
  const { suite, plan, runs, standings, store } = options;
  const byId = new Map(suite.readings.map((reading) => [reading.id, reading]));
  const counts = (claim: Claim, reading: string) => countsFor(claim, [byId.get(reading)!]);
  const records = runs.map(({ record }) => record);
  return judge(suite.claims, {
    profile: plan.profile,
    usesPapersData: suite.usesPapersData(plan.profile),
    analyses: plan.profile === "paper" ? suite.interimAnalyses : undefined,
    readings: suite.readings.map(({ id }) => id),
    sample: samplesOf(options),
    noEvidence: (claim, reading) => noEvidence(claim, byId.get(reading)!, records),
    stale: (claim, reading) => notToday(standingsOf(runs, standings, counts(claim, reading)), suite.id, store),
    claimUnder: (claim, reading) => claimUnder(byId.get(reading)!, claim, suite.metrics),
  });
}

/** A paper may come with more than its identity: numbers and suites. */
const infoOf = (paper: PaperInfo | null): PaperInfo | null => {
  if (paper === null) return null;
  const { id, title, authors, venue, url } = paper;
  return { id, title, authors, venue, url };
};

/** Judges a suite's claims on what is stored of a plan. */
export function assemble(options: EvidenceOptions): ReportData {
  const { suite, plan, runs, warnings, command, standings, store, paperCost = null } = options;
  const sample = samplesOf(options);
  const samples = new Map<string, Sample & { metric: string }>();
  for (const claim of suite.claims)
    for (const { id: reading } of suite.readings)
      for (const arm of armsOf(claim)) {
        const found = sample(claim, reading, arm);
        const metric = claim.kind === "qualitative" ? "" : claim.quantity.metric;
        if (found) samples.set(`${metric}/${reading}/${arm}`, { ...found, metric });
      }
  const { id, title, version, place, metrics, claims } = suite;
  const all = standingsOf(runs, standings, () => true);
  const standing = [notToday(all, id, store), notVerified(all, id, store)].filter((said) => said !== null);
  return {
    paper: infoOf(options.paper ?? null),
    suite: { id, title, version, place },
    plan,
    usesPapersData: suite.usesPapersData(plan.profile),
    readings: suite.readings,
    readingAxes: suite.questions,
    metrics,
    protocol: suite.protocol(plan),
    claims,
    judgements: judgementsOf(options),
    samples: [...samples.values()],
    records: runs.map((run) => run.record),
    figures: suite.figures(runs),
    warnings: [...warnings, ...missingData(plan), ...standing],
    paperCost,
    generatedAt: new Date().toISOString(),
    command,
  };
}
