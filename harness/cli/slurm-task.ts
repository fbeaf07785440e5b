/** What a job array of --executor slurm starts on a node: one run. */
import { resolve } from "node:path";
import type { CommandModule } from "yargs";
import type { Suite } from "../contract/suite.ts";
import type { ExitCode } from "../errors.ts";
import { interruptible } from "../execute/do-runs.ts";
import { slurmTask } from "../execute/slurm/task.ts";
import { wholeNumber } from "./options.ts";

export function slurmTaskCommand(
  suites: () => Promise<readonly Suite[]>,
  finish: (code: ExitCode) => void,
): CommandModule {
  return {
    builder: (yargs) =>
      yargs
        .positional("file", { type: "string", describe: "batch.json in the store" })
        .positional("index", { type: "string", describe: "Of the run in it" }),
    handler: async (raw) => {
      const { file, index } = raw as unknown as { file: string; index: string };
      const task = wholeNumber("index", index, 0, Number.MAX_SAFE_INTEGER);
      const code = await interruptible(async (signals) => {
        await suites(); // the code of the run's suite is a part of its record
        await slurmTask(resolve(file), task, signals);
        return signals.exitCode;
      });
      finish(code);
    },
  };
}
