/** Our own contestants' side of the protocol of served.ts. */
import { createInterface } from "node:readline";
import { Bench } from "tinybench";
import type { Block } from "./case.ts";
import { spreadOf } from "./spread.ts";

// Warm-up: blocks of so many steps, until one is no more than so much faster than the one before it. As ci/peers/served.py.
const BLOCK = 10;
const STEADY = 0.97;
const MOST_BLOCKS = 30;

export interface ServedStep {
  /** Once more; what it gives may still be on its way. */
  step(): void;
  /** Waits for what is on its way, within the last step's time of a block. */
  finish(): void;
  readonly versions: Readonly<Record<string, string>>;
  /** Fewer than a whole block for what must not be repeated much. */
  readonly warmUp?: number;
}

/** Serves steps until standard input ends. */
export async function serveSteps(served: ServedStep): Promise<void> {
  if (served.warmUp === undefined) warmUp(served);
  else timed(served, served.warmUp);
  say({ ready: true, versions: served.versions });
  for await (const line of createInterface({ input: process.stdin })) {
    const ms = timed(served, Number(line));
    say({ ms, peakRssBytes: process.resourceUsage().maxRSS * 1024 } satisfies Block);
  }
}

function warmUp(served: ServedStep): void {
  const median = (): number => spreadOf(timed(served, BLOCK)).median;
  let before = median();
  for (let i = 0; i < MOST_BLOCKS; i++) {
    const now = median();
    if (now >= STEADY * before) return;
    before = now;
  }
}

function timed({ step, finish }: ServedStep, count: number): number[] {
  if (count === 0) return [];
  let left = count;
  const bench = new Bench({ iterations: count, time: 0, warmup: false, retainSamples: true, throws: true });
  const once = (): void => {
    step();
    left -= 1;
    if (left === 0) finish();
  };
  bench.add("step", once, { async: false }); // or it would be called once more, to see
  bench.runSync();
  const { result } = bench.tasks[0]!;
  if (result.state !== "completed") throw new Error(`the bench is ${result.state}`);
  return [...result.latency.samples!];
}

function say(what: object): void {
  process.stdout.write(`${JSON.stringify(what)}\n`);
}
