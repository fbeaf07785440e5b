/** The verb that copies the runs of another store into this one. */
import { existsSync, realpathSync } from "node:fs";
import { resolve } from "node:path";
import { PROFILES, type Profile } from "../contract/profiles.ts";
import type { Suite } from "../contract/suite.ts";
import { EXIT, type ExitCode, HarnessError, unknownName } from "../errors.ts";
import { lockStore } from "../execute/do-runs.ts";
import { type Collected, collect } from "../store/collect.ts";
import { suitesIn } from "../store/layout.ts";
import { Store } from "../store/store.ts";
import { say } from "../terminal/output.ts";
import { workProgress } from "../terminal/progress.ts";
import { watchSignals } from "../terminal/signals.ts";
import { collectedText } from "./collect-text.ts";
import { jsonOption, notEmpty, oneOf } from "./options.ts";
import type { Wiring } from "./parts.ts";
import { type LoadedVerb, verb } from "./verb.ts";

interface CollectArguments {
  readonly id?: string;
  readonly from?: string;
  readonly into: string;
  readonly profile?: Profile;
  readonly withoutWeights: boolean;
  readonly weightsOf?: readonly string[];
  readonly captured: boolean;
  readonly json: boolean;
}

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
    epilogue: EPILOGUE,
    run: (args) => collectInto(suites, args),
  });
}

const EPILOGUE = `Every run is checked before it is copied: schema, checksum, key, place, the chain of its store, and size and SHA-256 of its files. Finished and diverged runs are copied byte for byte, with the findings of revalidate (a newer finding in --into stays). Runs that crashed, timed out or have not ended are counted and left, as are stores inside the store (candidates/, reproductions/, times/). A run that --into already has with the same bits (end, weights, metrics, draws, arrays, state after the first updates) is skipped; weights that were left behind earlier are added. A run with other bits is listed with the values of both sides; nothing is overwritten. Runs that the selected ones start from are copied too. After an interruption run the same command again.

Exit code 3: a run failed a check or has other bits in --into, or files of the other store were altered or deleted; all other runs are copied.

--json prints one object: from, into (folders), runs (selected results), taken [{key, path, file, state, weights: brought | left-behind | none}], alreadyHere, weightsAdded [file], revalidations, unsealed, left {crashed, timedOut, underWay, setAside}, notTaken [{kind, file, message}], differing [{key, path, file, differences [{what, here, there}]}], problems [{kind, file, message}], unknownKeys [key], chained, remaining, stopped (name of a signal, or null). file is the path of a record below either store.`;

function keysOf(value: string): string[] {
  const keys = value.split(",");
  const wrong = keys.find((key) => !/^[0-9a-f]{8,64}$/.test(key));
  if (wrong !== undefined)
    throw new HarnessError(
      `--weights-of takes run keys of 8 to 64 hexadecimal digits, separated by commas, got "${wrong}". The file name of a record contains its key: replicate=0.<key>.json.`,
    );
  return keys;
}

async function collectInto(suites: () => Promise<readonly Suite[]>, args: CollectArguments): Promise<ExitCode> {
  const { withoutWeights, weightsOf = [], captured, id: suite, profile } = args;
  if (weightsOf.length > 0 && !withoutWeights)
    throw new HarnessError(
      "--weights-of is for --without-weights: otherwise all weights are copied. Give both options, or neither.",
    );
  if (args.from === undefined)
    throw new HarnessError("--from is missing. Name the store to copy runs from: npm run collect -- --from STORE.");
  const from = Store.open(resolve(args.from), { create: false, option: "--from" });
  const folder = resolve(args.into);
  if (existsSync(folder) && realpathSync(folder) === realpathSync(from.folder))
    throw new HarnessError(`--from and --into are the same store: ${folder}. Name two.`);
  if (suite !== undefined) requireSuite(suite, await suites(), from.folder);
  const lock = await lockStore(folder, `npm run collect -- --from ${args.from}`, "--into");
  const signals = watchSignals("the current run is copied to its end");
  const progress = workProgress(say);
  try {
    const into = Store.open(folder, { create: true, option: "--into" });
    const collected = await collect({
      ...{ from, into, suite, profile, withoutWeights, weightsOf, captured, signal: signals.signal },
      onProgress: (what, done, total) => total >= MANY && progress.update(what, done / total),
    });
    progress.stop();
    tell(collected, { args, from, into, stopped: signals.received ?? null });
    return signals.received ? signals.exitCode : isWell(collected) ? EXIT.done : EXIT.cannotJudge;
  } finally {
    progress.stop();
    signals.stop();
    await lock.release();
  }
}

/** A store may hold runs of suites that this version lacks. */
function requireSuite(id: string, suites: readonly Suite[], store: string): void {
  const known = [...new Set([...suites.map((suite) => suite.id), ...suitesIn(store)])];
  if (!known.includes(id)) throw unknownName("suite", id, known);
}

const isWell = ({ notTaken, differing, problems }: Collected): boolean =>
  notTaken.length + differing.length + problems.length === 0;

interface Context {
  readonly args: CollectArguments;
  readonly from: Store;
  readonly into: Store;
  readonly stopped: string | null;
}

function tell(collected: Collected, { args, from, into, stopped }: Context): void {
  for (const key of collected.unknownKeys) say(`Warning: no selected run has the key ${key} of --weights-of.`);
  if (args.json) console.log(JSON.stringify({ from: from.folder, into: into.folder, ...collected, stopped }));
  else for (const line of collectedText(collected, from.folder, into.folder)) console.log(line);
  if (stopped !== null)
    say(`Stopped by ${stopped} with ${collected.remaining} runs left. Run the same command again to resume.`);
}

/** The smallest number of runs for which progress is shown. */
const MANY = 100;
