/** The cases of `npm run bench`. */
import type { BenchCase } from "../../harness/bench/case.ts";
import { startUpCases } from "./start-up.ts";
import { storeCases } from "./stores.ts";
import { toyCases } from "./toy.ts";

export const BENCH_CASES: readonly BenchCase[] = [...toyCases, ...startUpCases, ...storeCases];
