/** What a compare is against: the accepted baseline, one in a file, or the runs of another revision. */
import { existsSync } from "node:fs";
import { relative } from "node:path";
import { type Baseline, type BaselineRun, baselineRun, differencesOf, type Now } from "../comparing/baseline.ts";
import { readBaseline, type StoredBaseline } from "../comparing/baseline-files.ts";
import type { BaselineSource } from "../comparing/change-data.ts";
import { HarnessError } from "../errors.ts";
import { type RevisionAsk, type RevisionRuns, revisionRuns } from "../revisions/revision-runs.ts";
import { RevisionUnusable, resolveRevision } from "../revisions/worktree.ts";
import type { RunRecord } from "../run.ts";
import { PROJECT } from "../sources.ts";
import type { Plan, Suite } from "../suite.ts";
import { ACCEPTED } from "./acceptable.ts";
import { sourceInWords } from "./change-text.ts";
import { adviceOn, requireComparable } from "./comparable.ts";

export interface BaselineSide {
  readonly baseline: Baseline;
  readonly source: BaselineSource;
  /**
   * The first so many runs of each arm, more than `baseline` has: done by the code that it is of. Undefined after an abort.
   * Throws RevisionUnusable where that code is not here or does not run.
   */
  upTo(replicates: number): Promise<readonly BaselineRun[] | undefined>;
}
export type AskRevision = Omit<RevisionAsk, "revision">;

export function fileSide({ file, baseline }: StoredBaseline, ask: AskRevision): BaselineSide {
  const { provenance, acceptedAt, note } = baseline;
  return {
    baseline,
    source: { kind: "file", file: relative(PROJECT, file), acceptedAt, note },
    async upTo(replicates) {
      const revision = await resolveRevision(provenance.revision).catch((error) => {
        throw new RevisionUnusable(
          `The baseline is of the revision ${provenance.revision.slice(0, 7)}, which is not here: its code cannot do more runs. Fetch it (git fetch --unshallow).`,
          error,
        );
      });
      const runs = await revisionRuns({ ...ask, profile: baseline.profile, revision }, replicates);
      return runs?.records.map(baselineRun);
    },
  };
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
 * @param now what it is to be compared with
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
  const replicates = 1 + Math.max(...planned.map((spec) => spec.replicate));
  const source: BaselineSource = { kind: "revision", asked };
  const firstNow = { ...now, plan: { ...now.plan, runs: planned.filter(isFirst) } };
  const look = (first: RevisionRuns): void =>
    requireComparable(sourceInWords(source), differencesOf(baselineOf(first, revision), firstNow), adviceOn(source));
  const runsOf = (count: number) => revisionRuns({ ...ask, profile, revision }, count, { look });
  const runs = await runsOf(replicates);
  return (
    runs && {
      baseline: baselineOf(runs, revision),
      source,
      upTo: async (more) => (await runsOf(more))?.records.map(baselineRun),
    }
  );
}

/** A revision's runs as a baseline is: nobody accepted it, and nobody counted its parameters. */
export function baselineOf({ records, code }: RevisionRuns, revision: string): Baseline {
  const [{ spec, provenance }] = records as [RunRecord];
  const { suite, suiteVersion, profile, budget } = spec;
  const { engine, machine, rootSeed } = provenance;
  return {
    format: "reproducibility-baseline",
    version: 1,
    ...{ suite, suiteVersion, profile, budget, rootSeed },
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
