/** Commands over stores of 100, 1,000 and 10,000 runs. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { BenchCase, BenchOptions, Contestant } from "../../harness/bench/case.ts";
import { wholeProcess } from "../../harness/bench/whole-process.ts";
import { ROOT } from "../source-tree.ts";
import { generateStore, RUNS_A_REPLICATE } from "./generated-store.ts";

/** The largest is ours: ten times the runs should take no more than ten times the time. */
const SIZES = [10_000, 1_000, 100];
const main = join(ROOT, "main.js");
const named = (runs: number): string => `${runs.toLocaleString("en")} runs`;
const GENERATED =
  "Whole processes. Finished runs of toy-modes' quick profile with made-up numbers; ten times the runs at 10 or less is linear.";

export const storeCases: readonly BenchCase[] = [
  {
    id: "report",
    title: "the report of a suite",
    conditions: GENERATED,
    quick: true,
    peers: [],
    alternations: 5,
    open: (options) => onStores(options, (store, out) => ["report", "toy-modes", "--store", store, "--out", out]),
  },
  {
    id: "status",
    title: "the status of a store",
    conditions: GENERATED,
    quick: true,
    peers: [],
    alternations: 5,
    open: (options) => onStores(options, (store) => ["status", "--store", store]),
  },
  {
    id: "plan",
    title: "the plan of a suite: the engine's start, step times, every run",
    conditions:
      "Whole processes, toy-modes' quick profile with more replicates; memory is that of the largest process.",
    quick: true,
    peers: [],
    alternations: 5,
    open: async ({ engine, core }) =>
      SIZES.map((runs) => {
        const replicates = String(runs / RUNS_A_REPLICATE);
        const args = [main, "plan", "toy-modes", "--replicates", replicates, ...(engine ? ["--engine", engine] : [])];
        return wholeProcess({ name: named(runs), args: () => args, core });
      }),
  },
];

/** A command on each of the stores, which are made here and removed when the contestants are closed. */
async function onStores(
  { core }: BenchOptions,
  args: (store: string, out: string) => readonly string[],
): Promise<Contestant[]> {
  const folder = mkdtempSync(join(tmpdir(), "bench-stores-"));
  return SIZES.map((runs) => {
    const store = join(folder, String(runs));
    generateStore(store, runs);
    return {
      ...wholeProcess({ name: named(runs), args: (out) => [main, ...args(store, out)], core }),
      close: async () => rmSync(folder, { recursive: true, force: true }),
    };
  });
}
