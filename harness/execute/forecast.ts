/** A forecast of a suite's runs: which would be done and how long they take, from step times measured now. */
import { availableParallelism } from "node:os";
import type { Claim, PaperVerdict } from "../contract/claims.ts";
import type { RunSpec } from "../contract/run.ts";
import type { Plan, Suite } from "../contract/suite.ts";
import type { EngineId } from "../engine/engine.ts";
import { begunUpdates, leftMs, stepTimes } from "../plan/estimate.ts";
import { placesOf } from "../plan/places.ts";
import { isWanted, type PlanChoice, planOf, requireRunnable, withNeeded } from "../plan/plan-of.ts";
import { isResult, type RunPlace, type Store } from "../store/store.ts";
import { say } from "../terminal/output.ts";
import { judgementsOf } from "../verdict/assemble.ts";
import { evidenceRuns } from "../verdict/measured-again.ts";
import { readStandings } from "../verdict/standings.ts";
import type { EngineInfo } from "../worker/messages.ts";
import { startWorker } from "../worker/pool.ts";
import { chooseEngine } from "./engine-choice.ts";
import { schedule } from "./schedule.ts";

export interface ForecastOptions extends PlanChoice {
  readonly engine?: EngineId;
  readonly workers?: number;
  readonly stack?: number;
}

/** The runs that a claim's verdict waits for. */
export interface ClaimForecast {
  readonly claim: string;
  readonly kind: Claim["kind"];
  /** The verdict on the stored runs, under the primary reading. */
  readonly verdict: PaperVerdict;
  /** Places in `left` of the runs that are not stored, and of those that such runs start from. */
  readonly waitsFor: readonly number[];
  /** Milliseconds of training on one core. */
  readonly ms: number;
}
export interface Forecast {
  readonly suite: Suite;
  readonly plan: Plan;
  readonly engine: EngineInfo;
  /** Runs that the options select, and how many of them are stored. */
  readonly wanted: number;
  readonly stored: number;
  /** The runs that would be done, each with its milliseconds of training on one core and its finished updates. */
  readonly left: readonly { readonly spec: RunSpec; readonly ms: number; readonly begun: number }[];
  /** Milliseconds of a step, by the kind of run. */
  readonly stepMs: ReadonlyMap<string, number>;
  /** Milliseconds of training on one core. */
  readonly totalMs: number;
  /** Processes that would work at once, and the schedule in words. */
  readonly workers: number;
  readonly schedule: string;
  readonly claims: readonly ClaimForecast[];
}

/**
 * Measures steps of the runs that are left. Writes nothing. `store` is null where there is none yet. Throws HarnessError for
 * options that select no run.
 */
export async function forecast(suite: Suite, store: Store | null, options: ForecastOptions): Promise<Forecast> {
  requireRunnable(suite, options);
  const wantedEngine = { requested: options.engine, stacked: options.stack !== undefined };
  const { worker, engine } = await startWorker(await chooseEngine(wantedEngine, say), 1);
  try {
    const plan = planOf(suite, options, engine.class);
    const places = placesOf(plan, engine.class, options.seed);
    const isDone = (place: RunPlace): boolean => {
      const record = store?.read(place)?.record;
      return record !== undefined && isResult(record);
    };
    const undone = (wanted: readonly RunPlace[]): RunPlace[] =>
      withNeeded(wanted.filter((place) => !isDone(place))).filter((place) => !isDone(place));
    const isWantedHere = isWanted(suite, options);
    const wanted = places.filter(({ spec }) => isWantedHere(spec));
    const left = undone(wanted);
    const times = await stepTimes(worker, left, options.seed);
    const begun = store ? begunUpdates(store, left) : new Map<string, number>();
    const msOf = (runs: readonly RunPlace[]): number =>
      runs.reduce((sum, place) => sum + leftMs(place, times, begun), 0);
    const { workers, line } = schedule({
      runs: left,
      cores: availableParallelism(),
      wanted: options.workers,
      engineClass: engine.class,
      stack: options.stack,
    });
    const placeIn = new Map(left.map(({ key }, at) => [key, at]));
    const claims = judgedClaims(suite, plan, store, places, options).map(({ decides, ...claim }): ClaimForecast => {
      const runs = undone(wanted.filter(({ spec }) => decides(spec)));
      return { ...claim, waitsFor: runs.map(({ key }) => placeIn.get(key)!), ms: msOf(runs) };
    });
    return {
      suite,
      plan,
      engine,
      wanted: wanted.length,
      stored: wanted.filter(isDone).length,
      left: left.map((place) => ({
        spec: place.spec,
        ms: leftMs(place, times, begun),
        begun: begun.get(place.key) ?? 0,
      })),
      stepMs: times,
      totalMs: msOf(left),
      workers,
      schedule: line,
      claims,
    };
  } finally {
    worker.stop();
    await worker.gone();
  }
}

/** The claims that runs decide, with their verdicts on what is stored. */
function judgedClaims(
  suite: Suite,
  plan: Plan,
  store: Store | null,
  places: readonly RunPlace[],
  options: ForecastOptions,
): (Pick<ClaimForecast, "claim" | "kind" | "verdict"> & { decides: ReturnType<typeof isWanted> })[] {
  const runs = store ? evidenceRuns(store, places).runs : [];
  const standings = store ? readStandings(store, places).standings : new Map();
  const judgements = judgementsOf({ suite, plan, runs, standings });
  const primary = suite.readings[0].id;
  /** Runs of each arm that the claim's next planned analysis needs under any reading; undefined: all of the plan. */
  const neededBy = (claim: string): number | undefined => {
    const next = judgements.flatMap(({ claimId, analysis }) =>
      claimId === claim && analysis ? [analysis.next ?? 0] : [],
    );
    return next.length === 0 ? undefined : Math.max(...next);
  };
  return suite.claims
    .filter(({ id, kind }) => kind !== "qualitative" && (options.claim ?? id) === id)
    .map(({ id, kind }) => {
      const decides = isWanted(suite, { ...options, claim: id });
      const needed = neededBy(id) ?? Number.POSITIVE_INFINITY;
      return {
        claim: id,
        kind,
        verdict: judgements.find((one) => one.claimId === id && one.reading === primary)!.verdict,
        decides: (spec: RunSpec) => decides(spec) && spec.replicate < needed,
      };
    });
}
