/** Judges today's code, or a person's own model in a slot, against the accepted baseline. */
import { join, relative, resolve } from "node:path";
import type { CommandModule } from "yargs";
import { baselineRun, differencesOf } from "../comparing/baseline.ts";
import { currentBaselines, type StoredBaseline } from "../comparing/baseline-files.ts";
import type { ChangeData } from "../comparing/change-data.ts";
import { CHANGED_MODEL } from "../comparing/changed-model.ts";
import { comparisonsOf } from "../comparing/comparisons.ts";
import { judgeChange } from "../comparing/judge-change.ts";
import type { EngineId } from "../engine/engine.ts";
import { EXIT, type ExitCode, HarnessError } from "../errors.ts";
import { storedRuns } from "../evidence.ts";
import type { Profile, RunRecord } from "../run.ts";
import { PROJECT } from "../sources.ts";
import { isResult } from "../store/store.ts";
import type { Suite } from "../suite.ts";
import { candidateRuns, requireUnchanged } from "./candidate-runs.ts";
import { changeTable } from "./change-text.ts";
import { type CheckedModel, checkedModel, requireSameParameters } from "./changed-slot.ts";
import { BASELINES, baselineFor, noBaseline, requireComparable } from "./comparable.ts";
import { interruptible, type OpenEngine, tellStopped, withEngine } from "./do-runs.ts";
import {
  engineOption,
  findSuite,
  jsonOption,
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
        .example("$0 compare toy-modes -- --model ci/examples/ali-worse.ts --slot ali", "a model of your own"),
    handler: async (raw) => finish(await compare(parts, raw as unknown as CompareArguments)),
  };
}

interface CompareArguments {
  readonly id: string;
  readonly model?: string;
  readonly slot?: string;
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
  return interruptible(async (signals) => {
    const history = currentBaselines(BASELINES, suite.id);
    if (history.length === 0) throw noBaseline({ suite, ...args }, "of this suite");
    const changed = await checkedModel(suite, args, signals);
    if (changed)
      process.env[CHANGED_MODEL] = JSON.stringify({ suite: suite.id, slot: changed.slot, module: changed.module });
    return withEngine({ requested: args.engine }, (opened) =>
      compareOn(opened, { parts, args, suite: changed?.inPlace ?? suite, changed, history, signals }),
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
  readonly signals: SignalWatch;
}

async function compareOn(opened: OpenEngine, compare: Compare): Promise<ExitCode> {
  const { args, suite, changed, signals } = compare;
  const { seed, profile } = args;
  const engineClass = opened.engine.class;
  const current = baselineFor({ suite, profile, seed }, compare.history, engineClass);
  const { baseline } = current;
  const replicates = 1 + Math.max(...baseline.runs.map((run) => run.replicate));
  const plan = planOf(suite, { profile, seed, replicates }, engineClass);
  requireComparable(
    current,
    differencesOf(baseline, { suite, plan, engineClass, rootSeed: seed, slot: changed?.slot }),
  );
  if (!args.otherParameters)
    for (const [slot, now] of Object.entries(await slotParameters(opened.worker, suite, plan, seed, changed?.slot)))
      requireSameParameters(`the slot "${slot}"`, baseline.parameters[slot] ?? {}, now);
  const options = { suite, plan, changed, folder: args.store, seed, workers: args.workers, signals };
  const runs = await candidateRuns(opened, options);
  const { store, places } = runs;
  if (signals.received) return tellStopped(store, places, signals);
  const records = storedRuns(store, places).map((run) => run.record);
  const failed = records.filter((record) => !isResult(record));
  if (failed.length > 0) return tellCrashed(failed, places.length);
  requireUnchanged(options, runs);
  const slots = new Set(places.map(({ spec }) => spec.model));
  const before = baseline.runs.filter(({ model }) => slots.has(model));
  const { comparisons, differences } = comparisonsOf(suite.regression, before, records.map(baselineRun));
  requireComparable(current, differences);
  if (comparisons.length === 0)
    throw new HarnessError(`The suite ${suite.id} declares no metric to compare by (regression).`, EXIT.cannotJudge);
  const { machine, engine } = records[0]!.provenance;
  const { revision, dirty, sourceSha256, lockfileSha256 } = runs.origin;
  const { id, title, version, place } = suite;
  return publishChange(compare, {
    suite: { id, title, version, place },
    plan: { profile: plan.profile, budget: plan.budget, scope: plan.scope },
    engineClass,
    rootSeed: seed,
    module: changed && {
      slot: changed.slot,
      path: relative(PROJECT, changed.module),
      sha256: changed.sha256,
      id: changed.model.id,
      version: changed.model.version,
    },
    baseline: {
      ...baseline.provenance,
      dirty: false,
      models: versionsOf(before),
      file: relative(PROJECT, current.file),
      acceptedAt: baseline.acceptedAt,
      note: baseline.note,
    },
    candidate: {
      ...{ revision, dirty, sourceSha256, lockfileSha256, engine, machine },
      models: versionsOf(places.map(({ spec }) => spec)),
    },
    change: judgeChange(comparisons),
    warnings: opened.choice.reason === undefined ? [] : [opened.choice.reason],
    generatedAt: new Date().toISOString(),
    command: `npm run compare ${suite.id} -- --profile ${profile}${changed ? ` --model ${relative(PROJECT, changed.module)} --slot ${changed.slot}` : ""}`,
  });
}

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
  const { html, files } = await parts.writeChange(data, folder, `compare-${changed?.slot ?? "code"}`);
  if (args.json) console.log(JSON.stringify({ report: html, files, ...change }));
  else console.log(`${change.verdict}\n${changeTable(change)}`);
  say(`Report: ${html}`);
  return change.verdict === "REGRESSED" ? EXIT.judgedAgainst : EXIT.done;
}
