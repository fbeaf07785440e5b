/** What a compare is against: the accepted baseline, one in a file, or the runs of another revision. */

import { existsSync } from "node:fs";
import { relative } from "node:path";
import type { Provenance, RunRecord } from "../contract/run.ts";
import type { Plan, Suite } from "../contract/suite.ts";
import { HarnessError } from "../errors.ts";
import { thisProject } from "../project.ts";
import { isOf } from "../revisions/candidate.ts";
import { type RevisionAsk, type RevisionRuns, revisionRuns } from "../revisions/revision-runs.ts";
import { hasGit, RevisionUnusable, resolveRevision } from "../revisions/worktree.ts";
import { canonicalJson } from "../store/run-key.ts";
import { ACCEPTED, replicatesOf } from "./acceptable.ts";
import { type Baseline, type BaselineRun, baselineRun, codeOfArm, differencesOf, type Now } from "./baseline.ts";
import { readBaseline, type StoredBaseline } from "./baseline-files.ts";
import type { BaselineSource } from "./change-data.ts";
import { sourceInWords } from "./change-text.ts";
import { adviceOn, requireComparable } from "./comparable.ts";

/** Runs of a baseline to judge. */
export interface BaselineRuns {
  readonly runs: readonly BaselineRun[];
  /** Provenance of runs made here, added or repeated; null if all runs are from the baseline. */
  readonly made: Pick<Provenance, "engine" | "machine"> | null;
  readonly warnings: readonly string[];
}
export interface BaselineSide {
  readonly baseline: Baseline;
  readonly source: BaselineSource;
  /**
   * The first `replicates` runs of each arm: from `baseline`, or if it has fewer, made by the baseline's revision.
   * Undefined after an abort. Throws RevisionUnusable if that revision is missing here or does not run.
   */
  upTo(replicates: number): Promise<BaselineRuns | undefined>;
}
export type AskRevision = Omit<RevisionAsk, "revision">;

/** The baseline's revision makes the runs that the baseline lacks, unless the main store has them. */
export function fileSide({ file, baseline }: StoredBaseline, suite: Suite, ask: AskRevision): BaselineSide {
  const { provenance, acceptedAt, note, profile } = baseline;
  const name = relative(thisProject().root, file);
  const had = replicatesOf(baseline);
  const short = provenance.revision.slice(0, 7);
  // Step times of one session are correlated: stored runs of an earlier session would not match the added ones.
  const timed = suite.regression.some((metric) => metric.timed);
  const requireOwn = ({ records }: RevisionRuns): void => {
    if (records.every((record) => isOf(record.provenance, codeOfArm(provenance, record.spec)))) return;
    throw new RevisionUnusable(
      `the code of ${short} is not the code that made the baseline's runs (their hashes differ). Accept a baseline of a clean revision.`,
    );
  };
  const more = async (replicates: number): Promise<BaselineRuns | undefined> => {
    const asked = { ...ask, profile, revision: await revisionHere(provenance.revision) };
    const done = await revisionRuns(asked, replicates, {
      look: requireOwn,
      ...(!timed && { own: (run) => codeOfArm(provenance, run) }),
    });
    if (!done) return undefined;
    requireOwn(done);
    const runs = done.records.map(baselineRun);
    const { engine, machine } = done.records[0]!.provenance;
    const warnings = timed ? [] : otherValues(baseline.runs, runs, short);
    return { runs, made: { engine, machine }, warnings };
  };
  return {
    baseline,
    source: { kind: "file", file: name, acceptedAt, note },
    upTo: (replicates) =>
      replicates <= had
        ? Promise.resolve(firstRuns(baseline, replicates))
        : more(replicates).catch((error) => {
            if (!(error instanceof RevisionUnusable)) throw error;
            throw new RevisionUnusable(
              `The baseline ${name} has ${had} runs of each arm. More can only be done by the code of its revision ${short}, and not here: ${error.message} Give --replicates ${had} or less, without --budget, to judge the runs that it has.`,
              error,
            );
          }),
  };
}

const firstRuns = ({ runs }: Baseline, replicates: number): BaselineRuns => ({
  runs: runs.filter(({ replicate }) => replicate < replicates),
  made: null,
  warnings: [],
});

/** The full hash of a baseline's revision. Throws RevisionUnusable if it is not in this clone. */
async function revisionHere(revision: string): Promise<string> {
  try {
    return await resolveRevision(revision);
  } catch (error) {
    const why = (await hasGit())
      ? "the commit is not in this clone. Fetch it (git fetch --unshallow)."
      : "this project is no git repository, or git is not installed.";
    throw new RevisionUnusable(why, error);
  }
}

/** A warning if repeated runs differ from the accepted ones, as they may on another machine. */
function otherValues(accepted: readonly BaselineRun[], now: readonly BaselineRun[], revision: string): string[] {
  const before = new Map(accepted.map((run) => [run.path, run]));
  const again = now.filter(({ path }) => before.has(path));
  const other = again.filter(
    (run) => canonicalJson(run.metrics ?? "diverged") !== canonicalJson(before.get(run.path)!.metrics ?? "diverged"),
  );
  if (other.length === 0) return [];
  return [
    `${other.length} of the ${again.length} accepted runs have other metrics when the revision ${revision} does them here, e.g. ${other[0]!.path}: the baseline was accepted on another machine or other libraries. The runs that were done here are judged.`,
  ];
}

/** Throws HarnessError for no file, one that is no baseline, or of another suite or profile. */
export function askedBaseline(file: string, suite: Suite, { profile }: AskRevision): StoredBaseline {
  if (!existsSync(file))
    throw new HarnessError(`There is no file ${file}. Name one of the folder ${ACCEPTED} with --baseline.`);
  const stored = readBaseline(file);
  const { baseline } = stored;
  if (baseline.suite === suite.id && (suite.literal || baseline.profile === profile)) return stored;
  throw new HarnessError(
    `${file} is a baseline of ${baseline.suite}, profile ${baseline.profile}; this compare is of ${suite.id}, profile ${profile}. Name another file, or the suite and --profile that it is of.`,
  );
}

/**
 * Undefined after an abort.
 * @param now the side to compare with: its plan has the number of runs of each arm
 * @throws RevisionUnusable
 * @throws HarnessError (NOT COMPARABLE) once the first run of each arm is done, if it ever is
 */
export async function revisionSide(
  asked: string,
  revision: string,
  now: Omit<Now, "plan"> & { readonly plan: Plan },
  ask: AskRevision,
): Promise<BaselineSide | undefined> {
  const { profile, runs: planned } = now.plan;
  const had = replicatesOf(now.plan);
  const source: BaselineSource = { kind: "revision", asked };
  const firstNow = { ...now, plan: { ...now.plan, runs: planned.filter(isFirst) } };
  const look = (first: RevisionRuns): void =>
    requireComparable(sourceInWords(source), differencesOf(baselineOf(first, revision), firstNow), adviceOn(source));
  const baselineUpTo = async (count: number): Promise<Baseline | undefined> => {
    const runs = await revisionRuns({ ...ask, profile, revision }, count, { look });
    return runs && baselineOf(runs, revision);
  };
  const baseline = await baselineUpTo(had);
  if (!baseline) return undefined;
  const upTo = async (replicates: number): Promise<BaselineRuns | undefined> => {
    const done = replicates <= had ? baseline : await baselineUpTo(replicates);
    return done && firstRuns(done, replicates);
  };
  return { baseline, source, upTo };
}

/** A revision's runs as a baseline is: nobody accepted it, and nobody counted its parameters. */
export function baselineOf({ records, code }: RevisionRuns, revision: string): Baseline {
  const [{ spec, provenance }] = records as [RunRecord];
  const { suite, suiteVersion, profile, budget } = spec;
  const { engine, machine, rootSeed } = provenance;
  return {
    format: "reproducibility-baseline",
    version: 1,
    suite,
    suiteVersion,
    profile,
    budget,
    rootSeed,
    engineClass: engine.class,
    acceptedAt: new Date().toISOString(),
    note: null,
    provenance: { revision, ...code, engine, machine },
    parameters: {},
    runs: records.map(baselineRun),
  };
}

/** Whether a run is the first of its arm. */
export const isFirst = ({ replicate }: { readonly replicate: number }): boolean => replicate === 0;
