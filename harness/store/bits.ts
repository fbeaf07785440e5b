/** Compares the bits of two records of one run. */
import { arraysOf } from "../reproducing/reproduction.ts";
import type { FinishedRun, RunRecord } from "../run.ts";
import { canonicalJson } from "./run-key.ts";

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
