/** What may become a baseline or an exported file: results of one clean revision, all of them. */

import { simpleGit } from "simple-git";
import type { Profile, RunRecord } from "../contract/run.ts";
import type { Suite } from "../contract/suite.ts";
import { engineOf, isStackedClass } from "../engine/engine.ts";
import { EXIT, HarnessError } from "../errors.ts";
import { placesOf } from "../plan/places.ts";
import type { StoredPlan } from "../plan/stored-plans.ts";
import { thisProject } from "../project.ts";
import type { Origin } from "../provenance/provenance.ts";
import { codeOfArms, isOf } from "../revisions/candidate.ts";
import { isResult, type Store } from "../store/store.ts";

/** Where accepted baselines are kept, from the root of the project. */
export const ACCEPTED = "baselines/accepted";

/** What is made of stored runs, in the words of the verb that makes it. */
export interface Purpose {
  /** "accept" */
  readonly verb: string;
  /** "a baseline" */
  readonly what: string;
}

/** What decides which runs a suite does. */
export interface RunChoice {
  readonly profile: Profile;
  readonly seed?: string | undefined;
  readonly engineClass?: string | undefined;
  /** Where they are not the profile's. */
  readonly replicates?: number | undefined;
  readonly store?: string | undefined;
}

/** The command that does these runs: what is as without an option is left out. */
export function runCommand(suite: Suite, { profile, seed, engineClass, replicates, store }: RunChoice): string {
  const options = [
    ...(suite.literal ? [] : ["--profile", profile]),
    ...(engineClass === undefined ? [] : engineOptions(engineClass)),
    ...(replicates === undefined ? [] : ["--replicates", String(replicates)]),
    ...(seed === undefined || seed === thisProject().rootSeed
      ? []
      : ["--seed", /^[\w.-]+$/.test(seed) ? seed : `"${seed}"`]),
    ...(store === undefined ? [] : ["--store", store]),
  ];
  return [`npm run suite ${suite.id}`, ...(options.length === 0 ? [] : ["--", ...options])].join(" ");
}

/** A run has the same bits in a stack of any size. */
function engineOptions(engineClass: string): string[] {
  const id = engineOf(engineClass);
  return id === undefined ? [] : ["--engine", id, ...(isStackedClass(engineClass) ? ["--stack", "2"] : [])];
}

/** The revision of a tree without changes, accepted baselines apart. Throws HarnessError. */
export async function cleanRevision({ revision }: Origin, { verb, what }: Purpose): Promise<string> {
  if (revision === null)
    throw new HarnessError(
      `${thisProject().root} is no git repository with a commit: nobody could say what code ${what} is of. Run npm run ${verb} in a clone.`,
      EXIT.cannotJudge,
    );
  const changed = (
    await simpleGit(thisProject().root).raw(
      ...["--no-optional-locks", "status", "--porcelain", "--", ".", `:(exclude)${ACCEPTED}`],
    )
  ).trimEnd();
  if (changed === "") return revision;
  const [first, ...others] = changed.split("\n");
  throw new HarnessError(
    `The working tree has changes (${first!.trim()}${others.length > 0 ? ` and ${others.length} more` : ""}): ${what} has to be of a revision. Commit them, run the suite again, and npm run ${verb} then.`,
    EXIT.cannotJudge,
  );
}

/** What the command that did a plan's runs was given. */
function choiceOf({ suite, plan, engineClass, rootSeed }: StoredPlan): RunChoice {
  const replicates = replicatesOf(plan);
  const usual = replicatesOf(suite.plan(plan.profile, engineClass, { rootSeed }));
  return {
    profile: plan.profile,
    seed: rootSeed,
    engineClass,
    replicates: replicates === usual ? undefined : replicates,
  };
}

/** Runs of each arm. */
export const replicatesOf = ({ runs }: { readonly runs: readonly { readonly replicate: number }[] }): number =>
  1 + Math.max(...runs.map(({ replicate }) => replicate));

/** The records of a plan, in its order. Throws HarnessError that says why nothing can be made of them. */
export function acceptable(store: Store, stored: StoredPlan, { verb }: Purpose): RunRecord[] {
  const { suite, plan, engineClass, rootSeed } = stored;
  const choice = choiceOf(stored);
  const command = runCommand(suite, choice);
  const places = placesOf(plan, engineClass, rootSeed);
  const found = places.map((place) => ({ place, record: store.read(place)?.record }));
  const refuse = (bad: readonly { place: { spec: { path: string } } }[], why: string, what: string): void => {
    if (bad.length === 0) return;
    const [first] = bad;
    throw new HarnessError(
      `${bad.length} of ${places.length} runs ${why}, e.g. ${first!.place.spec.path}. ${what}`,
      EXIT.cannotJudge,
    );
  };
  refuse(
    found.filter(({ record }) => !record),
    "are missing",
    `Run ${command} to its end first.`,
  );
  refuse(
    found.filter(({ record }) => record?.state === "crashed"),
    "crashed",
    `Find out why, and run ${command} again: a crash is no result.`,
  );
  refuse(
    found.filter(({ record }) => record && !isResult(record)),
    "timed out",
    `Run ${command} with more time: a run that was given up is no result.`,
  );
  const records = found.map(({ record }) => record!);
  const today = codeOfArms(thisProject().root);
  const of = (bad: (record: RunRecord) => boolean) => found.filter(({ record }) => bad(record!));
  const anew = `Use a new folder: ${runCommand(suite, { ...choice, store: "<folder>" })}, then ${verb} with the same --store.`;
  refuse(
    of(({ spec, provenance }) => !isOf(provenance, today(spec))),
    "were made by other code than today's",
    anew,
  );
  refuse(
    of(({ provenance }) => provenance.dirty !== false),
    "were made in a working tree with uncommitted changes, or outside git",
    anew,
  );
  return records;
}
