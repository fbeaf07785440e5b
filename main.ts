/** This project: ALI's paper, the suites that test the harness itself, data sets and timings. Each part loads when it is used. */
import { defineProject, main } from "./index.ts";

await main(
  defineProject({
    root: import.meta.dirname,
    papers: async () => (await import("./suites/index.ts")).PAPERS,
    controls: async () => (await import("./suites/index.ts")).CONTROLS,
    datasets: async () => (await import("./datasets/command.ts")).DATASETS,
    bench: async () => (await import("./ci/bench/index.ts")).BENCH_CASES,
    mainSuite: "toy-modes",
  }),
);
