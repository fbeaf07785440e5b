import { availableParallelism } from "node:os";
import type { CommandModule } from "yargs";
import type { EngineId } from "../engine/engine.ts";
import type { ExitCode } from "../errors.ts";
import { placesOf } from "../evidence.ts";
import { startWorker } from "../execute/pool.ts";
import { schedule } from "../execute/schedule.ts";
import type { Profile } from "../run.ts";
import { chooseEngine } from "./engine-choice.ts";
import { stepTimes, trainingMs } from "./estimate.ts";
import {
  engineOption,
  findSuite,
  jsonOption,
  modelOption,
  profileOption,
  replicatesOption,
  seedOption,
  stackOption,
  workersOption,
} from "./options.ts";
import type { Parts } from "./parts.ts";
import { isWanted, planOf, requireRunnable, withNeeded } from "./plan-of.ts";
import { duration } from "./progress.ts";

/** What a suite would run and how long it takes, from step times measured now. */
export function planCommand(parts: Parts, finish: (code: ExitCode) => void): CommandModule {
  return {
    builder: (yargs) =>
      yargs.positional("id", { type: "string" }).options({
        ...profileOption,
        ...engineOption,
        ...workersOption,
        ...stackOption,
        ...replicatesOption,
        ...modelOption,
        ...seedOption,
        ...jsonOption,
      }),
    handler: async (raw) => {
      const args = raw as unknown as {
        id: string;
        profile: Profile;
        engine?: EngineId;
        workers?: number;
        stack?: number;
        replicates?: number;
        model?: string;
        seed: string;
        json: boolean;
      };
      const suite = findSuite(parts.suites, args.id);
      requireRunnable(suite, args);
      const say = (line: string): void => void process.stderr.write(`${line}\n`);
      const { worker, engine } = await startWorker(
        await chooseEngine({ requested: args.engine, stacked: args.stack !== undefined }, say),
        1,
      );
      try {
        const plan = planOf(suite, args, engine.class);
        const { budget, scope } = plan;
        const wanted = placesOf(plan, engine.class, args.seed).filter(({ spec }) => isWanted(spec, args));
        const places = withNeeded(wanted);
        const runs = places.map(({ spec }) => spec);
        const times = await stepTimes(worker, places, args.seed);
        const { workers, line } = schedule({
          runs: places,
          cores: availableParallelism(),
          wanted: args.workers,
          engineClass: engine.class,
          stack: args.stack,
        });
        const ms = runs.reduce((sum, spec) => sum + trainingMs(spec, times), 0);
        if (args.json) {
          console.log(
            JSON.stringify({ suite: suite.id, budget, engine, runs, stepMs: Object.fromEntries(times), totalMs: ms }),
          );
        } else {
          console.log(`${suite.title}, budget ${budget}, engine ${engine.class}. ${scope}`);
          for (const spec of runs)
            console.log(
              `  ${spec.path}  ${spec.updates === 0 ? "no training" : `${spec.updates} updates, about ${duration(trainingMs(spec, times))}`}`,
            );
          for (const [kind, time] of times) console.log(`Step of ${kind}: ${time.toFixed(2)} ms`);
          console.log(
            `In all about ${duration(ms)} of training on one core, ${duration(ms / workers)} as scheduled here: ${line}`,
          );
        }
      } finally {
        worker.stop();
        await worker.gone();
      }
      finish(0);
    },
  };
}
