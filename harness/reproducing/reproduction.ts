/** What doing a lock file's runs again gave, beside what it says. */
import type { Change } from "../comparing/judge-change.ts";
import type { FinishedRun, RunRecord } from "../run.ts";
import type { LockFile } from "./lock-file.ts";
import type { Locked } from "./made-with.ts";

/** Of the runs, not of the paper's claims. */
export type ReproductionVerdict = "IDENTICAL" | "EQUIVALENT" | "DIFFERENT" | "INCONCLUSIVE";

export interface RepeatedRun {
  readonly path: string;
  readonly lockedState: string;
  readonly hereState: string;
  /** Whether weights, arrays and metrics are the same bits. */
  readonly identical: boolean;
  readonly metrics: readonly { readonly name: string; readonly locked: number | null; readonly here: number | null }[];
}
export interface RepeatedClaim {
  readonly statement: string;
  readonly locked: string;
  readonly here: string;
}
export interface Reproduction {
  readonly verdict: ReproductionVerdict;
  readonly suite: { readonly id: string; readonly title: string; readonly version: number };
  readonly scope: string;
  readonly budget: string;
  readonly engineClass: string;
  readonly rootSeed: string;
  readonly file: string;
  readonly exportedAt: string;
  readonly recipe: readonly string[];
  readonly lock: readonly Locked[];
  readonly runs: readonly RepeatedRun[];
  /** Null where every run is identical, or the suite names no metric to compare by. */
  readonly change: Change | null;
  readonly claims: readonly RepeatedClaim[];
  readonly generatedAt: string;
  readonly command: string;
}

/** Runs in the order of the file. @throws TypeError for a run of the file that was not done */
export function repeatedRuns({ results, bits }: LockFile, records: readonly RunRecord[]): RepeatedRun[] {
  const byPath = new Map(records.map((record) => [record.spec.path, record]));
  return results.runs.map(({ path, state, metrics }) => {
    const here = byPath.get(path);
    if (!here) throw new TypeError(`the run ${path} was not done`);
    const now = here.state === "finished" ? here.metrics : null;
    const names = [...new Set([...Object.keys(metrics ?? {}), ...Object.keys(now ?? {})])];
    const both = names.map((name) => ({ name, locked: metrics?.[name] ?? null, here: now?.[name] ?? null }));
    const identical =
      here.state === state &&
      both.every((metric) => metric.locked === metric.here) &&
      (here.state !== "finished" || JSON.stringify(bitsOf(here)) === JSON.stringify(bits[path]));
    return { path, lockedState: state, hereState: here.state, identical, metrics: both };
  });
}

/** What came out of a run, hashed. */
export function bitsOf({ weightsSha256, artifacts }: FinishedRun): LockFile["bits"][string] {
  const arrays = Object.entries(artifacts)
    .filter(([name]) => name !== "weights") // its file has the run's key in it, and the key the specification
    .map(([name, { sha256 }]): [string, string] => [name, sha256])
    .sort(([a], [b]) => (a < b ? -1 : 1));
  return { weightsSha256, arrays: Object.fromEntries(arrays) };
}

/** `change`: null where there is nothing to compare by. */
export function reproductionVerdict(runs: readonly RepeatedRun[], change: Change | null): ReproductionVerdict {
  if (runs.every(({ identical }) => identical)) return "IDENTICAL";
  if (!change) return "INCONCLUSIVE";
  if (change.verdict === "EQUIVALENT" || change.verdict === "INCONCLUSIVE") return change.verdict;
  return "DIFFERENT";
}
