/** The checks of all stored runs of a suite, engine by engine. */
import { availableParallelism } from "node:os";
import { join } from "node:path";
import type { Profile } from "../contract/profiles.ts";
import type { RunRecord } from "../contract/run.ts";
import type { Suite } from "../contract/suite.ts";
import { type EngineId, isStackedClass } from "../engine/engine.ts";
import { EXIT, type ExitCode, HarnessError } from "../errors.ts";
import { withEngine } from "../execute/open-engine.ts";
import { placesOf } from "../plan/places.ts";
import { withNeeded } from "../plan/plan-of.ts";
import { storedPlans } from "../plan/stored-plans.ts";
import { Chain } from "../store/chain.ts";
import type { RunPlace, Store } from "../store/store.ts";
import { say } from "../terminal/output.ts";
import type { SignalWatch } from "../terminal/signals.ts";
import { ownStanding, type SourcesToday, standingOf } from "../verdict/standing.ts";
import { findingText } from "../verdict/standing-words.ts";
import { sourcesToday } from "../verdict/standings.ts";
import { revalidate } from "./revalidate.ts";
import type { Checked } from "./text.ts";

export interface RevalidateSuiteOptions {
  /** Only runs of this profile, and of this engine. */
  readonly profile?: Profile;
  readonly engine?: EngineId;
  readonly workers?: number;
  readonly setAside: boolean;
}
/** The exit code of the signal that ended the checks. */
export interface Stopped {
  readonly stopped: ExitCode;
}

/**
 * Checks the suite's stored runs that other code made. With `setAside` renames the stale ones. Throws HarnessError where the
 * store holds none.
 */
export async function revalidateSuite(
  suite: Suite,
  store: Store,
  args: RevalidateSuiteOptions,
  signals: SignalWatch,
): Promise<Checked[] | Stopped> {
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
    return { stopped: signals.exitCode };
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
  return checked;
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
  args: RevalidateSuiteOptions,
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
          worktrees: join(store.folder, "worktrees"),
          say,
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
