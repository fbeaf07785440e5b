/** What a suite's paper profile would take here: said beside the results of a reduced one. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { placesOf } from "../evidence.ts";
import type { Worker } from "../execute/pool.ts";
import type { RunSpec } from "../run.ts";
import { writeAtomic } from "../store/atomic-file.ts";
import type { Store } from "../store/store.ts";
import type { Plan, Suite } from "../suite.ts";
import { stepTimes, trainingMs } from "./estimate.ts";
import { withNeeded } from "./plan-of.ts";
import { duration } from "./progress.ts";

const PaperCost = z.strictObject({
  format: z.literal("paper-cost"),
  /** Keys of the runs. */
  keys: z.array(z.string()),
  /** Of all of them on one core. */
  ms: z.number(),
  /** The same on the paper's own data; null where these are they. */
  onPapersDataMs: z.number().nullable(),
  timedAt: z.string(),
});
type PaperCost = z.infer<typeof PaperCost>;

const fileOf = (store: Store, suite: Suite, engineClass: string): string =>
  join(store.folder, "paper-cost", `${suite.id}.${engineClass}.json`);

/** As it was timed before; null where it was not, or for other runs than today's. */
export function storedPaperCost(store: Store, suite: Suite, engineClass: string, rootSeed: string): string | null {
  const known = read(fileOf(store, suite, engineClass));
  const plan = suite.plan("paper", engineClass, { rootSeed });
  const keys = placesIn(plan, engineClass, rootSeed).map(({ key }) => key);
  return known && known.keys.join() === keys.join() ? words(known, engineClass) : null;
}

/** The same, timed now on the worker's engine and kept where it was not before; null where the paper profile is all there is. */
export async function paperCost(
  worker: Worker,
  store: Store,
  suite: Suite,
  engineClass: string,
  rootSeed: string,
): Promise<string | null> {
  const known = storedPaperCost(store, suite, engineClass, rootSeed);
  const plan = suite.plan("paper", engineClass, { rootSeed });
  const places = placesIn(plan, engineClass, rootSeed);
  if (known !== null || suite.literal || places.length === 0) return known;
  const times = await stepTimes(worker, places, rootSeed);
  const inAll = (updates: (spec: RunSpec) => number): number =>
    places.reduce((sum, { spec }) => sum + trainingMs({ ...spec, updates: updates(spec) }, times), 0);
  const { updatesOnPapersData: onPapersData } = plan;
  const cost: PaperCost = {
    format: "paper-cost",
    keys: places.map(({ key }) => key),
    ms: inAll(({ updates }) => updates),
    onPapersDataMs: onPapersData ? inAll(({ path, updates }) => onPapersData[path] ?? updates) : null,
    timedAt: new Date().toISOString(),
  };
  writeAtomic(fileOf(store, suite, engineClass), `${JSON.stringify(cost)}\n`);
  return words(cost, engineClass);
}

const placesIn = (plan: Plan, engineClass: string, rootSeed: string) =>
  withNeeded(placesOf(plan, engineClass, rootSeed));

function words({ keys, ms, onPapersDataMs, timedAt }: PaperCost, engineClass: string): string {
  const time =
    onPapersDataMs === null
      ? `about ${duration(ms)} of training`
      : `about ${duration(onPapersDataMs)} of training on the paper's own data (${duration(ms)} on those that are here)`;
  return `${keys.length} runs, ${time} on one core of ${engineClass}, from steps timed on ${timedAt.slice(0, 10)}`;
}

/** Null for a file that is not there or is none: it is made anew. */
function read(file: string): PaperCost | null {
  try {
    return PaperCost.parse(JSON.parse(readFileSync(file, "utf8")));
  } catch {
    return null;
  }
}
