/** Runs as a person starts them: what two cores give, and what the harness takes beside the training steps. */
import { join } from "node:path";
import type { BenchCase, BenchOptions, Contestant } from "../../harness/bench/case.ts";
import { wholeProcess } from "../../harness/bench/whole-process.ts";
import type { RunRecord } from "../../harness/contract/run.ts";
import { HarnessError } from "../../harness/errors.ts";
import { Store } from "../../harness/store/store.ts";
import { toyModesSuite } from "../../suites/toy-modes/suite.ts";
import { ROOT } from "../source-tree.ts";

const stored = (folder: string): string[] => ["--store", join(folder, "store"), "--out", join(folder, "out")];
const engineOf = ({ engine }: BenchOptions): string[] => (engine ? ["--engine", engine] : []);

export const runCases: readonly BenchCase[] = [
  {
    id: "ten-runs",
    title: "ten runs of the toy's GAN, two at a time beside one at a time",
    conditions:
      "Whole processes, toy-modes' quick profile from an empty store to the report. One at a time is bound to one core, two at a time to none.",
    quick: false,
    peers: [],
    alternations: 3,
    open: async (options) => {
      const { core } = options;
      const args = [join(ROOT, "main.js"), "suite", "toy-modes", "--model", "gan", "--replicates", "5"];
      const workers = (count: number, name: string, core: number | null): Contestant =>
        wholeProcess({
          name,
          args: (folder) => [...args, "--workers", String(count), ...engineOf(options), ...stored(folder)],
          core,
        });
      return [workers(2, "two workers", null), workers(1, "one worker", core)];
    },
  },
  {
    id: "overhead",
    title: "a run of the toy's ALI at the paper's settings, beside its training steps alone",
    conditions:
      "5,000 of 200,000 updates: what a run does once (its capture's compilation, its 10,000 samples, its files) weighs forty times as much as in a whole one.",
    quick: false,
    peers: [],
    alternations: 3,
    open: async (options) => runAndSteps(options),
  },
];

/** The run, and the time in steps that the record of the latest one tells. */
function runAndSteps(options: BenchOptions): Contestant[] {
  let latest: RunRecord["provenance"] | undefined;
  const script = join(ROOT, "ci/bench/short-paper-run.ts");
  const args = ["--import", "tsx", script, "suite", "toy-modes", "--profile", "paper", "--workers", "1"];
  const process = wholeProcess({
    name: "process",
    args: (folder) => [...args, ...engineOf(options), ...stored(folder)],
    core: options.core,
    inspect(folder) {
      const { runs } = Store.open(join(folder, "store"), { create: false }).list(toyModesSuite.id);
      latest = runs[0]?.record.provenance;
    },
  });
  const told = (name: string, ms: (provenance: RunRecord["provenance"]) => number): Contestant => ({
    name,
    versions: {},
    close: async () => {},
    async block() {
      if (!latest) throw new HarnessError("The run left no record.");
      return { ms: [ms(latest)], peakRssBytes: null };
    },
  });
  const run = told("the run", ({ durationMs }) => durationMs);
  return [
    {
      ...run,
      async block() {
        await process.block();
        return run.block();
      },
    },
    told("its training steps", ({ trainMs }) => trainMs),
  ];
}
