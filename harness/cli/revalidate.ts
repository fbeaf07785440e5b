import { availableParallelism } from "node:os";
import { resolve } from "node:path";
import { PROFILES, type Profile } from "../contract/profiles.ts";
import type { RunRecord } from "../contract/run.ts";
import type { Suite } from "../contract/suite.ts";
import { type EngineId, isStackedClass } from "../engine/engine.ts";
import { EXIT, type ExitCode, HarnessError } from "../errors.ts";
import { interruptible, lockStore } from "../execute/do-runs.ts";
import { withEngine } from "../execute/open-engine.ts";
import { placesOf } from "../plan/places.ts";
import { withNeeded } from "../plan/plan-of.ts";
import { storedPlans } from "../plan/stored-plans.ts";
import { revalidate } from "../revalidate/revalidate.ts";
import { type Checked, printChecked } from "../revalidate/text.ts";
import { Chain } from "../store/chain.ts";
import { type RunPlace, Store } from "../store/store.ts";
import { say } from "../terminal/output.ts";
import type { SignalWatch } from "../terminal/signals.ts";
import { ownStanding, type SourcesToday, standingOf } from "../verdict/standing.ts";
import { findingText } from "../verdict/standing-words.ts";
import { sourcesToday } from "../verdict/standings.ts";
import { engineOption, findSuite, jsonOption, oneOf, storeOption, workersOption } from "./options.ts";
import type { Parts } from "./parts.ts";
import { type LoadedVerb, verb } from "./verb.ts";

interface RevalidateArguments {
  id: string;
  profile?: Profile;
  engine?: EngineId;
  workers?: number;
  store: string;
  setAside: boolean;
  json: boolean;
}

/** Checks stored runs that other code made against today's: their first updates again, their metrics again. */
export function revalidateCommand(parts: Parts): LoadedVerb {
  return verb({
    positionals: { id: { required: true, describe: "The suite" } },
    options: {
      profile: {
        type: "string",
        describe: "Only this profile",
        coerce: (value: string) => oneOf("profile", value, PROFILES),
      },
      engine: {
        ...engineOption.engine,
        describe: "Only runs of tensorflow, wasm or cpu; without it each on its own",
      },
      ...workersOption,
      ...storeOption,
      "set-aside": {
        type: "boolean",
        default: false,
        describe: "Rename the runs that are STALE, so that the suite does them again",
      },
      ...jsonOption,
    },
    epilogue:
      "Runs are replayed for 50 updates, and their metrics measured again from the stored weights; without these from the stored arrays, where the suite can, else not. What was found stands in a file next to each record. Exit code 3: a run is STALE or could not be checked.",
    async run(args) {
      const suite = findSuite(parts.suites, args.id);
      const store = Store.open(resolve(args.store), { create: false });
      const lock = await lockStore(store.folder, `npm run revalidate ${suite.id}`);
      try {
        return await interruptible((signals) => revalidateSuite(suite, store, args, signals));
      } finally {
        await lock.release();
      }
    },
  });
}

async function revalidateSuite(
  suite: Suite,
  store: Store,
  args: RevalidateArguments,
  signals: SignalWatch,
): Promise<ExitCode> {
  const { plans, problems } = storedPlans(store, suite, args.profile);
  for (const problem of problems) say(`Warning: ${problem.message}`);
  const today = sourcesToday();
  const places = withNeeded(
    plans.flatMap(({ plan, engineClass, rootSeed }) => placesOf(plan, engineClass, rootSeed)),
  ).filter((place) => ownStanding(store, place, today) !== undefined);
  if (places.length === 0)
    throw new HarnessError(
      `The store ${store.folder} holds no finished runs of ${suite.id}${args.profile ? ` of profile ${args.profile}` : ""} that this version can read. Run npm run suite ${suite.id} first.`,
      EXIT.cannotJudge,
    );
  const pending = places.filter((place) => isOpen(store, place, today));
  say(
    `${suite.title}: ${pending.length} of ${places.length} stored runs are of other code and have to be checked against today's.`,
  );
  const failed = await checkAll(pending, store, args, today, signals);
  if (signals.received) {
    const left = pending.filter((place) => isOpen(store, place, today)).length;
    say(`Stopped by ${signals.received}: ${left} runs are left to check. Run the same command again to go on.`);
    return signals.exitCode;
  }
  const checked = places.map((place): Checked => {
    const finding = store.readRevalidation(place, store.read(place)!.record)?.finding;
    const standing = standingOf(store, place, today)!;
    const own = ownStanding(store, place, today);
    return {
      path: place.spec.path,
      engine: place.engineClass,
      standing,
      differences: own === "stale" && finding?.verdict === "stale" ? finding.differences : [],
      finding: own === "current" || own === "unchecked" || !finding ? null : findingText(finding),
      startsFrom: own !== standing && place.needs ? place.needs.spec.path : null,
      failure: failed.get(place.key) ?? null,
    };
  });
  const stale = places.filter((_, index) => checked[index]!.standing === "stale");
  if (args.setAside) setAside(store, stale);
  if (args.json) console.log(JSON.stringify({ suite: suite.id, runs: checked, setAside: args.setAside }));
  else printChecked(checked, { suite: suite.id, store: args.store, setAside: args.setAside });
  return checked.some(({ standing }) => standing === "stale" || standing === "unchecked")
    ? EXIT.cannotJudge
    : EXIT.done;
}

/** Whether a run needs a check: it was not checked against today's code, or without the weights that are here now. */
function isOpen(store: Store, place: RunPlace, today: SourcesToday): boolean {
  const standing = ownStanding(store, place, today);
  if (standing === "unchecked") return true;
  if (standing === "current" || standing === undefined) return false;
  const { record } = store.read(place)!;
  const finding = store.readRevalidation(place, record)!.finding;
  const { verdict, measuredFrom = "weights" } = finding;
  const isOver = verdict === "unverifiable" ? leftNothing(record) : measuredFrom === "weights";
  if (isOver) return false;
  const ownWeights = record.state !== "finished" || record.weightsSha256 === null || store.hasWeights(place);
  return ownWeights && (!place.needs || store.hasWeights(place.needs));
}

const leftNothing = (record: RunRecord): boolean => record.state === "diverged" && !record.earlyStateSha256;

/** The chain is told first: what is told and still there is listed again by the next command that does runs. */
function setAside(store: Store, places: readonly RunPlace[]): void {
  const chain = Chain.read(store.folder);
  chain.takeUp();
  chain.append(places.map((place) => ({ what: "set-aside", file: store.name(place) })));
  for (const place of places) store.setAside(place);
}

/** Checks runs engine by engine; what could not be checked by run key, and why. */
async function checkAll(
  pending: readonly RunPlace[],
  store: Store,
  args: RevalidateArguments,
  today: SourcesToday,
  signals: SignalWatch,
): Promise<Map<string, string>> {
  const failed = new Map<string, string>();
  let done = 0;
  for (const engineClass of new Set(pending.map((place) => place.engineClass))) {
    const places = pending.filter((place) => place.engineClass === engineClass);
    const { id } = store.read(places[0]!)!.record.provenance.engine;
    const refuse = (why: string): void => {
      for (const place of places) failed.set(place.key, why);
    };
    if (args.engine !== undefined && args.engine !== id) {
      refuse(`it is of ${engineClass} and can be checked with --engine ${id} only`);
      continue;
    }
    if (signals.received) break;
    await withEngine({ requested: id, stacked: isStackedClass(engineClass) }, async ({ worker, engine, choice }) => {
      if (engine.class !== engineClass)
        return refuse(`it needs an engine of class ${engineClass}; this machine opens ${engine.class}`);
      await revalidate({
        ...{
          places,
          store,
          engine,
          choice,
          today,
          first: worker,
          workers: args.workers ?? availableParallelism(),
          signal: signals.signal,
        },
        onEvent(event) {
          const { model, setting, replicate } = event.place.spec;
          if (event.type === "failed") failed.set(event.place.key, event.message);
          done += 1;
          const found = event.type === "failed" ? `not checked: ${event.message}` : findingText(event.finding);
          say(`[${done}/${pending.length}] ${model} ${setting} ${replicate}: ${found}`);
        },
      });
    });
  }
  return failed;
}
