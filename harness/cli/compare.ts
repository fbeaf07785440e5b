/** Judges today's code, or a person's own model in a slot, against an accepted baseline or another revision. */

import { availableParallelism } from "node:os";
import { join, relative, resolve } from "node:path";
import type { CommandModule } from "yargs";
import { replicatesOf } from "../compare/acceptable.ts";
import { type BaselineRun, baselineRun, differencesOf } from "../compare/baseline.ts";
import { currentBaselines, type StoredBaseline } from "../compare/baseline-files.ts";
import {
  type AskRevision,
  askedBaseline,
  type BaselineRuns,
  type BaselineSide,
  fileSide,
  revisionSide,
} from "../compare/baseline-side.ts";
import { type CandidateRuns, candidateRuns, requireUnchanged } from "../compare/candidate-runs.ts";
import { type ChangeData, slotsInWords } from "../compare/change-data.ts";
import { changeTable, nextInWords, short, sourceInWords } from "../compare/change-text.ts";
import {
  type CheckedModel,
  checkedModel,
  requireSameParameters as requireParameters,
  requireSlot,
} from "../compare/changed-slot.ts";
import { adviceOn, baselineFor, baselinesFolder, noBaseline, requireComparable } from "../compare/comparable.ts";
import { comparisonsOf } from "../compare/comparisons.ts";
import { type ChangeVerdict, judgeChange } from "../compare/judge-change.ts";
import { levelOf, runsAt } from "../compare/looks.ts";
import { ALPHA } from "../compare/measure-change.ts";
import { slotParameters } from "../compare/slot-parameters.ts";
import type { Profile, RunRecord } from "../contract/run.ts";
import type { Plan, Suite } from "../contract/suite.ts";
import type { EngineId } from "../engine/engine.ts";
import { EXIT, type ExitCode, HarnessError } from "../errors.ts";
import { interruptible, tellStopped } from "../execute/do-runs.ts";
import { type OpenEngine, withEngine } from "../execute/open-engine.ts";
import { storedRuns } from "../plan/places.ts";
import { partOf, planOf } from "../plan/plan-of.ts";
import { thisProject } from "../project.ts";
import { resolveRevision } from "../revisions/worktree.ts";
import { isResult, Store } from "../store/store.ts";
import { say } from "../terminal/output.ts";
import { duration } from "../terminal/progress.ts";
import type { SignalWatch } from "../terminal/signals.ts";
import { CHANGED_MODEL } from "../worker/changed-model.ts";
import { type CompareChoice, compareCommandLine, nextCompares } from "./compare-command.ts";
import {
  engineOption,
  findSuite,
  jsonOption,
  minutes,
  notEmpty,
  outOption,
  profileOption,
  replicatesOption,
  seedOption,
  storeOption,
  workersOption,
} from "./options.ts";
import type { Parts } from "./parts.ts";

export function compareCommand(parts: Parts, finish: (code: ExitCode) => void): CommandModule {
  const { example } = parts;
  return {
    builder: (yargs) =>
      yargs
        .positional("id", { type: "string", describe: `One of: ${parts.suites.map((s) => s.id).join(", ")}` })
        .options({
          model: {
            type: "string",
            requiresArg: true,
            describe: "Module with a model of your own, to be judged in a slot of the suite",
            coerce: (value: string) => notEmpty("model", value),
          },
          slot: {
            type: "string",
            requiresArg: true,
            describe: "The slot that --model takes; without --model, the only slot whose runs are done and judged",
            coerce: (value: string) => notEmpty("slot", value),
          },
          baseline: {
            type: "string",
            requiresArg: true,
            describe: "A file of baselines/accepted to compare with, in the place of the latest",
            coerce: (value: string) => notEmpty("baseline", value),
          },
          rev: {
            type: "string",
            requiresArg: true,
            describe: "Compare with the code of this git revision, which does its own runs in a worktree",
            coerce: (value: string) => notEmpty("rev", value),
          },
          replicates: {
            ...replicatesOption.replicates,
            describe:
              "Judge the first N runs of each slot and setting, once; runs that the baseline lacks are done by its revision. With --budget: the most that a look may have",
          },
          budget: {
            type: "string",
            requiresArg: true,
            describe:
              "Add runs on both sides until it is decided, while more fit into so many minutes; the first look is done in any case",
            coerce: (value: string) => minutes("budget", value),
          },
          "other-parameters": {
            type: "boolean",
            default: false,
            describe: "Compare models of other parameter counts too",
          },
          ...profileOption,
          ...engineOption,
          ...workersOption,
          ...seedOption,
          ...storeOption,
          ...outOption,
          ...jsonOption,
        })
        .example(`$0 compare ${example.suite}`, "today's code against the accepted baseline")
        .example(`$0 compare ${example.suite} -- --model my-model.ts --slot ${example.slot}`, "a model of your own")
        .example(
          `$0 compare ${example.suite} -- --slot ${example.slot} --replicates 40`,
          "one slot alone, forty runs of each setting a side",
        )
        .example(`$0 compare ${example.suite} -- --rev HEAD~3 --budget 30`, "two revisions, for at most half an hour"),
    handler: async (raw) => finish(await compare(parts, raw as unknown as CompareArguments)),
  };
}

interface CompareArguments {
  readonly id: string;
  readonly model?: string;
  readonly slot?: string;
  readonly baseline?: string;
  readonly rev?: string;
  readonly replicates?: number;
  /** Milliseconds. */
  readonly budget?: number;
  readonly otherParameters: boolean;
  readonly profile: Profile;
  readonly engine?: EngineId;
  readonly workers?: number;
  readonly seed: string;
  readonly store: string;
  readonly out: string;
  readonly json: boolean;
}

function compare(parts: Parts, args: CompareArguments): Promise<ExitCode> {
  const suite = findSuite(parts.suites, args.id);
  if (args.rev !== undefined && args.baseline !== undefined)
    throw new HarnessError("--rev and --baseline each name what to compare with. Give one of them.");
  if (args.model === undefined) requireSlot(suite, args);
  return interruptible(async (signals) => {
    const revision = args.rev === undefined ? undefined : await resolveRevision(args.rev);
    const history = currentBaselines(baselinesFolder(), suite.id);
    if (history.length === 0 && revision === undefined && args.baseline === undefined)
      throw noBaseline({ suite, ...args }, "of this suite");
    const changed = await checkedModel(suite, args, signals);
    if (changed)
      process.env[CHANGED_MODEL] = JSON.stringify({ suite: suite.id, slot: changed.slot, module: changed.module });
    return withEngine({ requested: args.engine }, (opened) =>
      compareOn(opened, {
        ...{ parts, args, suite: changed?.inPlace ?? suite, changed, slot: changed?.slot ?? args.slot },
        ...{ history, revision, signals },
      }),
    );
  });
}

interface Compare {
  readonly parts: Parts;
  readonly args: CompareArguments;
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

async function compareOn(opened: OpenEngine, compare: Compare): Promise<ExitCode> {
  const { args, suite, slot, signals } = compare;
  const started = performance.now();
  const side = await baselineSide(opened, compare);
  if (!side) return tellInterrupted(signals);
  const had = replicatesOf(side.baseline);
  const first = firstLook(args, had);
  requireSameRuns(opened, compare, side, side.baseline.runs, Math.min(first, had));
  await requireSameParameters(opened, compare, side);
  if (first < had)
    say(
      `The baseline has ${had} runs of each arm: the first ${first} of both sides are judged, as --replicates asks for.`,
    );
  for (let look = 1; ; look++) {
    const replicates = runsAt(look, first);
    const before = await side.upTo(replicates);
    if (!before) return tellInterrupted(signals);
    for (const warning of before.warnings) say(`Warning: ${warning}`);
    requireSameRuns(opened, compare, side, before.runs, replicates);
    const candidate = await candidateSide(opened, compare, replicates);
    if (typeof candidate === "number") return candidate;
    const compared = before.runs.filter(({ model }) => slot === undefined || model === slot);
    const { comparisons, differences } = comparisonsOf(suite.regression, compared, candidate.records.map(baselineRun));
    requireComparable(sourceInWords(side.source), differences, adviceOn(side.source));
    if (comparisons.length === 0)
      throw new HarnessError(`The suite ${suite.id} declares no metric to compare by (regression).`, EXIT.cannotJudge);
    const alpha = args.budget === undefined ? ALPHA : levelOf(look);
    const change = judgeChange(comparisons, alpha, args.budget === undefined ? null : levelOf(look + 1));
    const spent = performance.now() - started;
    const oneMore = replicateMs(candidate.records, args.workers) * 2;
    const stopped = whyStop(change.verdict, args, spent, runsAt(look + 1, first), replicates, oneMore);
    say(
      `${replicates} runs of each arm on each side: ${change.verdict} at level ${short(alpha)}${stopped === null ? `; going on with ${runsAt(look + 1, first)}` : `. ${stopped}`}`,
    );
    if (stopped === null) continue;
    const taken = { number: look, alpha, replicates, baselineHad: had, stopped };
    return publishChange(compare, {
      ...changeOf(compare, opened, side, before, candidate, compared),
      ...{ change, look: taken },
      next: nextCompares(suite, choiceOf(compare), change, taken, side.baseline.provenance.revision, first, oneMore),
    });
  }
}

/** Runs of each arm at the first look. Throws HarnessError if --replicates is below the first look of --budget. */
function firstLook({ budget, replicates }: CompareArguments, had: number): number {
  if (budget === undefined || replicates === undefined) return replicates ?? had;
  if (replicates >= had) return had;
  throw new HarnessError(
    `--budget begins with the ${had} runs of each arm that the baseline has, so that --replicates takes ${had} or more beside it, got ${replicates}. Leave out --budget to judge the first ${replicates} once.`,
  );
}

/**
 * Null if another look follows, with `next` runs of each arm instead of `now`. `oneMore`: estimated milliseconds of one
 * more run of each arm on both sides.
 */
function whyStop(
  verdict: ChangeVerdict,
  { budget, replicates }: CompareArguments,
  spent: number,
  next: number,
  now: number,
  oneMore: number,
): string | null {
  if (budget === undefined)
    return "One look. To add runs until it is decided, begin with --budget: its looks are stricter.";
  if (verdict !== "INCONCLUSIVE") return "Decided.";
  if (replicates !== undefined && next > replicates)
    return `The next look has ${next} runs of each arm, and --replicates allows ${replicates}.`;
  const further = (next - now) * oneMore;
  if (spent + further <= budget) return null;
  return `The budget is ${duration(budget)}, ${duration(spent)} are spent, and more runs would take about ${duration(further)}.`;
}

/** One more run of each arm, by as many workers as there are. */
function replicateMs(records: readonly RunRecord[], workers: number | undefined): number {
  const all = records.reduce((sum, { provenance }) => sum + provenance.durationMs, 0);
  const replicates = new Set(records.map(({ spec }) => spec.replicate)).size;
  return all / replicates / (workers ?? availableParallelism());
}

/** Undefined after an abort. */
async function baselineSide(opened: OpenEngine, compare: Compare): Promise<BaselineSide | undefined> {
  const { args, suite, slot, history, revision, signals } = compare;
  const { seed, profile } = args;
  const { id: engine, class: engineClass } = opened.engine;
  const ask: AskRevision = {
    ...{ suite: suite.id, profile, engine, engineClass, seed, workers: args.workers, slot, say },
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
function requireSameRuns(
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
async function requireSameParameters(
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

interface CandidateSide extends CandidateRuns {
  readonly plan: Plan;
  readonly records: readonly RunRecord[];
}

/** Today's runs, or the exit code of why there are none. */
async function candidateSide(
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

function tellInterrupted(signals: SignalWatch): ExitCode {
  say(`Stopped by ${signals.received}. Nothing is lost; run the same command again to go on.`);
  return signals.exitCode;
}

function changeOf(
  compare: Compare,
  opened: OpenEngine,
  { baseline, source }: BaselineSide,
  { made, warnings }: BaselineRuns,
  { plan, places, records, origin }: CandidateSide,
  compared: readonly BaselineRun[],
): Omit<ChangeData, "change" | "look" | "next"> {
  const { args, suite, changed } = compare;
  const { seed, profile } = args;
  const { machine, engine } = records[0]!.provenance;
  const { revision, dirty, sourceSha256, lockfileSha256 } = origin;
  const { id, title, version, place } = suite;
  const judged = [...new Set(places.map(({ spec }) => spec.model))];
  const planned = new Set(planOf(suite, { profile, seed }, opened.engine.class).runs.map(({ model }) => model));
  return {
    suite: { id, title, version, place },
    plan: { profile: plan.profile, budget: plan.budget, scope: plan.scope },
    engineClass: opened.engine.class,
    rootSeed: seed,
    module: changed && {
      slot: changed.slot,
      path: relative(thisProject().root, changed.module),
      sha256: changed.sha256,
      id: changed.model.id,
      version: changed.model.version,
    },
    slots: { judged, left: [...planned].filter((name) => !judged.includes(name)) },
    baseline: { ...baseline.provenance, ...made, dirty: false, models: versionsOf(compared), source },
    candidate: {
      ...{ revision, dirty, sourceSha256, lockfileSha256, engine, machine },
      models: versionsOf(places.map(({ spec }) => spec)),
    },
    warnings: [...(opened.choice.reason === undefined ? [] : [opened.choice.reason]), ...warnings],
    generatedAt: new Date().toISOString(),
    command: compareCommandLine(suite, choiceOf(compare)),
  };
}

/** The given options, with the module's path relative to the project. */
const choiceOf = ({ args, changed, slot }: Compare): CompareChoice => ({
  ...args,
  slot,
  model: changed ? relative(thisProject().root, changed.module) : undefined,
});

const versionsOf = (runs: readonly { readonly model: string; readonly modelVersion: number }[]) =>
  Object.fromEntries(runs.map(({ model, modelVersion }) => [model, modelVersion]));

function tellCrashed(failed: readonly RunRecord[], all: number): ExitCode {
  for (const record of failed)
    if (record.state !== "finished")
      say(`${record.spec.path}: ${record.state}: ${record.failure.message.split("\n")[0]}`);
  say(`${failed.length} of ${all} runs crashed: nothing is judged. Run the same command again to try them once more.`);
  return EXIT.bug;
}

async function publishChange({ parts, args, changed, slot }: Compare, data: ChangeData): Promise<ExitCode> {
  const { suite, plan, engineClass, change, look, slots, next } = data;
  const folder = join(resolve(args.out), suite.id, plan.budget, engineClass);
  const against = data.baseline.source.kind === "revision" ? `-${data.baseline.revision!.slice(0, 7)}` : "";
  const subject = changed?.slot ?? (slot === undefined ? "code" : `code-${slot}`);
  const { html, files } = await parts.writeChange(data, folder, `compare-${subject}${against}`);
  if (args.json) console.log(JSON.stringify({ report: html, files, look, slots, next, ...change }));
  else
    console.log(
      [change.verdict, changeTable(change), `Slots judged: ${slotsInWords(slots)}.`, ...nextInWords(next)].join("\n"),
    );
  say(`Report: ${html}`);
  return change.verdict === "REGRESSED" ? EXIT.judgedAgainst : EXIT.done;
}
