/** The runs of an export file beside the same runs, done again. */
import type { Change } from "../compare/judge-change.ts";
import type { RunRecord } from "../contract/run.ts";
import { type Bits, bitsOf } from "../store/bits.ts";
import { canonicalJson } from "../store/run-key.ts";
import type { ExportFile } from "./export-file.ts";
import type { MadeWith } from "./made-with.ts";

/** Of the runs, not of the paper's claims. */
export type ReproductionVerdict = "IDENTICAL" | "EQUIVALENT" | "DIFFERENT" | "INCONCLUSIVE";

export interface RepeatedRun {
  readonly path: string;
  readonly lockedState: string;
  readonly hereState: string;
  /** Whether weights, arrays and metrics are the same; `none` where nothing was kept that could tell. */
  readonly bits: "same" | "others" | "none";
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
  /** The export file beside the runs done again. The keys `lock` and `locked` are those of stored reproductions. */
  readonly lock: readonly MadeWith[];
  readonly runs: readonly RepeatedRun[];
  /** Null where every run is identical, or the suite names no metric to compare by. */
  readonly change: Change | null;
  readonly claims: readonly RepeatedClaim[];
  readonly generatedAt: string;
  readonly command: string;
}

/** Runs in the order of the file. @throws TypeError for a run of the file that was not done */
export function repeatedRuns({ results, bits: exported }: ExportFile, records: readonly RunRecord[]): RepeatedRun[] {
  const byPath = new Map(records.map((record) => [record.spec.path, record]));
  return results.runs.map(({ path, state, metrics }) => {
    const here = byPath.get(path);
    if (!here) throw new TypeError(`the run ${path} was not done`);
    const now = here.state === "finished" ? here.metrics : null;
    const names = [...new Set([...Object.keys(metrics ?? {}), ...Object.keys(now ?? {})])];
    const both = names.map((name) => ({ name, locked: metrics?.[name] ?? null, here: now?.[name] ?? null }));
    const alike = here.state === state && both.every((metric) => metric.locked === metric.here);
    const bits = alike ? comparedBits(exported[path], bitsOf(here)) : "others";
    return { path, lockedState: state, hereState: here.state, bits, metrics: both };
  });
}

const comparedBits = (exported: Bits | undefined, here: Bits | undefined): RepeatedRun["bits"] => {
  if (!exported || !here) return "none";
  return canonicalJson(exported) === canonicalJson(here) ? "same" : "others";
};

/** `change`: null where there is nothing to compare by. */
export function reproductionVerdict(runs: readonly RepeatedRun[], change: Change | null): ReproductionVerdict {
  if (runs.every(({ bits }) => bits === "same")) return "IDENTICAL";
  if (!change) return "INCONCLUSIVE";
  if (change.verdict === "EQUIVALENT" || change.verdict === "INCONCLUSIVE") return change.verdict;
  return "DIFFERENT";
}
