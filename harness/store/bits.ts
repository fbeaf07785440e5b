/** Compares the bits of two records of one run. */
import type { FinishedRun, RunRecord } from "../contract/run.ts";
import { canonicalJson } from "./run-key.ts";
import { contentSha256 } from "./sealed.ts";

export interface BitDifference {
  /** "metric modes", "weights", "array samples", "draws of modes", "state of the first updates", "updates", "state", "trail". */
  readonly what: string;
  readonly here: string;
  readonly there: string;
}

/**
 * Differences between two records of one key in computed results: final state, weights, metrics, draws, arrays and the
 * state of the first updates; for diverged runs the hashes along the way. Machine, times, code and versions are
 * provenance and ignored. So are entries of only one record: a column may have been added later. Empty: the same bits.
 */
export function bitDifferences(here: RunRecord, there: RunRecord): BitDifference[] {
  const ends = [
    ...differing("state", here.state, there.state),
    ...differing("updates", here.updatesDone, there.updatesDone),
  ];
  if (here.state === "finished" && there.state === "finished") return [...ends, ...ofFinished(here, there)];
  if (here.state !== "diverged" || there.state !== "diverged") return ends;
  return [
    ...ends,
    ...differing(EARLY, here.earlyStateSha256 ?? undefined, there.earlyStateSha256 ?? undefined),
    ...differing("trail", textOf(here.trail), textOf(there.trail)),
  ];
}

const EARLY = "state of the first updates";

function ofFinished(here: FinishedRun, there: FinishedRun): BitDifference[] {
  return [
    ...differing("weights", here.weightsSha256 ?? "none", there.weightsSha256 ?? "none"),
    ...differing(EARLY, here.earlyStateSha256 ?? undefined, there.earlyStateSha256 ?? undefined),
    ...inBoth(here.metrics, there.metrics, "metric "),
    ...inBoth(here.draws ?? {}, there.draws ?? {}, "draws of "),
    ...inBoth(arraysOf(here), arraysOf(there), "array "),
  ];
}

const textOf = (value: unknown): string | undefined => (value === undefined ? undefined : canonicalJson(value));

function inBoth(
  here: Readonly<Record<string, unknown>>,
  there: Readonly<Record<string, unknown>>,
  prefix: string,
): BitDifference[] {
  return Object.keys(here)
    .filter((name) => name in there)
    .flatMap((name) => differing(`${prefix}${name}`, textOf(here[name]), textOf(there[name])));
}

function differing(
  what: string,
  here: string | number | undefined,
  there: string | number | undefined,
): BitDifference[] {
  return here === undefined || there === undefined || here === there
    ? []
    : [{ what, here: String(here), there: String(there) }];
}

/** The hashes of a run's results. */
export interface Bits {
  readonly weightsSha256: string | null;
  /** By the arrays' names. */
  readonly arrays: Readonly<Record<string, string>>;
  /** SHA-256 over the updates of a diverged run and the hashes of its states. */
  readonly trailSha256?: string | undefined;
}

/** Undefined where nothing of a run was kept. */
export function bitsOf(record: RunRecord): Bits | undefined {
  if (record.state === "finished") return { weightsSha256: record.weightsSha256, arrays: arraysOf(record) };
  if (record.state !== "diverged" || !(record.trail || record.earlyStateSha256)) return undefined;
  const { updatesDone, earlyStateSha256 = null, trail = null } = record;
  const trailSha256 = contentSha256({ updatesDone, earlyStateSha256, trail });
  return { weightsSha256: null, arrays: {}, trailSha256 };
}

/** Hashes of its arrays, by their names. */
export function arraysOf({ artifacts }: FinishedRun): Bits["arrays"] {
  const arrays = Object.entries(artifacts)
    .filter(([name]) => name !== "weights") // its file has the run's key in it, and the key the specification
    .map(([name, { sha256 }]): [string, string] => [name, sha256])
    .sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(arrays);
}
