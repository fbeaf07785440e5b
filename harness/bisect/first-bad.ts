/** A bisection of revisions: their runs, made by their own code, are compared with those of the good revision. */

import { resolve } from "node:path";
import { simpleGit } from "simple-git";
import { type Baseline, type Difference, differencesOf } from "../compare/baseline.ts";
import { type AskRevision, baselineOf, isFirst } from "../compare/baseline-side.ts";
import { changeTable } from "../compare/change-text.ts";
import { requireSlot } from "../compare/changed-slot.ts";
import { comparisonsOf } from "../compare/comparisons.ts";
import { type Change, judgeChange } from "../compare/judge-change.ts";
import type { Profile } from "../contract/run.ts";
import type { Suite } from "../contract/suite.ts";
import type { EngineId } from "../engine/engine.ts";
import { EXIT, type ExitCode, HarnessError } from "../errors.ts";
import { interruptible } from "../execute/do-runs.ts";
import { withEngine } from "../execute/open-engine.ts";
import { planOf } from "../plan/plan-of.ts";
import { thisProject } from "../project.ts";
import { codeSha256 } from "../revisions/candidate.ts";
import { type RevisionRuns, revisionRuns } from "../revisions/revision-runs.ts";
import { RevisionUnusable, resolveRevision } from "../revisions/worktree.ts";
import { Store } from "../store/store.ts";
import { say } from "../terminal/output.ts";
import type { SignalWatch } from "../terminal/signals.ts";
import { bisect, type Tested } from "./bisect.ts";
import { type Followed, type FollowedVerdict, followedAt, nameOf, testedBy, verdictsOf } from "./followed.ts";

/** The options of a bisection. */
export interface BisectOptions {
  readonly good: string;
  readonly bad: string;
  readonly slot?: string;
  readonly profile: Profile;
  readonly engine?: EngineId;
  readonly workers?: number;
  readonly replicates?: number;
  readonly seed: string;
  readonly store: string;
}

/** The end of a bisection. */
export interface FoundBad {
  readonly followed: readonly Followed[];
  /** In the order in which they were tested. */
  readonly tested: readonly TestedRevision[];
  readonly suspects: readonly string[];
}

/**
 * Finds the first revision whose runs are REGRESSED against those of the good one, and hands it to `publish`; resolves to the
 * exit code. Throws HarnessError where `bad` is not a descendant of `good`, or is not REGRESSED against it.
 */
export async function firstBad(
  suite: Suite,
  args: BisectOptions,
  publish: (found: FoundBad) => Promise<void>,
): Promise<ExitCode> {
  requireSlot(suite, args);
  const [good, bad] = [await resolveRevision(args.good), await resolveRevision(args.bad)];
  const revisions = await revisionsBetween(good, bad, args);
  return interruptible(async (signals) => {
    const runsOf = await revisionRunner(suite, args, signals);
    const stopped = (): ExitCode => {
      say(`Stopped by ${signals.received}. Nothing is lost; run the same command again to go on.`);
      return signals.exitCode;
    };
    const goodRuns = await runsOf(good);
    if (!goodRuns) return stopped();
    const reference = baselineOf(goodRuns, good);
    const badRuns = await runsOf(bad, reference);
    if (!badRuns) return stopped();
    const atBad = changeBetween(suite, reference, baselineOf(badRuns, bad));
    say(`${short(bad)} against ${short(good)}: ${atBad.verdict}\n${changeTable(atBad)}`);
    if (atBad.verdict !== "REGRESSED")
      throw new HarnessError(
        `${args.bad} is ${atBad.verdict} against ${args.good}, not REGRESSED: there is nothing to find. More --replicates may show a smaller change.`,
        EXIT.cannotJudge,
      );
    const followed = followedAt(atBad);
    say(`Followed: ${followed.map(nameOf).join("; ")}.`);
    const tested: TestedRevision[] = [];
    const found = await bisect(revisions, async (revision, left): Promise<Tested | undefined> => {
      const one = await testRevision(revision, followed, async () => {
        const runs = await runsOf(revision, reference);
        return runs && changeBetween(suite, reference, baselineOf(runs, revision));
      });
      if (!one) return undefined;
      tested.push(one);
      say(`${short(revision)} (${left} open): ${testedInWords(one)}`);
      return one.found;
    });
    if (!found) return stopped();
    await publish({ followed, tested, suspects: found.suspects });
    return EXIT.done;
  });
}

const short = (revision: string): string => revision.slice(0, 7);

/**
 * What does a revision's runs, which are to be compared with those of `reference`. Those of revisions of equal code are
 * done once; undefined after an abort.
 */
async function revisionRunner(
  suite: Suite,
  args: BisectOptions,
  { signal }: SignalWatch,
): Promise<(revision: string, reference?: Baseline) => Promise<RevisionRuns | undefined>> {
  const { engine, profile, replicates } = await withEngine({ requested: args.engine }, async ({ engine }) => {
    const { profile, runs } = planOf(suite, args, engine.class);
    return { engine, profile, replicates: args.replicates ?? 1 + Math.max(...runs.map((spec) => spec.replicate)) };
  });
  const ask: AskRevision = {
    suite: suite.id,
    profile,
    seed: args.seed,
    workers: args.workers,
    slot: args.slot,
    say,
    signal,
    engine: engine.id,
    engineClass: engine.class,
    store: Store.open(resolve(args.store), { create: true }).folder,
  };
  const known = new Map<string, RevisionRuns>();
  return async (revision, reference) => {
    const before = reference && { ...reference, runs: reference.runs.filter(isFirst) };
    const look = before && ((first: RevisionRuns): void => requireAlike(before, baselineOf(first, revision)));
    const runs = await revisionRuns({ ...ask, revision }, replicates, { known, ...(look && { look }) });
    if (runs) known.set(codeSha256(runs.code), runs);
    return runs;
  };
}

/** One revision as it was found. */
export interface TestedRevision {
  readonly revision: string;
  readonly found: Tested;
  /** Of what is followed; none of one that was skipped. */
  readonly verdicts: readonly FollowedVerdict[];
  /** Why it was skipped; null for one that was tested. */
  readonly reason: string | null;
}

/** `change`: what it is against the good one; undefined after an abort. */
async function testRevision(
  revision: string,
  followed: readonly Followed[],
  change: () => Promise<Change | undefined>,
): Promise<TestedRevision | undefined> {
  try {
    const found = await change();
    if (!found) return undefined;
    const verdicts = verdictsOf(found, followed);
    return { revision, found: testedBy(verdicts), verdicts, reason: null };
  } catch (error) {
    if (!(error instanceof RevisionUnusable)) throw error;
    return { revision, found: "skipped", verdicts: [], reason: error.message };
  }
}

function testedInWords({ found, verdicts, reason }: TestedRevision): string {
  if (reason !== null) return `passed over. ${reason}`;
  const each = verdicts.map((one) => `${nameOf(one)} ${one.verdict ?? "not compared"}`).join("; ");
  return `${each}, so ${found}`;
}

/** Oldest first, along first parents, the bad one last. Throws HarnessError where good is no ancestor of bad. */
async function revisionsBetween(good: string, bad: string, args: BisectOptions): Promise<string[]> {
  const git = simpleGit(thisProject().root);
  const listed = (
    await git.raw("rev-list", "--reverse", "--first-parent", "--ancestry-path", `${good}..${bad}`)
  ).trim();
  if (listed === "")
    throw new HarnessError(
      `${args.good} is no ancestor of ${args.bad} along first parents. Give as --good a revision before --bad.`,
    );
  return listed.split("\n");
}

/** Throws RevisionUnusable where the two cannot be compared. */
function changeBetween(suite: Suite, before: Baseline, after: Baseline): Change {
  requireAlike(before, after);
  const { comparisons, differences } = comparisonsOf(suite.regression, before.runs, after.runs);
  requireNone(differences);
  return judgeChange(comparisons);
}

/** Throws RevisionUnusable where the two are not runs of the same plan. */
function requireAlike(before: Baseline, after: Baseline): void {
  const suite = { id: after.suite, version: after.suiteVersion };
  const { engineClass, rootSeed } = after;
  requireNone(differencesOf(before, { suite, plan: after, engineClass, rootSeed }));
}

function requireNone([first]: readonly Difference[]): void {
  if (first)
    throw new RevisionUnusable(
      `NOT COMPARABLE with the good revision: ${first.field} was ${first.baseline}, is ${first.now}. Only revisions that plan the same runs can be compared.`,
    );
}
