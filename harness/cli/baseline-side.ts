/** What a compare is against: the accepted baseline, one in a file, or the runs of another revision. */
import { relative } from "node:path";
import { type Baseline, type BaselineRun, baselineRun } from "../comparing/baseline.ts";
import { readBaseline, type StoredBaseline } from "../comparing/baseline-files.ts";
import type { BaselineSource } from "../comparing/change-data.ts";
import { HarnessError } from "../errors.ts";
import { type RevisionAsk, type RevisionRuns, revisionRuns } from "../revisions/revision-runs.ts";
import { RevisionUnusable, resolveRevision } from "../revisions/worktree.ts";
import type { RunRecord } from "../run.ts";
import { PROJECT } from "../sources.ts";
import type { Plan, Suite } from "../suite.ts";

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

/** Throws HarnessError for a file that is no baseline, or of another suite or profile. */
export function askedBaseline(file: string, suite: Suite, { profile }: AskRevision): StoredBaseline {
  const stored = readBaseline(file);
  const { baseline } = stored;
  if (baseline.suite === suite.id && (suite.literal || baseline.profile === profile)) return stored;
  throw new HarnessError(
    `${file} is a baseline of ${baseline.suite}, profile ${baseline.profile}; this compare is of ${suite.id}, profile ${profile}. Name another file, or the suite and --profile that it is of.`,
  );
}

/** Undefined after an abort. Throws RevisionUnusable. */
export async function revisionSide(
  asked: string,
  revision: string,
  plan: Plan,
  ask: AskRevision,
): Promise<BaselineSide | undefined> {
  const replicates = 1 + Math.max(...plan.runs.map((spec) => spec.replicate));
  const runsOf = (first: number) => revisionRuns({ ...ask, profile: plan.profile, revision }, first);
  const runs = await runsOf(replicates);
  return (
    runs && {
      baseline: baselineOf(runs, revision),
      source: { kind: "revision", asked },
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
