/** What a suite's paper profile would take here: said beside the results of a reduced one. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import type { Plan, Suite } from "../contract/suite.ts";
import { writeAtomic } from "../files/atomic-file.ts";
import type { RunPlace, Store } from "../store/store.ts";
import { say } from "../terminal/output.ts";
import { duration } from "../terminal/progress.ts";
import type { Worker } from "../worker/pool.ts";
import { stepKind, stepTimes } from "./estimate.ts";
import { placesOf } from "./places.ts";
import { withNeeded } from "./plan-of.ts";

/** Predicted cost of a suite's paper profile, from timed steps. */
export interface PaperCost {
  /** All of it, in words. */
  readonly total: string;
  /** Assumptions of the estimates on a GPU, in words. */
  readonly gpu: string;
  /** Kinds of runs: a model and its networks. */
  readonly kinds: readonly {
    readonly name: string;
    readonly runs: number;
    readonly stepMs: number;
    /** Updates of one run on the paper's own data; its training time on one core here, and the estimate for a GPU. */
    readonly updates: number;
    readonly runMs: number;
    readonly gpuRunMs: number;
  }[];
}

const Timed = z.strictObject({
  format: z.literal("paper-cost"),
  version: z.literal(3),
  /** Keys of the runs. */
  keys: z.array(z.string()),
  /** Milliseconds of a step, by kind of run. */
  stepMs: z.record(z.string(), z.number()),
  /** Float32 operations a second in products of matrices. */
  productFlops: z.number(),
  timedAt: z.string(),
});
type Timed = z.infer<typeof Timed>;

/** What the estimate takes a GPU to do: products of matrices in float32, sustained, and the least that a step takes. */
const GPU = { flops: 1e13, leastStepMs: 5 };

const fileOf = (store: Store, suite: Suite, engineClass: string): string =>
  join(store.folder, "paper-cost", `${suite.id}.${engineClass}.json`);

/** By what was timed before; null where nothing was, or for other runs than today's. */
export function storedPaperCost(store: Store, suite: Suite, engineClass: string, rootSeed: string): PaperCost | null {
  const known = read(fileOf(store, suite, engineClass));
  const plan = suite.plan("paper", engineClass, { rootSeed });
  const places = placesIn(plan, engineClass, rootSeed);
  const keys = places.map(({ key }) => key);
  return known && known.keys.join() === keys.join() ? costOf(known, plan, places, engineClass) : null;
}

/** The same, timed now on the worker's engine and kept where it was not before; null where the paper profile is all there is. */
export async function paperCost(
  worker: Worker,
  store: Store,
  suite: Suite,
  engineClass: string,
  rootSeed: string,
): Promise<PaperCost | null> {
  const known = storedPaperCost(store, suite, engineClass, rootSeed);
  const plan = suite.plan("paper", engineClass, { rootSeed });
  const places = placesIn(plan, engineClass, rootSeed);
  if (known !== null || suite.literal || places.length === 0) return known;
  say(
    "Timing a step of each kind of run of the paper profile, once for this store: what it would take here goes into the report.",
  );
  const times = await stepTimes(worker, places, rootSeed);
  const { flops } = await worker.ask({ type: "rate" }, ["rated"]);
  const timed: Timed = {
    format: "paper-cost",
    version: 3,
    keys: places.map(({ key }) => key),
    stepMs: Object.fromEntries(times),
    productFlops: flops,
    timedAt: new Date().toISOString(),
  };
  writeAtomic(fileOf(store, suite, engineClass), `${JSON.stringify(timed)}\n`);
  return costOf(timed, plan, places, engineClass);
}

const placesIn = (plan: Plan, engineClass: string, rootSeed: string) =>
  withNeeded(placesOf(plan, engineClass, rootSeed));

function costOf(
  { stepMs, productFlops, timedAt }: Timed,
  { updatesOnPapersData }: Plan,
  places: readonly RunPlace[],
  engineClass: string,
): PaperCost {
  const trained = places.map(({ spec }) => spec).filter(({ updates }) => updates > 0);
  const onPapersData = ({ path, updates }: (typeof trained)[number]): number => updatesOnPapersData?.[path] ?? updates;
  const inAll = (updates: typeof onPapersData): number =>
    trained.reduce((sum, spec) => sum + updates(spec) * stepMs[stepKind(spec)]!, 0);
  const [here, ms] = [inAll(({ updates }) => updates), inAll(onPapersData)];
  const time = updatesOnPapersData
    ? `about ${duration(ms)} of training on the paper's own data (${duration(here)} on those that are here)`
    : `about ${duration(ms)} of training`;
  const gpuMs = (step: number): number => Math.max(GPU.leastStepMs, (step * productFlops) / GPU.flops);
  /** Kinds whose runs make different numbers of updates stand apart. */
  const groups = new Map<string, (typeof trained)[number][]>();
  for (const spec of trained) {
    const name = JSON.stringify([stepKind(spec), onPapersData(spec)]);
    groups.set(name, [...(groups.get(name) ?? []), spec]);
  }
  return {
    total: `${places.length} runs, ${time} on one core of ${engineClass}, from steps timed on ${timedAt.slice(0, 10)}`,
    gpu: `as much faster as ${giga(GPU.flops)} GFLOP/s in products of matrices are than the ${giga(productFlops)} measured here, and at least ${GPU.leastStepMs} ms a step; not measured on one`,
    kinds: [...groups.values()].map((runs) => {
      const [kind, updates] = [stepKind(runs[0]!), onPapersData(runs[0]!)];
      const step = stepMs[kind]!;
      return {
        name: kind,
        runs: runs.length,
        stepMs: step,
        updates,
        runMs: updates * step,
        gpuRunMs: updates * gpuMs(step),
      };
    }),
  };
}

const giga = (flops: number): string => Math.round(flops / 1e9).toLocaleString("en");

/** Null for a file that is not there or is none, or is of another version: it is made anew. */
function read(file: string): Timed | null {
  try {
    return Timed.parse(JSON.parse(readFileSync(file, "utf8")));
  } catch {
    return null;
  }
}
