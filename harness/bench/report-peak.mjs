/** Preloaded by whole-process.ts: a process writes down its largest resident memory when it ends. */
import { appendFileSync } from "node:fs";

const file = process.env.BENCH_PEAK_FILE;
if (file !== undefined) process.on("exit", () => appendFileSync(file, `${process.resourceUsage().maxRSS * 1024}\n`));
