/** A collect: the runs of another store, copied into this one under its lock. */
import { existsSync, realpathSync } from "node:fs";
import { resolve } from "node:path";
import type { Profile } from "../contract/profiles.ts";
import type { Suite } from "../contract/suite.ts";
import { type ExitCode, HarnessError, unknownName } from "../errors.ts";
import { lockStore } from "../execute/do-runs.ts";
import { type Collected, collect } from "../store/collect.ts";
import { suitesIn } from "../store/layout.ts";
import { Store } from "../store/store.ts";
import { say } from "../terminal/output.ts";
import { workProgress } from "../terminal/progress.ts";
import { watchSignals } from "../terminal/signals.ts";

export interface CollectIntoOptions {
  readonly id?: string;
  readonly from?: string;
  readonly into: string;
  readonly profile?: Profile;
  readonly withoutWeights: boolean;
  readonly weightsOf?: readonly string[];
  readonly captured: boolean;
}

export interface CollectedInto {
  readonly collected: Collected;
  /** Folders of the stores. */
  readonly from: string;
  readonly into: string;
  /** The signal that ended it early, and its exit code. */
  readonly stopped: { readonly signal: string; readonly exitCode: ExitCode } | null;
}

/** The smallest number of runs for which progress is shown. */
const MANY = 100;

/**
 * Copies the runs of one store into another. The first signal ends it after the current run. Calls `suites` only if a suite
 * is named. Throws HarnessError for options that do not fit each other and for stores that cannot be used.
 */
export async function collectInto(
  suites: () => Promise<readonly Suite[]>,
  args: CollectIntoOptions,
): Promise<CollectedInto> {
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
      from,
      into,
      suite,
      profile,
      withoutWeights,
      weightsOf,
      captured,
      signal: signals.signal,
      onProgress: (what, done, total) => total >= MANY && progress.update(what, done / total),
    });
    progress.stop();
    const stopped = signals.received ? { signal: signals.received, exitCode: signals.exitCode } : null;
    return { collected, from: from.folder, into: into.folder, stopped };
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
