import { resolve } from "node:path";
import { paperOf } from "../contract/paper.ts";
import { CHECKPOINT_MS } from "../execute/do-runs.ts";
import { runSuite } from "../execute/run-suite.ts";
import { say } from "../terminal/output.ts";
import {
  claimOption,
  engineOption,
  executorOptions,
  findSuite,
  jsonOption,
  minutes,
  modelOption,
  outOption,
  profileOption,
  replicatesOption,
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
    async run(args) {
      const suite = findSuite(parts.suites, args.id);
      return runSuite(suite, paperOf(parts.papers, suite), args, async (data, engineClass) => {
        const { exitCode, json } = await publish(parts, data, {
          out: resolve(args.out),
          engineClass,
          json: args.json,
          say,
        });
        if (args.json) console.log(JSON.stringify(json));
        return exitCode;
      });
    },
  });
}
