import { resolve } from "node:path";
import type { CommandModule } from "yargs";
import { EXIT, type ExitCode, HarnessError } from "../errors.ts";
import { assemble, placesOf, storedRuns } from "../evidence.ts";
import { execute, isResult } from "../execute/execute.ts";
import { startWorker } from "../execute/pool.ts";
import { acquireLock } from "../lock.ts";
import { readOrigin } from "../provenance.ts";
import { Store } from "../store/store.ts";
import type { Plan } from "../suite.ts";
import { chooseEngine } from "./engine-choice.ts";
import { estimate } from "./estimate.ts";
import {
  engineOption,
  findSuite,
  outOption,
  profileOption,
  replicatesOption,
  seedOption,
  storeOption,
  wholeNumber,
  workersOption,
} from "./options.ts";
import { duration, runProgress } from "./progress.ts";
import { publish } from "./publish.ts";
import type { Parts } from "./run-cli.ts";
import { watchSignals } from "./signals.ts";

const CHECKPOINT_MS = 10_000;

export function suiteCommand(parts: Parts, finish: (code: ExitCode) => void): CommandModule {
  return {
    command: "suite <id>",
    describe: "Do a suite's runs that are not stored yet, then write its report",
    builder: (yargs) =>
      yargs
        .positional("id", { type: "string", describe: `One of: ${parts.suites.map((s) => s.id).join(", ")}` })
        .options({
          ...profileOption,
          ...engineOption,
          ...workersOption,
          ...replicatesOption,
          ...seedOption,
          ...storeOption,
          ...outOption,
          "run-timeout": {
            type: "string",
            describe: "Minutes of training after which a run is given up",
            coerce: (value: string) => wholeNumber("run-timeout", value, 1, 1_000_000) * 60_000,
          },
          "checkpoint-every": {
            type: "string",
            default: String(CHECKPOINT_MS),
            describe: "Milliseconds between checkpoints",
            coerce: (value: string) => wholeNumber("checkpoint-every", value, 1, 86_400_000),
          },
          json: { type: "boolean", default: false, describe: "Print the result as JSON on standard output" },
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
  seed: string;
  store: string;
  out: string;
  runTimeout?: number;
  checkpointEvery: number;
  json: boolean;
}

async function runSuite(parts: Parts, args: SuiteArguments): Promise<ExitCode> {
  const suite = findSuite(parts.suites, args.id);
  const say = (line: string): void => void process.stderr.write(`${line}\n`);
  const store = Store.open(resolve(args.store), { create: true });
  const lock = await acquireLock(store.folder, `npm run suite ${suite.id} -- --profile ${args.profile}`);
  if ("heldBy" in lock) {
    const { pid, since, what } = lock.heldBy;
    throw new HarnessError(
      `The store ${store.folder} is in use by "${what}" (process ${pid}, since ${since}). Wait until it is done, or use another folder with --store.`,
      EXIT.cannotJudge,
    );
  }
  const signals = watchSignals();
  try {
    const choice = await chooseEngine(args.engine, say);
    const { worker, engine } = await startWorker(choice, 1);
    say(`Engine: ${engine.class} (${engine.device}; ${engine.reason}).`);
    const origin = await readOrigin(process.cwd(), args.seed);
    const options = { rootSeed: args.seed, ...(args.replicates === undefined ? {} : { replicates: args.replicates }) };
    const plan = suite.plan(args.profile, engine.class, options);
    const places = placesOf(plan, engine.class, args.seed);
    const pending = places.filter((place) => {
      const stored = store.read(place);
      return !stored || !isResult(stored.record);
    });
    const done = places.length - pending.length;
    say(`${suite.title}: ${plan.runs.length} runs of the ${plan.budget} budget, ${done} already stored.`);
    if (pending.length > 0 && !signals.signal.aborted) {
      const ms = await estimate(
        worker,
        pending.map((p) => p.spec),
        args.seed,
        args.workers,
      );
      say(`About ${duration(ms)} on ${Math.min(args.workers, pending.length)} workers.`);
    }
    const progress = runProgress(
      pending.map((p) => p.spec),
      done,
      say,
    );
    try {
      const { workers, runTimeout: timeoutMs = null, checkpointEvery: checkpointMs } = args;
      const { signal } = signals;
      await execute({
        runs: pending,
        store,
        engine,
        choice,
        first: worker,
        workers,
        origin,
        checkpointMs,
        timeoutMs,
        signal,
        onEvent: progress.on,
      });
    } finally {
      progress.stop();
    }
    if (signals.received) {
      const left = places.length - storedRuns(store, places).length;
      say(
        `Stopped by ${signals.received}: ${left} of ${places.length} runs are left. Nothing is lost; run the same command again to go on.`,
      );
      return signals.exitCode;
    }
    const runs = storedRuns(store, places);
    const { problems } = store.list(suite.id);
    const warnings = [
      ...problems.map((p) => `Unreadable file in the store: ${p.message}`),
      ...(choice.reason ? [choice.reason] : []),
    ];
    const command = `npm run suite ${suite.id} -- --profile ${args.profile}`;
    const data = assemble({ suite, plan, runs, warnings, command });
    const { exitCode } = await publish(parts, data, {
      out: resolve(args.out),
      engineClass: engine.class,
      json: args.json,
      say,
    });
    return exitCode;
  } finally {
    signals.stop();
    await lock.release();
  }
}
