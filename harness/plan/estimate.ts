import type { RunSpec } from "../contract/run.ts";
import type { RunPlace, Store } from "../store/store.ts";
import type { Worker } from "../worker/pool.ts";

const TIMED_UPDATES = 10;

/** One step time for each model and network among the runs that train, measured on the worker's engine. */
export async function stepTimes(
  worker: Worker,
  runs: readonly RunPlace[],
  rootSeed: string,
): Promise<Map<string, number>> {
  const times = new Map<string, number>();
  for (const { spec, needs } of runs) {
    const kind = stepKind(spec);
    if (spec.updates === 0 || times.has(kind)) continue;
    const { stepMs } = await worker.ask(
      { type: "time", spec, needs: needs?.spec ?? null, rootSeed, updates: TIMED_UPDATES },
      ["timed"],
    );
    times.set(kind, stepMs);
  }
  return times;
}

/** Runs whose steps cost the same: of one model, or of one `family` where models of several names are alike in that. */
export function stepKind({ model, settings }: RunSpec): string {
  return `${settings.family ?? model}, network ${settings.network ?? "—"}, batch ${settings.batchSize ?? "—"}`;
}

/** Milliseconds that a run's training takes, from measured step times. */
export function trainingMs(spec: RunSpec, times: ReadonlyMap<string, number>): number {
  return spec.updates === 0 ? 0 : spec.updates * times.get(stepKind(spec))!;
}

/** The same of the updates that are left. `begun`: updates that are done of some runs, by key. */
export function leftMs({ spec, key }: RunPlace, times: ReadonlyMap<string, number>, begun: Begun): number {
  return spec.updates === 0 ? 0 : (1 - (begun.get(key) ?? 0) / spec.updates) * trainingMs(spec, times);
}

type Begun = ReadonlyMap<string, number>;
/** Updates that are done of runs that go on from a checkpoint, by key. */
export function begunUpdates(store: Store, places: readonly RunPlace[]): Begun {
  const suites = new Set(places.map(({ spec }) => spec.suite));
  const told = [...suites].flatMap((suite) => store.listProgress(suite));
  const begun = new Set(places.filter((place) => store.hasCheckpoint(place)).map(({ key }) => key));
  return new Map(told.filter(({ key }) => begun.has(key)).map(({ key, updates }) => [key, updates]));
}

/** Milliseconds the runs take in all, from measured step times. `begun`: updates that are done of some, by key. */
export async function estimate(
  worker: Worker,
  runs: readonly RunPlace[],
  rootSeed: string,
  workers: number,
  begun: Begun,
): Promise<number> {
  const times = await stepTimes(worker, runs, rootSeed);
  const total = runs.reduce((sum, place) => sum + leftMs(place, times, begun), 0);
  return total / Math.max(1, Math.min(workers, runs.length));
}
