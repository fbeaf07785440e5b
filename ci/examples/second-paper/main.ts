/** A project of one paper: Anscombe's "Graphs in Statistical Analysis". */
import { defineProject, main } from "reproducibility-harness";

await main(
  defineProject({
    root: import.meta.dirname,
    papers: async () => [(await import("./suites/anscombe.ts")).anscombe],
  }),
);
