/** Both sides of a compare: the runs of the baseline and of today's code. */

import { resolve } from "node:path";
import type { Profile, RunRecord } from "../contract/run.ts";
import type { Plan, Suite } from "../contract/suite.ts";
import type { EngineId } from "../engine/engine.ts";
import { EXIT, type ExitCode, HarnessError } from "../errors.ts";
import { tellStopped } from "../execute/do-runs.ts";
import type { OpenEngine } from "../execute/open-engine.ts";
import { storedRuns } from "../plan/places.ts";
import { partOf, planOf } from "../plan/plan-of.ts";
import { isResult, Store } from "../store/store.ts";
import { say } from "../terminal/output.ts";
import type { SignalWatch } from "../terminal/signals.ts";
import { replicatesOf } from "./acceptable.ts";
import { type BaselineRun, differencesOf } from "./baseline.ts";
import type { StoredBaseline } from "./baseline-files.ts";
import { type AskRevision, askedBaseline, type BaselineSide, fileSide, revisionSide } from "./baseline-side.ts";
import { type CandidateRuns, candidateRuns, requireUnchanged } from "./candidate-runs.ts";
import { sourceInWords } from "./change-text.ts";
import { type CheckedModel, requireSameParameters as requireParameters } from "./changed-slot.ts";
import { adviceOn, baselineFor, requireComparable } from "./comparable.ts";
import { slotParameters } from "./slot-parameters.ts";

/** The options of a compare. Paths are relative to the current folder. */
export interface CompareOptions {
  readonly model?: string;
  readonly slot?: string;
  readonly baseline?: string;
  readonly rev?: string;
  readonly replicates?: number;
  /** Milliseconds for adding runs (`--budget`); without it there is one look. */
  readonly timeLimitMs?: number | undefined;
  readonly otherParameters: boolean;
  readonly profile: Profile;
  readonly engine?: EngineId;
  readonly workers?: number;
  readonly seed: string;
  readonly store: string;
  readonly out: string;
}

/** One compare, checked and ready to run. */
export interface Compare {
  readonly args: CompareOptions;
  /** With the changed model in its slot. */
  readonly suite: Suite;
  readonly changed: CheckedModel | null;
  /** The only slot to judge; undefined for all. */
  readonly slot: string | undefined;
  readonly history: readonly StoredBaseline[];
  /** Full hash of `--rev`. */
  readonly revision: string | undefined;
  readonly signals: SignalWatch;
}

/** Runs of each arm at the first look. Throws HarnessError if --replicates is below the first look of --budget. */
export function firstLook({ timeLimitMs, replicates }: CompareOptions, had: number): number {
  if (timeLimitMs === undefined || replicates === undefined) return replicates ?? had;
  if (replicates >= had) return had;
  throw new HarnessError(
    `--budget begins with the ${had} runs of each arm that the baseline has, so that --replicates takes ${had} or more beside it, got ${replicates}. Leave out --budget to judge the first ${replicates} once.`,
  );
}

/** Undefined after an abort. */
export async function baselineSide(opened: OpenEngine, compare: Compare): Promise<BaselineSide | undefined> {
  const { args, suite, slot, history, revision, signals } = compare;
  const { seed, profile } = args;
  const { id: engine, class: engineClass } = opened.engine;
  const ask: AskRevision = {
    suite: suite.id,
    profile,
    engine,
    engineClass,
    seed,
    workers: args.workers,
    slot,
    say,
    store: Store.open(resolve(args.store), { create: true }).folder,
    signal: signals.signal,
  };
  if (revision !== undefined) {
    const usual = planOf(suite, { profile, seed }, engineClass);
    const first = firstLook(args, replicatesOf(usual));
    const plan = todaysPlan(opened, compare, first);
    return revisionSide(args.rev!, revision, { suite, plan, engineClass, rootSeed: seed, slot }, ask);
  }
  const stored =
    args.baseline === undefined
      ? baselineFor({ suite, profile, seed }, history, engineClass)
      : askedBaseline(resolve(args.baseline), suite, ask);
  return fileSide(stored, suite, ask);
}

/**
 * Today's runs for a look at `replicates` of each arm. Without --replicates the plan has all runs of the profile, so a
 * baseline of fewer runs is not comparable.
 */
function todaysPlan(opened: OpenEngine, { args, suite, slot }: Compare, replicates: number): Plan {
  const { seed, profile } = args;
  const plan = planOf(suite, { profile, seed, replicates }, opened.engine.class);
  return partOf(plan, args.replicates === undefined ? undefined : replicates, slot);
}

/** Throws HarnessError (NOT COMPARABLE) if the first `replicates` runs of each arm differ from today's plan. */
export function requireSameRuns(
  opened: OpenEngine,
  compare: Compare,
  { baseline, source }: BaselineSide,
  runs: readonly BaselineRun[],
  replicates: number,
): void {
  const { args, suite, slot } = compare;
  const plan = todaysPlan(opened, compare, replicates);
  const now = { suite, plan, engineClass: opened.engine.class, rootSeed: args.seed, slot };
  const first = { ...baseline, runs: runs.filter((run) => run.replicate < replicates) };
  requireComparable(sourceInWords(source), differencesOf(first, now), adviceOn(source));
}

/** Throws HarnessError (NOT COMPARABLE) if the models differ in size and --other-parameters is not given. */
export async function requireSameParameters(
  opened: OpenEngine,
  compare: Compare,
  { baseline, source }: BaselineSide,
): Promise<void> {
  const { args, suite, slot } = compare;
  if (args.otherParameters || source.kind === "revision") return;
  const plan = todaysPlan(opened, compare, replicatesOf(baseline));
  const parameters = await slotParameters(opened.worker, suite, plan, args.seed, slot);
  for (const [name, counts] of Object.entries(parameters))
    requireParameters(`the slot "${name}"`, baseline.parameters[name] ?? {}, counts);
}

export interface CandidateSide extends CandidateRuns {
  readonly plan: Plan;
  readonly records: readonly RunRecord[];
}

/** Today's runs, or the exit code of why there are none. */
export async function candidateSide(
  opened: OpenEngine,
  compare: Compare,
  replicates: number,
): Promise<CandidateSide | ExitCode> {
  const { args, suite, changed, slot, signals } = compare;
  const { seed, workers } = args;
  const plan = todaysPlan(opened, compare, replicates);
  const options = { suite, plan, changed, slot, folder: args.store, seed, workers, signals };
  const runs = await candidateRuns(opened, options);
  const { store, places } = runs;
  if (signals.received) return tellStopped(store, places, signals);
  const records = storedRuns(store, places).map((run) => run.record);
  const failed = records.filter((record) => !isResult(record));
  if (failed.length > 0) return tellCrashed(failed, places.length);
  requireUnchanged(options, runs);
  return { ...runs, plan, records };
}

function tellCrashed(failed: readonly RunRecord[], all: number): ExitCode {
  for (const record of failed)
    if (record.state !== "finished")
      say(`${record.spec.path}: ${record.state}: ${record.failure.message.split("\n")[0]}`);
  say(`${failed.length} of ${all} runs crashed: nothing is judged. Run the same command again to try them once more.`);
  return EXIT.bug;
}
