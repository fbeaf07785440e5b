/** Judges today's code, or a person's own model in a slot, against an accepted baseline or another revision. */
import { availableParallelism } from "node:os";
import { join, relative, resolve } from "node:path";
import type { CommandModule } from "yargs";
import { type BaselineRun, baselineRun, differencesOf } from "../comparing/baseline.ts";
import { currentBaselines, type StoredBaseline } from "../comparing/baseline-files.ts";
import type { ChangeData } from "../comparing/change-data.ts";
import { CHANGED_MODEL } from "../comparing/changed-model.ts";
import { comparisonsOf } from "../comparing/comparisons.ts";
import { type ChangeVerdict, judgeChange } from "../comparing/judge-change.ts";
import { levelOf, runsAt } from "../comparing/looks.ts";
import { ALPHA } from "../comparing/measure-change.ts";
import type { EngineId } from "../engine/engine.ts";
import { EXIT, type ExitCode, HarnessError } from "../errors.ts";
import { storedRuns } from "../evidence.ts";
import { resolveRevision } from "../revisions/worktree.ts";
import type { Profile, RunRecord } from "../run.ts";
import { PROJECT } from "../sources.ts";
import { isResult, Store } from "../store/store.ts";
import type { Plan, Suite } from "../suite.ts";
import { type AskRevision, askedBaseline, type BaselineSide, fileSide, revisionSide } from "./baseline-side.ts";
import { type CandidateRuns, candidateRuns, requireUnchanged } from "./candidate-runs.ts";
import { changeTable, short, sourceInWords } from "./change-text.ts";
import { type CheckedModel, checkedModel, requireSameParameters } from "./changed-slot.ts";
import { adviceOn, BASELINES, baselineFor, noBaseline, requireComparable } from "./comparable.ts";
import { interruptible, type OpenEngine, tellStopped, withEngine } from "./do-runs.ts";
import {
  DEFAULT_SEED,
  engineOption,
  findSuite,
  jsonOption,
  minutes,
  notEmpty,
  outOption,
  profileOption,
  seedOption,
  storeOption,
  workersOption,
} from "./options.ts";
import { say } from "./output.ts";
import type { Parts } from "./parts.ts";
import { planOf } from "./plan-of.ts";
import { duration } from "./progress.ts";
import type { SignalWatch } from "./signals.ts";
import { slotParameters } from "./slot-parameters.ts";

export function compareCommand(parts: Parts, finish: (code: ExitCode) => void): CommandModule {
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
          slot: { type: "string", requiresArg: true, describe: "The slot that --model takes" },
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
        .example("$0 compare toy-modes", "today's code against the accepted baseline")
        .example("$0 compare toy-modes -- --model ci/examples/ali-worse.ts --slot ali", "a model of your own")
        .example("$0 compare toy-modes -- --rev HEAD~3 --budget 30", "two revisions, for at most half an hour"),
    handler: async (raw) => finish(await compare(parts, raw as unknown as CompareArguments)),
  };
}

interface CompareArguments {
  readonly id: string;
  readonly model?: string;
  readonly slot?: string;
  readonly baseline?: string;
  readonly rev?: string;
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
  return interruptible(async (signals) => {
    const revision = args.rev === undefined ? undefined : await resolveRevision(args.rev);
    const history = currentBaselines(BASELINES, suite.id);
    if (history.length === 0 && revision === undefined && args.baseline === undefined)
      throw noBaseline({ suite, ...args }, "of this suite");
    const changed = await checkedModel(suite, args, signals);
    if (changed)
      process.env[CHANGED_MODEL] = JSON.stringify({ suite: suite.id, slot: changed.slot, module: changed.module });
    return withEngine({ requested: args.engine }, (opened) =>
      compareOn(opened, { parts, args, suite: changed?.inPlace ?? suite, changed, history, revision, signals }),
    );
  });
}

interface Compare {
  readonly parts: Parts;
  readonly args: CompareArguments;
  /** With the changed model in its slot. */
  readonly suite: Suite;
  readonly changed: CheckedModel | null;
  readonly history: readonly StoredBaseline[];
  /** Full hash of `--rev`. */
  readonly revision: string | undefined;
  readonly signals: SignalWatch;
}

async function compareOn(opened: OpenEngine, compare: Compare): Promise<ExitCode> {
  const { args, suite, signals } = compare;
  const started = performance.now();
  const side = await baselineSide(opened, compare);
  if (!side) return tellInterrupted(signals);
  const first = 1 + Math.max(...side.baseline.runs.map((run) => run.replicate));
  await requireSameModels(opened, compare, side, first);
  let before: readonly BaselineRun[] | undefined = side.baseline.runs;
  for (let look = 1; ; look++) {
    const replicates = runsAt(look, first);
    if (look > 1) before = await side.upTo(replicates);
    if (!before) return tellInterrupted(signals);
    const candidate = await candidateSide(opened, compare, replicates);
    if (typeof candidate === "number") return candidate;
    const slots = new Set(candidate.places.map(({ spec }) => spec.model));
    const compared = before.filter(({ model }) => slots.has(model));
    const { comparisons, differences } = comparisonsOf(suite.regression, compared, candidate.records.map(baselineRun));
    requireComparable(sourceInWords(side.source), differences, adviceOn(side.source));
    if (comparisons.length === 0)
      throw new HarnessError(`The suite ${suite.id} declares no metric to compare by (regression).`, EXIT.cannotJudge);
    const alpha = args.budget === undefined ? ALPHA : levelOf(look);
    const change = judgeChange(comparisons, alpha, args.budget === undefined ? null : levelOf(look + 1));
    const spent = performance.now() - started;
    const further = (runsAt(look + 1, first) - replicates) * replicateMs(candidate.records, args.workers) * 2;
    const stopped = whyStop(change.verdict, args.budget, spent, further);
    say(
      `${replicates} runs of each arm on each side: ${change.verdict} at level ${short(alpha)}${stopped === null ? `; going on with ${runsAt(look + 1, first)}` : `. ${stopped}`}`,
    );
    if (stopped === null) continue;
    return publishChange(compare, {
      ...changeOf(compare, opened, side, candidate, compared),
      change,
      look: { number: look, alpha, replicates, stopped },
    });
  }
}

/** Null where another look is to follow. `further`: milliseconds that it would take, about. */
function whyStop(verdict: ChangeVerdict, budget: number | undefined, spent: number, further: number): string | null {
  if (budget === undefined)
    return "One look. To add runs until it is decided, begin with --budget: its looks are stricter.";
  if (verdict !== "INCONCLUSIVE") return "Decided.";
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
  const { args, suite, changed, history, revision, signals } = compare;
  const { seed, profile } = args;
  const { id: engine, class: engineClass } = opened.engine;
  const ask: AskRevision = {
    ...{ suite: suite.id, profile, engine, engineClass, seed, workers: args.workers, say },
    store: Store.open(resolve(args.store), { create: true }).folder,
    signal: signals.signal,
  };
  if (revision !== undefined) {
    const now = { suite, plan: planOf(suite, args, engineClass), engineClass, rootSeed: seed, slot: changed?.slot };
    return revisionSide(args.rev!, revision, now, ask);
  }
  if (args.baseline !== undefined) return fileSide(askedBaseline(resolve(args.baseline), suite, ask), ask);
  return fileSide(baselineFor({ suite, profile, seed }, history, engineClass), ask);
}

/** Throws HarnessError where the sides are not runs of the same plan, or of models of other sizes. */
async function requireSameModels(
  opened: OpenEngine,
  { args, suite, changed }: Compare,
  { baseline, source }: BaselineSide,
  replicates: number,
): Promise<void> {
  const { seed, profile } = args;
  const engineClass = opened.engine.class;
  const plan = planOf(suite, { profile, seed, replicates }, engineClass);
  const now = { suite, plan, engineClass, rootSeed: seed, slot: changed?.slot };
  requireComparable(sourceInWords(source), differencesOf(baseline, now), adviceOn(source));
  if (args.otherParameters || source.kind === "revision") return;
  const parameters = await slotParameters(opened.worker, suite, plan, seed, changed?.slot);
  for (const [slot, counts] of Object.entries(parameters))
    requireSameParameters(`the slot "${slot}"`, baseline.parameters[slot] ?? {}, counts);
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
  const { args, suite, changed, signals } = compare;
  const { seed, profile } = args;
  const plan = planOf(suite, { profile, seed, replicates }, opened.engine.class);
  const options = { suite, plan, changed, folder: args.store, seed, workers: args.workers, signals };
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
  { args, suite, changed }: Compare,
  opened: OpenEngine,
  { baseline, source }: BaselineSide,
  { plan, places, records, origin }: CandidateSide,
  compared: readonly BaselineRun[],
): Omit<ChangeData, "change" | "look"> {
  const { seed } = args;
  const { machine, engine } = records[0]!.provenance;
  const { revision, dirty, sourceSha256, lockfileSha256 } = origin;
  const { id, title, version, place } = suite;
  const module = changed && relative(PROJECT, changed.module);
  return {
    suite: { id, title, version, place },
    plan: { profile: plan.profile, budget: plan.budget, scope: plan.scope },
    engineClass: opened.engine.class,
    rootSeed: seed,
    module: changed && {
      slot: changed.slot,
      path: module!,
      sha256: changed.sha256,
      id: changed.model.id,
      version: changed.model.version,
    },
    baseline: { ...baseline.provenance, dirty: false, models: versionsOf(compared), source },
    candidate: {
      ...{ revision, dirty, sourceSha256, lockfileSha256, engine, machine },
      models: versionsOf(places.map(({ spec }) => spec)),
    },
    warnings: opened.choice.reason === undefined ? [] : [opened.choice.reason],
    generatedAt: new Date().toISOString(),
    command: commandOf(suite, args, changed && { slot: changed.slot, path: module! }),
  };
}

function commandOf(suite: Suite, args: CompareArguments, module: { slot: string; path: string } | null): string {
  const option = (name: string, value: string | number | undefined): string[] =>
    value === undefined ? [] : [`--${name} ${quoted(String(value))}`];
  return [
    `npm run compare ${suite.id} -- --profile ${args.profile}`,
    ...option("rev", args.rev),
    ...option("baseline", args.baseline),
    ...option("budget", args.budget === undefined ? undefined : args.budget / 60_000),
    ...(module ? [...option("model", module.path), ...option("slot", module.slot)] : []),
    ...(args.otherParameters ? ["--other-parameters"] : []),
    ...option("engine", args.engine),
    ...option("seed", args.seed === DEFAULT_SEED ? undefined : args.seed),
  ].join(" ");
}

/** As a shell takes it for one word. */
const quoted = (word: string): string => (/^[\w./~^@=-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`);

const versionsOf = (runs: readonly { readonly model: string; readonly modelVersion: number }[]) =>
  Object.fromEntries(runs.map(({ model, modelVersion }) => [model, modelVersion]));

function tellCrashed(failed: readonly RunRecord[], all: number): ExitCode {
  for (const record of failed)
    if (record.state !== "finished")
      say(`${record.spec.path}: ${record.state}: ${record.failure.message.split("\n")[0]}`);
  say(`${failed.length} of ${all} runs crashed: nothing is judged. Run the same command again to try them once more.`);
  return EXIT.bug;
}

async function publishChange({ parts, args, changed }: Compare, data: ChangeData): Promise<ExitCode> {
  const { suite, plan, engineClass, change } = data;
  const folder = join(resolve(args.out), suite.id, plan.budget, engineClass);
  const against = data.baseline.source.kind === "revision" ? `-${data.baseline.revision!.slice(0, 7)}` : "";
  const { html, files } = await parts.writeChange(data, folder, `compare-${changed?.slot ?? "code"}${against}`);
  if (args.json) console.log(JSON.stringify({ report: html, files, look: data.look, ...change }));
  else console.log(`${change.verdict}\n${changeTable(change)}`);
  say(`Report: ${html}`);
  return change.verdict === "REGRESSED" ? EXIT.judgedAgainst : EXIT.done;
}
