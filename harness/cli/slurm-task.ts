/** What a job array of --executor slurm starts on a node: one run. */
import { resolve } from "node:path";
import type { Suite } from "../contract/suite.ts";
import { interruptible } from "../execute/do-runs.ts";
import { slurmTask } from "../execute/slurm/task.ts";
import { wholeNumber } from "./options.ts";
import { type LoadedVerb, verb } from "./verb.ts";

export function slurmTaskCommand(suites: () => Promise<readonly Suite[]>): LoadedVerb {
  return verb({
    positionals: {
      file: { required: true, describe: "batch.json in the store" },
      index: { required: true, describe: "Of the run in it" },
    },
    options: {},
    async run(args) {
      const { file, index } = args;
      const task = wholeNumber("index", index, 0, Number.MAX_SAFE_INTEGER);
      const code = await interruptible(async (signals) => {
        await suites(); // the code of the run's suite is a part of its record
        await slurmTask(resolve(file), task, signals);
        return signals.exitCode;
      });
      return code;
    },
  });
}
