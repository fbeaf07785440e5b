import { availableParallelism } from "node:os";
import { resolve } from "node:path";
import type { Claim, PaperVerdict } from "../contract/claims.ts";
import type { Profile } from "../contract/run.ts";
import type { Plan, Suite } from "../contract/suite.ts";
import type { EngineId } from "../engine/engine.ts";
import type { ExitCode } from "../errors.ts";
import { chooseEngine } from "../execute/engine-choice.ts";
import { schedule } from "../execute/schedule.ts";
import { begunUpdates, leftMs, stepTimes } from "../plan/estimate.ts";
import { placesOf, storedRuns } from "../plan/places.ts";
import { isWanted, planOf, requireRunnable, withNeeded } from "../plan/plan-of.ts";
import { isResult, type RunPlace, Store } from "../store/store.ts";
import { duration } from "../terminal/progress.ts";
import { judgementsOf } from "../verdict/evidence.ts";
import { readStandings } from "../verdict/standings.ts";
import { startWorker } from "../worker/pool.ts";
import {
  claimOption,
  engineOption,
  findSuite,
  jsonOption,
  modelOption,
  profileOption,
  replicatesOption,
  seedOption,
  settingOption,
  stackOption,
  storeOption,
  workersOption,
} from "./options.ts";
import type { Parts } from "./parts.ts";
import { type LoadedVerb, verb } from "./verb.ts";

/** What a suite would run and how long it takes, from step times measured now. */
export function planCommand(parts: Parts): LoadedVerb {
  return verb({
    positionals: { id: { required: true } },
    options: {
      ...profileOption,
      ...engineOption,
      ...workersOption,
      ...stackOption,
      ...replicatesOption,
      ...modelOption,
      ...settingOption,
      ...claimOption,
      ...seedOption,
      ...storeOption,
      ...jsonOption,
    },
    epilogue: "Runs that the store holds are left out, and what is done of others; nothing is written.",
    run: (args) => plan(parts, args),
  });
}

interface PlanArguments {
  readonly id: string;
  readonly profile: Profile;
  readonly engine?: EngineId;
  readonly workers?: number;
  readonly stack?: number;
  readonly replicates?: number;
  readonly model?: string;
  readonly setting?: string;
  readonly claim?: string;
  readonly seed: string;
  readonly store: string;
  readonly json: boolean;
}

/** What a claim's verdict waits for. */
interface ClaimPlan {
  readonly claim: string;
  readonly kind: Claim["kind"];
  /** Of what is stored, under the primary reading. */
  readonly verdict: PaperVerdict;
  /** Those that are not stored, or that such start from, by their places in the list of runs. */
  readonly waitsFor: readonly number[];
  /** Milliseconds of training on one core. */
  readonly ms: number;
}

async function plan(parts: Parts, args: PlanArguments): Promise<ExitCode> {
  const suite = findSuite(parts.suites, args.id);
  requireRunnable(suite, args);
  const store = Store.openIfThere(resolve(args.store));
  const say = (line: string): void => void process.stderr.write(`${line}\n`);
  const { worker, engine } = await startWorker(
    await chooseEngine({ requested: args.engine, stacked: args.stack !== undefined }, say),
    1,
  );
  try {
    const plan = planOf(suite, args, engine.class);
    const { budget, scope } = plan;
    const places = placesOf(plan, engine.class, args.seed);
    const isDone = (place: RunPlace): boolean => {
      const record = store?.read(place)?.record;
      return record !== undefined && isResult(record);
    };
    const undone = (wanted: readonly RunPlace[]): RunPlace[] =>
      withNeeded(wanted.filter((place) => !isDone(place))).filter((place) => !isDone(place));
    const isWantedHere = isWanted(suite, args);
    const wanted = places.filter(({ spec }) => isWantedHere(spec));
    const left = undone(wanted);
    const times = await stepTimes(worker, left, args.seed);
    const begun = store ? begunUpdates(store, left) : new Map<string, number>();
    const msOf = (runs: readonly RunPlace[]): number =>
      runs.reduce((sum, place) => sum + leftMs(place, times, begun), 0);
    const { workers, line } = schedule({
      ...{ runs: left, cores: availableParallelism(), wanted: args.workers },
      ...{ engineClass: engine.class, stack: args.stack },
    });
    const placeIn = new Map(left.map(({ key }, at) => [key, at]));
    const claims = judgedClaims(suite, plan, store, places, args).map(({ decides, ...claim }): ClaimPlan => {
      const runs = undone(wanted.filter(({ spec }) => decides(spec)));
      return { ...claim, waitsFor: runs.map(({ key }) => placeIn.get(key)!), ms: msOf(runs) };
    });
    const stored = wanted.filter(isDone).length;
    const totalMs = msOf(left);
    if (args.json) {
      const stepMs = Object.fromEntries(times);
      const runs = left.map(({ spec }) => spec);
      console.log(
        JSON.stringify({
          ...{ suite: suite.id, budget, engine, stored },
          ...{ runs, stepMs, totalMs, claims },
        }),
      );
      return 0;
    }
    console.log(`${suite.title}, budget ${budget}, engine ${engine.class}. ${scope}`);
    for (const place of left) console.log(`  ${place.spec.path}  ${runText(place, times, begun)}`);
    for (const { claim, verdict, waitsFor, ms } of claims)
      console.log(
        `  ${claim}: ${verdict}${waitsFor.length === 0 ? "" : `, waits for ${waitsFor.length} run${waitsFor.length === 1 ? "" : "s"}, about ${duration(ms)}`}`,
      );
    for (const [kind, time] of times) console.log(`Step of ${kind}: ${time.toFixed(2)} ms`);
    if (stored > 0) console.log(`${stored} of ${wanted.length} runs are stored.`);
    console.log(
      left.length === 0
        ? "Nothing is left to run."
        : `In all about ${duration(totalMs)} of training on one core, ${duration(totalMs / workers)} as scheduled here: ${line}`,
    );
    return 0;
  } finally {
    worker.stop();
    await worker.gone();
  }
}

function runText(place: RunPlace, times: ReadonlyMap<string, number>, begun: ReadonlyMap<string, number>): string {
  const { updates } = place.spec;
  if (updates === 0) return "no training";
  const done = begun.get(place.key) ?? 0;
  return `${updates} updates${done === 0 ? "" : `, ${done} of them done`}, about ${duration(leftMs(place, times, begun))}`;
}

/** The claims that runs decide, with their verdicts on what is stored. */
function judgedClaims(
  suite: Suite,
  plan: Plan,
  store: Store | null,
  places: readonly RunPlace[],
  args: PlanArguments,
): (Pick<ClaimPlan, "claim" | "kind" | "verdict"> & { decides: ReturnType<typeof isWanted> })[] {
  const runs = store ? storedRuns(store, places) : [];
  const standings = store ? readStandings(store, places).standings : new Map();
  const judgements = judgementsOf({ suite, plan, runs, standings });
  const primary = suite.readings[0].id;
  return suite.claims
    .filter(({ id, kind }) => kind !== "qualitative" && (args.claim ?? id) === id)
    .map(({ id, kind }) => ({
      claim: id,
      kind,
      verdict: judgements.find((one) => one.claimId === id && one.reading === primary)!.verdict,
      decides: isWanted(suite, { ...args, claim: id }),
    }));
}
