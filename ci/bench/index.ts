/** The cases of `npm run bench`. */
import type { BenchCase } from "../../harness/bench/case.ts";
import { toyCases } from "./toy.ts";

export const BENCH_CASES: readonly BenchCase[] = [...toyCases];
