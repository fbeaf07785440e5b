/** The verb that copies the runs of another store into this one. */
import { collectInto } from "../collect/collect-into.ts";
import { COLLECT_HELP, collectedText } from "../collect/text.ts";
import { PROFILES } from "../contract/profiles.ts";
import { EXIT, HarnessError } from "../errors.ts";
import type { Collected } from "../store/collect.ts";
import { say } from "../terminal/output.ts";
import { jsonOption, notEmpty, oneOf } from "./options.ts";
import type { Wiring } from "./parts.ts";
import { type LoadedVerb, verb } from "./verb.ts";

/** Calls `suites` only if a suite is named, to avoid loading suites needlessly. */
export function collectCommand({ suites, mainSuite = "<suite>" }: Pick<Wiring, "suites" | "mainSuite">): LoadedVerb {
  return verb({
    positionals: { id: { describe: "Only runs of this suite, and the runs they start from" } },
    options: {
      from: {
        type: "string",
        describe: "Required: folder of the other store; it is only read and may be in use",
        coerce: (value: string) => notEmpty("from", value),
      },
      into: {
        type: "string",
        default: "runs",
        describe: "Folder of the store that receives the runs",
        coerce: (value: string) => notEmpty("into", value),
      },
      profile: {
        type: "string",
        describe: "Only runs of this profile, and the runs they start from",
        coerce: (value: string) => oneOf("profile", value, PROFILES),
      },
      "without-weights": {
        type: "boolean",
        default: false,
        describe: "Copy no weights, event files and pictures; the chain records it, and verify accepts it",
      },
      "weights-of": {
        type: "string",
        describe: "With --without-weights: run keys (8 digits or more, comma-separated) whose weights are copied",
        coerce: keysOf,
      },
      captured: {
        type: "boolean",
        default: false,
        describe: "Refuse finished runs of tensorflow whose step ran operation by operation: they are named",
      },
      ...jsonOption,
    },
    examples: [
      ["$0 collect -- --from /mnt/cluster/runs", "runs of another machine"],
      [
        `$0 collect ${mainSuite} -- --from ../other/runs --into reports/evidence --without-weights`,
        "records and arrays, for a store in git",
      ],
    ],
    epilogue: COLLECT_HELP,
    async run(args) {
      const { collected, from, into, stopped } = await collectInto(suites, args);
      for (const key of collected.unknownKeys) say(`Warning: no selected run has the key ${key} of --weights-of.`);
      if (args.json) console.log(JSON.stringify({ from, into, ...collected, stopped: stopped?.signal ?? null }));
      else for (const line of collectedText(collected, from, into)) console.log(line);
      if (!stopped) return isWell(collected) ? EXIT.done : EXIT.cannotJudge;
      say(`Stopped by ${stopped.signal} with ${collected.remaining} runs left. Run the same command again to resume.`);
      return stopped.exitCode;
    },
  });
}

function keysOf(value: string): string[] {
  const keys = value.split(",");
  const wrong = keys.find((key) => !/^[0-9a-f]{8,64}$/.test(key));
  if (wrong !== undefined)
    throw new HarnessError(
      `--weights-of takes run keys of 8 to 64 hexadecimal digits, separated by commas, got "${wrong}". The file name of a record contains its key: replicate=0.<key>.json.`,
    );
  return keys;
}

const isWell = ({ notTaken, differing, problems }: Collected): boolean =>
  notTaken.length + differing.length + problems.length === 0;
