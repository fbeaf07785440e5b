import { resolve } from "node:path";
import { paperOf } from "../contract/paper.ts";
import type { Plan, Suite } from "../contract/suite.ts";
import type { ExitCode } from "../errors.ts";
import {
  CHECKPOINT_MS,
  doRuns,
  interruptible,
  lockStore,
  type OpenCluster,
  tellStopped,
  withCluster,
} from "../execute/do-runs.ts";
import type { WantedEngine } from "../execute/engine-choice.ts";
import { type OpenEngine, withEngine } from "../execute/open-engine.ts";
import { paperCost } from "../plan/paper-cost.ts";
import { missingData, placesOf, storedRuns } from "../plan/places.ts";
import { isWanted, planOf, requireRunnable } from "../plan/plan-of.ts";
import { Store } from "../store/store.ts";
import { canAsk, saysYes } from "../terminal/ask.ts";
import { say } from "../terminal/output.ts";
import { duration } from "../terminal/progress.ts";
import type { SignalWatch } from "../terminal/signals.ts";
import { assemble } from "../verdict/evidence.ts";
import { readStandings } from "../verdict/standings.ts";
import {
  claimOption,
  type Executor,
  engineOption,
  executorOptions,
  findSuite,
  jsonOption,
  minutes,
  modelOption,
  outOption,
  profileOption,
  replicatesOption,
  requireExecutor,
  seedOption,
  settingOption,
  stackOption,
  storeOption,
  wholeNumber,
  workersOption,
} from "./options.ts";
import type { Parts } from "./parts.ts";
import { publish } from "./publish.ts";
import { type LoadedVerb, verb } from "./verb.ts";

export function suiteCommand(parts: Parts): LoadedVerb {
  const id = parts.example.suite;
  return verb({
    positionals: { id: { required: true, describe: `One of: ${parts.suites.map((s) => s.id).join(", ")}` } },
    options: {
      ...profileOption,
      ...engineOption,
      ...workersOption,
      ...stackOption,
      ...executorOptions,
      ...replicatesOption,
      ...modelOption,
      ...settingOption,
      ...claimOption,
      ...seedOption,
      ...storeOption,
      ...outOption,
      "run-timeout": {
        type: "string",
        describe: "Minutes of training after which a run is given up",
        coerce: (value: string) => minutes("run-timeout", value),
      },
      "checkpoint-every": {
        type: "string",
        default: String(CHECKPOINT_MS),
        describe: "Milliseconds between checkpoints",
        coerce: (value: string) => wholeNumber("checkpoint-every", value, 1, 86_400_000),
      },
      yes: {
        type: "boolean",
        default: false,
        describe: "Do not ask before runs of more than an hour (on a terminal; elsewhere nobody is asked)",
      },
      ...jsonOption,
    },
    examples: [
      [`$0 suite ${id}`, "the quick profile: minutes on a laptop"],
      [`$0 suite ${id} -- --profile paper --workers 8`, "as printed in the paper"],
      [`$0 suite ${id} -- --profile paper --claim <claim>`, "the runs that one claim waits for"],
      [`$0 suite ${id} -- --executor slurm --slurm "partition=gpu gres=gpu:1 time=90"`, "as job arrays of a cluster"],
    ],
    run: (args) => runSuite(parts, args),
  });
}

interface SuiteArguments {
  id: string;
  profile: Plan["profile"];
  engine?: WantedEngine["requested"];
  workers?: number;
  stack?: number;
  executor: Executor;
  slurm?: string[];
  replicates?: number;
  model?: string;
  setting?: string;
  claim?: string;
  seed: string;
  store: string;
  out: string;
  runTimeout?: number;
  checkpointEvery: number;
  yes: boolean;
  json: boolean;
}

async function runSuite(parts: Parts, args: SuiteArguments): Promise<ExitCode> {
  const suite = findSuite(parts.suites, args.id);
  requireRunnable(suite, args);
  requireExecutor(args);
  const folder = resolve(args.store);
  const lock = await lockStore(folder, commandOf(suite, args));
  try {
    return await interruptible((signals) =>
      runAndReport(parts, suite, Store.open(folder, { create: true }), args, signals),
    );
  } finally {
    await lock.release();
  }
}

const commandOf = (suite: Suite, { profile }: SuiteArguments): string =>
  `npm run suite ${suite.id}${suite.literal ? "" : ` -- --profile ${profile}`}`;

/** This machine's engine, or that of a cluster's nodes, for the time of `use`. */
async function withExecutor<T>(
  store: Store,
  args: SuiteArguments,
  signals: SignalWatch,
  use: (opened: OpenEngine | OpenCluster) => Promise<T>,
): Promise<T> {
  const wanted: WantedEngine = { requested: args.engine, stacked: args.stack !== undefined };
  if (args.executor === "workers") return withEngine(wanted, use);
  const cluster = { options: args.slurm ?? [], atOnce: args.workers };
  return withCluster(wanted, { cluster, store, seed: args.seed, signals }, use);
}

async function runAndReport(
  parts: Parts,
  suite: Suite,
  store: Store,
  args: SuiteArguments,
  signals: SignalWatch,
): Promise<ExitCode> {
  const { plan, places, wanted, cost, engine, fallback } = await withExecutor(store, args, signals, async (opened) => {
    const plan = planOf(suite, args, opened.engine.class);
    for (const line of missingData(plan)) say(line);
    const cost =
      plan.profile === "quick" && "worker" in opened
        ? await paperCost(opened.worker, store, suite, opened.engine.class, args.seed)
        : null;
    const places = placesOf(plan, opened.engine.class, args.seed);
    const isWantedHere = isWanted(suite, args);
    const wanted = places.filter(({ spec }) => isWantedHere(spec));
    await doRuns({
      opened,
      store,
      wanted,
      what: `${suite.title}: ${wanted.length} of ${places.length} runs of the ${plan.budget} budget`,
      seed: args.seed,
      workers: args.workers,
      stack: args.stack,
      checkpointMs: args.checkpointEvery,
      timeoutMs: args.runTimeout ?? null,
      signals,
      ...(!args.yes && canAsk() && { confirm: (ms) => saysYes(`That is ${duration(ms)}. Start?`, signals.signal) }),
    });
    return { plan, places, wanted, cost, engine: opened.engine, fallback: opened.choice.reason };
  });
  const runs = storedRuns(store, places);
  if (signals.received) return tellStopped(store, wanted, signals);
  const { problems } = store.list(suite.id);
  const warnings = problems.map((p) => `Unreadable file in the store: ${p.message}`);
  for (const warning of warnings) say(`Warning: ${warning}`);
  if (fallback) warnings.push(fallback);
  const { standings, warnings: unknown } = readStandings(store, places);
  warnings.push(...unknown);
  const shown = { store: args.store, command: commandOf(suite, args), paperCost: cost };
  const paper = paperOf(parts.papers, suite);
  const data = assemble({ paper, suite, plan, runs, standings, warnings, ...shown });
  const { exitCode, json } = await publish(parts, data, {
    out: resolve(args.out),
    engineClass: engine.class,
    json: args.json,
    say,
  });
  if (args.json) console.log(JSON.stringify(json));
  return exitCode;
}
