/** Finds the first revision whose runs of a suite are REGRESSED against those of a good one. */

import { firstBad } from "../bisect/first-bad.ts";
import { printFirstBad } from "../bisect/text.ts";
import {
  engineOption,
  findSuite,
  jsonOption,
  notEmpty,
  profileOption,
  replicatesOption,
  seedOption,
  storeOption,
  workersOption,
} from "./options.ts";
import type { Parts } from "./parts.ts";
import { type LoadedVerb, verb } from "./verb.ts";

export function bisectCommand(parts: Parts): LoadedVerb {
  return verb({
    positionals: { id: { required: true, describe: `One of: ${parts.suites.map((s) => s.id).join(", ")}` } },
    options: {
      good: {
        type: "string",
        demandOption: true,
        describe: "A revision whose runs are as they should be",
        coerce: (value: string) => notEmpty("good", value),
      },
      bad: {
        type: "string",
        default: "HEAD",
        describe: "A later one that is REGRESSED against it",
        coerce: (value: string) => notEmpty("bad", value),
      },
      slot: {
        type: "string",
        describe: "The only slot whose runs are done and judged; without it all of the suite",
        coerce: (value: string) => notEmpty("slot", value),
      },
      ...profileOption,
      ...engineOption,
      ...workersOption,
      ...replicatesOption,
      ...seedOption,
      ...storeOption,
      ...jsonOption,
    },
    examples: [[`$0 bisect ${parts.example.suite} -- --good v1 --bad HEAD`, "which commit made it worse"]],
    epilogue:
      "Each revision does the runs by its own code in a worktree; revisions of equal sources and lockfile share them. Followed is what is REGRESSED at --bad. What cannot run or stays INCONCLUSIVE is neither good nor bad: it is passed over, and may remain as a suspect. Stopped, it goes on where it was.",
    async run(args) {
      const suite = findSuite(parts.suites, args.id);
      return await firstBad(suite, args, (found) => printFirstBad(found, args.json));
    },
  });
}
