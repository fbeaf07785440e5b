/** Brings the runs of another store into this one. */
import { existsSync, realpathSync } from "node:fs";
import { resolve } from "node:path";
import type { CommandModule } from "yargs";
import { EXIT, type ExitCode, HarnessError, unknownName } from "../errors.ts";
import { PROFILES, type Profile } from "../profiles.ts";
import { type Collected, collect, type DifferingRun } from "../store/collect.ts";
import { suitesIn } from "../store/layout.ts";
import { Store } from "../store/store.ts";
import type { Suite } from "../suite.ts";
import { lockStore } from "./do-runs.ts";
import { jsonOption, notEmpty, oneOf } from "./options.ts";
import { say } from "./output.ts";
import { workProgress } from "./progress.ts";
import { watchSignals } from "./signals.ts";

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

/** `suites` is called where a suite is named only: without one no suite has to be loaded. */
export function collectCommand(
  suites: () => Promise<readonly Suite[]>,
  finish: (code: ExitCode) => void,
): CommandModule {
  return {
    builder: (yargs) =>
      yargs
        .positional("id", { type: "string", describe: "Only runs of this suite, and those that they start from" })
        .options({
          from: {
            type: "string",
            requiresArg: true,
            describe: "Needed: folder of the other store, which is only read and may be in use",
            coerce: (value: string) => notEmpty("from", value),
          },
          into: {
            type: "string",
            requiresArg: true,
            default: "runs",
            describe: "Folder of the store that gets the runs",
            coerce: (value: string) => notEmpty("into", value),
          },
          profile: {
            type: "string",
            requiresArg: true,
            describe: "Only runs of this profile, and those that they start from",
            coerce: (value: string) => oneOf("profile", value, PROFILES),
          },
          "without-weights": {
            type: "boolean",
            default: false,
            describe: "Leave weights, events and pictures behind; the chain then says so",
          },
          "weights-of": {
            type: "string",
            requiresArg: true,
            describe: "With --without-weights: run keys, or their first 8 digits and more, whose weights are brought",
            coerce: keysOf,
          },
          captured: {
            type: "boolean",
            default: false,
            describe: "Refuse finished runs of tensorflow whose step ran operation by operation: they are named",
          },
          ...jsonOption,
        })
        .example("$0 collect -- --from /mnt/cluster/runs", "the runs of another machine")
        .example(
          "$0 collect toy-modes -- --from ../other/runs --into reports/evidence --without-weights",
          "records and arrays, as they are kept in git",
        )
        .epilogue(EPILOGUE),
    handler: async (raw) => finish(await collectInto(suites, raw as unknown as CollectArguments)),
  };
}

const EPILOGUE = `Each run is checked first: schema, checksum, key, place, the chain of its store, and the SHA-256 of its files. Finished and diverged runs are brought, byte for byte, with what revalidate found of them; a newer finding here stays. Runs that crashed, timed out or are under way are left, as are stores below the store (candidates/, reproductions/, times/). A run that is here with the same bits (end, weights, metrics, draws, arrays, state of the first updates) is skipped; weights that were left behind are added to it. One with other bits is named on both sides, and nothing is overwritten. Interrupted, it goes on when the same command is run again.

Exit code 3: a run was not taken or has other bits, or the other store is not what was stored.

--json prints one object: from, into (folders), runs (results asked for), taken [{key, path, file, state, weights: brought | left-behind | none}], alreadyHere, weightsAdded [file], revalidations, unsealed, left {crashed, timedOut, underWay, setAside}, notTaken [{kind, file, message}], differing [{key, path, file, differences [{what, here, there}]}], problems [{kind, file, message}], unknownKeys [key], chained, remaining, stopped (a signal's name or null). A file is a record, from the folder of either store.`;

function keysOf(value: string): string[] {
  const keys = value.split(",");
  const wrong = keys.find((key) => !/^[0-9a-f]{8,64}$/.test(key));
  if (wrong !== undefined)
    throw new HarnessError(
      `--weights-of takes run keys, or at least their first 8 hexadecimal digits, with commas between them; "${wrong}" is none. They are in the names of the runs' files: replicate=0.<key>.json.`,
    );
  return keys;
}

async function collectInto(suites: () => Promise<readonly Suite[]>, args: CollectArguments): Promise<ExitCode> {
  const { withoutWeights, weightsOf = [], captured, id: suite, profile } = args;
  if (weightsOf.length > 0 && !withoutWeights)
    throw new HarnessError(
      "--weights-of is for --without-weights: without it all weights are brought. Give both, or none.",
    );
  if (args.from === undefined)
    throw new HarnessError("Name the store whose runs are to be brought here: npm run collect -- --from STORE.");
  const from = Store.open(resolve(args.from), { create: false, option: "--from" });
  const folder = resolve(args.into);
  if (existsSync(folder) && realpathSync(folder) === realpathSync(from.folder))
    throw new HarnessError(`--from and --into are the same store: ${folder}. Name two.`);
  if (suite !== undefined) requireSuite(suite, await suites(), from.folder);
  const lock = await lockStore(folder, `npm run collect -- --from ${args.from}`, "--into");
  const signals = watchSignals("the run at hand is brought to its end");
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

/** A store may hold runs of suites that this version has not. */
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
  for (const key of collected.unknownKeys)
    say(`Warning: no run that was asked for has the key ${key}: its weights were not brought.`);
  if (args.json) console.log(JSON.stringify({ from: from.folder, into: into.folder, ...collected, stopped }));
  else for (const line of text(collected, from.folder, into.folder)) console.log(line);
  if (stopped !== null)
    say(`Stopped by ${stopped}: ${collected.remaining} runs were not looked at. Run the same command again to go on.`);
}

function* text(collected: Collected, from: string, into: string): Generator<string> {
  const { runs, taken, alreadyHere, weightsAdded, revalidations, unsealed, left, notTaken, differing } = collected;
  const without = taken.filter(({ weights }) => weights === "left-behind").length;
  yield `${from}: ${runs} runs; ${taken.length} brought into ${into}, ${alreadyHere} were there with the same bits.`;
  const notes = [
    ...(without > 0 ? [`${without} were brought without their weights`] : []),
    ...(weightsAdded.length > 0 ? [`weights were added to ${weightsAdded.length} that were there`] : []),
    ...(revalidations > 0 ? [`${revalidations} findings of revalidate were brought`] : []),
    ...(unsealed > 0 ? [`${unsealed} are by an older version, without a checksum`] : []),
    ...(collected.chained ? [] : ["the other store has no chain: nobody can say whether a run of it is missing"]),
  ];
  for (const note of notes) yield `  ${note}`;
  const others = [
    ...(left.crashed > 0 ? [`${left.crashed} crashed`] : []),
    ...(left.timedOut > 0 ? [`${left.timedOut} timed out`] : []),
    ...(left.underWay > 0 ? [`${left.underWay} under way`] : []),
    ...(left.setAside > 0 ? [`${left.setAside} that were set aside here`] : []),
  ];
  if (others.length > 0) yield `Left: ${others.join(", ")}.`;
  for (const { file, message } of notTaken) yield `NOT TAKEN  ${file}: ${message}.`;
  for (const run of differing) yield* differs(run, from, into);
  for (const { kind, file, message } of collected.problems)
    yield `${kind.toUpperCase().padEnd(10)} ${file}: ${message}.`;
}

/** Of fewer runs no progress is shown. */
const MANY = 100;
/** So many differences of a run are printed; --json has all. */
const SHOWN = 4;

function* differs({ file, differences }: DifferingRun, from: string, into: string): Generator<string> {
  const more = differences.length > SHOWN ? `, and ${differences.length - SHOWN} more` : "";
  const side = (which: "here" | "there"): string =>
    differences
      .slice(0, SHOWN)
      .map((difference) => `${difference.what} ${shortened(difference[which])}`)
      .join(", ");
  yield `DIFFERENT  ${file}: both stores have a result, with other bits. Neither was changed.`;
  yield `  ${into}: ${side("here")}${more}`;
  yield `  ${from}: ${side("there")}${more}`;
}

const shortened = (value: string): string => (value.length > 24 ? `${value.slice(0, 23)}…` : value);
