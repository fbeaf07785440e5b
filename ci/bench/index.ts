/** The cases of `npm run bench`. */
import type { BenchCase } from "../../harness/bench/case.ts";
import { datasetCases } from "./datasets.ts";
import { runCases } from "./runs.ts";
import { stackedCases } from "./stacked.ts";
import { startUpCases } from "./start-up.ts";
import { stepCases } from "./steps.ts";
import { storeCases } from "./stores.ts";
import { svmCases } from "./svm.ts";

export const BENCH_CASES: readonly BenchCase[] = [
  ...stepCases,
  ...stackedCases,
  ...startUpCases,
  ...storeCases,
  ...runCases,
  ...datasetCases,
  ...svmCases,
];
