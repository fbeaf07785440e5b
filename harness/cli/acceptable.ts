/** What may become a baseline: results of one clean revision, all of them. */
import { simpleGit } from "simple-git";
import { isOf } from "../comparing/candidate.ts";
import { EXIT, HarnessError } from "../errors.ts";
import { placesOf } from "../evidence.ts";
import type { Origin } from "../execute/messages.ts";
import type { Profile, RunRecord } from "../run.ts";
import { PROJECT } from "../sources.ts";
import { isResult, type Store } from "../store/store.ts";
import type { Suite } from "../suite.ts";
import type { StoredPlan } from "./stored-plans.ts";

/** Where accepted baselines are kept, from the root of the project. */
export const ACCEPTED = "baselines/accepted";

export const runCommand = (suite: Suite, profile: Profile): string =>
  `npm run suite ${suite.id}${suite.literal ? "" : ` -- --profile ${profile}`}`;

/** The revision of a tree without changes, accepted baselines apart. Throws HarnessError. */
export async function cleanRevision({ revision }: Origin): Promise<string> {
  if (revision === null)
    throw new HarnessError(
      `${PROJECT} is no git repository with a commit: nobody could say what code a baseline is of. Accept in a clone.`,
      EXIT.cannotJudge,
    );
  const changed = (
    await simpleGit(PROJECT).raw(
      ...["--no-optional-locks", "status", "--porcelain", "--", ".", `:(exclude)${ACCEPTED}`],
    )
  ).trimEnd();
  if (changed === "") return revision;
  const [first, ...others] = changed.split("\n");
  throw new HarnessError(
    `The working tree has changes (${first!.trim()}${others.length > 0 ? ` and ${others.length} more` : ""}): a baseline has to be of a revision. Commit them, run the suite again, and accept then.`,
    EXIT.cannotJudge,
  );
}

/** The records of a plan, in its order. Throws HarnessError that says why they cannot be a baseline. */
export function acceptable(
  store: Store,
  { suite, plan, engineClass, rootSeed }: StoredPlan,
  today: Origin,
  command: string,
): RunRecord[] {
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
  const of = (bad: (record: RunRecord) => boolean) => found.filter(({ record }) => bad(record!));
  const anew = `Use a new folder: ${command}${suite.literal ? " --" : ""} --store <folder>, then accept with the same --store.`;
  refuse(
    of(({ provenance }) => !isOf(provenance, today)),
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
