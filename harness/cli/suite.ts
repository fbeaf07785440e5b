import { resolve } from "node:path";
import type { CommandModule } from "yargs";
import { EXIT, type ExitCode, HarnessError } from "../errors.ts";
import { assemble, placesOf, storedRuns } from "../evidence.ts";
import { execute } from "../execute/execute.ts";
import { startWorker, type Worker, WorkerFailed } from "../execute/pool.ts";
import { acquireLock, type Lock } from "../lock.ts";
import { readOrigins } from "../provenance.ts";
import { isResult, type RunPlace, Store } from "../store/store.ts";
import type { Plan, Suite } from "../suite.ts";
import { chooseEngine } from "./engine-choice.ts";
import { estimate } from "./estimate.ts";
import {
  engineOption,
  findSuite,
  jsonOption,
  minutes,
  modelOption,
  outOption,
  profileOption,
  replicatesOption,
  seedOption,
  storeOption,
  wholeNumber,
  workersOption,
} from "./options.ts";
import type { Parts } from "./parts.ts";
import { isWanted, planOf, requireModel, withNeeded } from "./plan-of.ts";
import { duration, runProgress } from "./progress.ts";
import { publish } from "./publish.ts";
import { type SignalWatch, watchSignals } from "./signals.ts";

const CHECKPOINT_MS = 10_000;

export function suiteCommand(parts: Parts, finish: (code: ExitCode) => void): CommandModule {
  return {
    builder: (yargs) =>
      yargs
        .positional("id", { type: "string", describe: `One of: ${parts.suites.map((s) => s.id).join(", ")}` })
        .options({
          ...profileOption,
          ...engineOption,
          ...workersOption,
          ...replicatesOption,
          ...modelOption,
          ...seedOption,
          ...storeOption,
          ...outOption,
          "run-timeout": {
            type: "string",
            requiresArg: true,
            describe: "Minutes of training after which a run is given up",
            coerce: (value: string) => minutes("run-timeout", value),
          },
          "checkpoint-every": {
            type: "string",
            requiresArg: true,
            default: String(CHECKPOINT_MS),
            describe: "Milliseconds between checkpoints",
            coerce: (value: string) => wholeNumber("checkpoint-every", value, 1, 86_400_000),
          },
          ...jsonOption,
        })
        .example("$0 suite toy-modes", "the quick profile: minutes on a laptop")
        .example("$0 suite toy-modes -- --profile paper --workers 8", "as printed in the paper"),
    handler: async (args) => finish(await runSuite(parts, args as unknown as SuiteArguments)),
  };
}

interface SuiteArguments {
  id: string;
  profile: Plan["profile"];
  engine?: Parameters<typeof chooseEngine>[0];
  workers: number;
  replicates?: number;
  model?: string;
  seed: string;
  store: string;
  out: string;
  runTimeout?: number;
  checkpointEvery: number;
  json: boolean;
}

async function runSuite(parts: Parts, args: SuiteArguments): Promise<ExitCode> {
  const suite = findSuite(parts.suites, args.id);
  requireModel(suite, args);
  const folder = resolve(args.store);
  const lock = await lockStore(folder, commandOf(suite, args));
  const signals = watchSignals();
  try {
    const store = Store.open(folder, { create: true });
    const { plan, places, wanted, engine } = await doRuns(suite, store, args, signals);
    const runs = storedRuns(store, places);
    if (signals.received) {
      const left = wanted.filter((place) => !isDone(store, place)).length;
      say(
        `Stopped by ${signals.received}: ${left} of ${wanted.length} runs are left. Nothing is lost; run the same command again to go on.`,
      );
      return signals.exitCode;
    }
    const { problems } = store.list(suite.id);
    const warnings = problems.map((p) => `Unreadable file in the store: ${p.message}`);
    for (const warning of warnings) say(`Warning: ${warning}`);
    if (engine.fallback) warnings.push(engine.fallback);
    const data = assemble({ suite, plan, runs, warnings, command: commandOf(suite, args) });
    const { exitCode, json } = await publish(parts, data, {
      out: resolve(args.out),
      engineClass: engine.class,
      json: args.json,
      say,
    });
    if (args.json) console.log(JSON.stringify(json));
    return exitCode;
  } catch (error) {
    // Ctrl-C reaches children too (a compiler, a worker that is starting): their failure is its consequence.
    if (!signals.received || !(error instanceof HarnessError)) throw error;
    say(`Stopped by ${signals.received}. Nothing is lost; run the same command again to go on. (${error.message})`);
    return signals.exitCode;
  } finally {
    signals.stop();
    await lock.release();
  }
}

const say = (line: string): void => void process.stderr.write(`${line}\n`);

const commandOf = (suite: Suite, { profile }: SuiteArguments): string =>
  `npm run suite ${suite.id}${suite.literal ? "" : ` -- --profile ${profile}`}`;

/** Throws HarnessError that says who uses the store. */
async function lockStore(folder: string, what: string): Promise<Lock> {
  const lock = await acquireLock(folder, what);
  if (!("heldBy" in lock)) return lock;
  const { pid, since, what: held } = lock.heldBy;
  const who = pid === 0 ? "another process" : `"${held}" (process ${pid}, since ${since})`;
  throw new HarnessError(
    `The store ${folder} is in use by ${who}. Wait until it is done, or use another folder with --store.`,
    EXIT.cannotJudge,
  );
}

interface Done {
  readonly plan: Plan;
  readonly places: readonly RunPlace[];
  /** Those that were asked for now. */
  readonly wanted: readonly RunPlace[];
  /** `fallback`: why it is not the engine that was to be. */
  readonly engine: { readonly class: string; readonly fallback: string | undefined };
}

/** Does the runs that are not results yet. Leaves no worker behind, whatever happens. */
async function doRuns(suite: Suite, store: Store, args: SuiteArguments, signals: SignalWatch): Promise<Done> {
  const choice = await chooseEngine(args.engine, say);
  const { worker, engine } = await startWorker(choice, 1);
  try {
    say(`Engine: ${engine.class} (${engine.device}; ${engine.reason}).`);
    const plan = planOf(suite, args, engine.class);
    const places = placesOf(plan, engine.class, args.seed);
    const wanted = places.filter(({ spec }) => isWanted(spec, args));
    const undone = wanted.filter((place) => !isDone(store, place));
    const pending = withNeeded(undone).filter((place) => undone.includes(place) || !isDone(store, place));
    const needed = pending.length - undone.length;
    say(
      `${suite.title}: ${wanted.length} of ${places.length} runs of the ${plan.budget} budget, ${wanted.length - undone.length} already stored.${needed > 0 ? ` ${needed} runs that they start from are done first.` : ""}`,
    );
    const specs = pending.map((place) => place.spec);
    const origins = await readOrigins(specs, args.seed);
    signals.signal.addEventListener("abort", () => worker.stop());
    if (specs.some(({ updates }) => updates > 0) && !signals.signal.aborted)
      await tellTime(worker, pending, args, signals);
    const progress = runProgress(specs, wanted.length - undone.length, say);
    try {
      await execute({
        runs: pending,
        store,
        engine,
        choice,
        first: worker.alive ? worker : undefined,
        workers: args.workers,
        origins,
        checkpointMs: args.checkpointEvery,
        timeoutMs: args.runTimeout ?? null,
        signal: signals.signal,
        onEvent: progress.on,
      });
    } finally {
      progress.stop();
    }
    return { plan, places, wanted, engine: { class: engine.class, fallback: choice.reason } };
  } finally {
    worker.stop();
    await worker.gone();
  }
}

/** Whether a run has its result; a checkpoint that a kill left beside it is of no more use. */
function isDone(store: Store, place: RunPlace): boolean {
  const stored = store.read(place);
  if (!stored || !isResult(stored.record)) return false;
  store.dropCheckpoint(place);
  return true;
}

/** An estimate is a courtesy: a model that fails in it is met again, and recorded, when its runs are done. */
async function tellTime(
  worker: Worker,
  runs: readonly RunPlace[],
  { seed, workers }: SuiteArguments,
  signals: SignalWatch,
): Promise<void> {
  try {
    const ms = await estimate(worker, runs, seed, workers);
    say(`About ${duration(ms)} on ${Math.min(workers, runs.length)} workers.`);
  } catch (error) {
    if (!(error instanceof WorkerFailed)) throw error;
    if (!signals.received) say(`The time it takes cannot be estimated: ${error.message}.`);
  }
}
