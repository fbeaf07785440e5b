/** Runs of a suite and its report. */
import { resolve } from "node:path";
import type { Paper } from "../contract/paper.ts";
import type { Suite } from "../contract/suite.ts";
import type { ExitCode } from "../errors.ts";
import { paperCost } from "../plan/paper-cost.ts";
import { missingData, placesOf } from "../plan/places.ts";
import { isWanted, type PlanChoice, planOf, requireRunnable } from "../plan/plan-of.ts";
import { Store } from "../store/store.ts";
import { canAsk, saysYes } from "../terminal/ask.ts";
import { say } from "../terminal/output.ts";
import { duration } from "../terminal/progress.ts";
import type { SignalWatch } from "../terminal/signals.ts";
import { assemble } from "../verdict/assemble.ts";
import { evidenceRuns } from "../verdict/measured-again.ts";
import type { ReportData } from "../verdict/report-data.ts";
import { readStandings } from "../verdict/standings.ts";
import { doRuns, interruptible, lockStore, type OpenCluster, tellStopped, withCluster } from "./do-runs.ts";
import type { WantedEngine } from "./engine-choice.ts";
import { type Executor, requireExecutor } from "./executor.ts";
import { type OpenEngine, withEngine } from "./open-engine.ts";

/** The options of `suite`. Paths are relative to the current folder. */
export interface SuiteOptions extends PlanChoice {
  readonly engine?: WantedEngine["requested"];
  readonly workers?: number;
  readonly stack?: number;
  readonly executor: Executor;
  /** Options of sbatch. */
  readonly slurm?: readonly string[];
  readonly store: string;
  /** Milliseconds. */
  readonly runTimeout?: number;
  /** Milliseconds. */
  readonly checkpointEvery: number;
  readonly yes: boolean;
}
/** Takes the report data and the engine class of the runs; resolves to the exit code. */
type Publish = (data: ReportData, engineClass: string) => Promise<ExitCode>;

/**
 * Does the runs of a suite that are not stored yet, and hands its report to `publish`; resolves to the exit code. Throws
 * HarnessError for options that select no run, a store in use, and runs that cannot start.
 * @param paper null for a suite of no paper
 */
export async function runSuite(
  suite: Suite,
  paper: Paper | null,
  args: SuiteOptions,
  publish: Publish,
): Promise<ExitCode> {
  requireRunnable(suite, args);
  requireExecutor(args);
  const folder = resolve(args.store);
  const lock = await lockStore(folder, commandOf(suite, args));
  try {
    return await interruptible((signals) =>
      runAndReport(suite, paper, Store.open(folder, { create: true }), args, signals, publish),
    );
  } finally {
    await lock.release();
  }
}

const commandOf = (suite: Suite, { profile }: SuiteOptions): string =>
  `npm run suite ${suite.id}${suite.literal ? "" : ` -- --profile ${profile}`}`;

/** This machine's engine, or that of a cluster's nodes, for the time of `use`. */
async function withExecutor<T>(
  store: Store,
  args: SuiteOptions,
  signals: SignalWatch,
  use: (opened: OpenEngine | OpenCluster) => Promise<T>,
): Promise<T> {
  const wanted: WantedEngine = { requested: args.engine, stacked: args.stack !== undefined };
  if (args.executor === "workers") return withEngine(wanted, use);
  const cluster = { options: args.slurm ?? [], atOnce: args.workers };
  return withCluster(wanted, { cluster, store, seed: args.seed, signals }, use);
}

async function runAndReport(
  suite: Suite,
  paper: Paper | null,
  store: Store,
  args: SuiteOptions,
  signals: SignalWatch,
  publish: Publish,
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
  if (signals.received) return tellStopped(store, wanted, signals);
  const { problems } = store.list(suite.id);
  const warnings = problems.map((p) => `Unreadable file in the store: ${p.message}`);
  for (const warning of warnings) say(`Warning: ${warning}`);
  if (fallback) warnings.push(fallback);
  const { standings, warnings: unknown } = readStandings(store, places);
  const { runs, warnings: again } = evidenceRuns(store, places);
  warnings.push(...unknown, ...again);
  const shown = { store: args.store, command: commandOf(suite, args), paperCost: cost };
  const data = assemble({ paper, suite, plan, runs, standings, warnings, ...shown });
  return publish(data, engine.class);
}
