import type { Difference } from "../store/revalidation.ts";
import { commandOn } from "../terminal/commands.ts";
import type { Standing } from "../verdict/standing.ts";

/** A stored run after the checks. */
export interface Checked {
  readonly path: string;
  /** Its engine class. */
  readonly engine: string;
  readonly standing: Standing;
  /** Of a run that is itself stale. */
  readonly differences: readonly Difference[];
  /** The result of its check against today's code, in a line; null without a check. */
  readonly finding: string | null;
  /** The run that it has its standing from, where that is worse than its own. */
  readonly startsFrom: string | null;
  /** Why the check did not come to an end. */
  readonly failure: string | null;
}

/** What the checks found, and what to do about it. */
export function printChecked(
  runs: readonly Checked[],
  { suite, store, setAside }: { readonly suite: string; readonly store: string; readonly setAside: boolean },
): void {
  const command = (verb: string, ...options: string[]): string => commandOn(verb, suite, store, options);
  for (const { path, standing, differences, finding, startsFrom, failure } of runs) {
    if (standing === "stale") console.log(`STALE  ${path}`);
    else if (standing === "unchecked") console.log(`NOT CHECKED  ${path}`);
    else {
      if (isPartial(standing))
        console.log(`CHECKED IN PART  ${path}\n  ${startsFrom === null ? finding : `it starts from ${startsFrom}`}`);
      continue;
    }
    for (const { what, stored, now } of differences)
      console.log(`  ${what}: ${short(stored)} stored, ${short(now)} now`);
    if (startsFrom !== null) console.log(`  it starts from ${startsFrom}`);
    if (failure !== null) console.log(`  ${failure.split("\n")[0]}`);
  }
  const count = (standing: Standing): number => runs.filter((run) => run.standing === standing).length;
  const words = [
    [count("current"), "of today's code"],
    [count("revalidated"), "checked and the same"],
    [count("replayed"), "with equal first updates, metrics not measured again"],
    [count("unverified"), "whose first updates cannot be made again"],
    [count("stale"), "STALE"],
    [count("unchecked"), "not checked"],
  ] as const;
  const counts = words.filter(([n]) => n > 0).map(([n, what]) => `${n} ${what}`);
  console.log(`${runs.length} runs: ${counts.join(", ")}.`);
  if (count("stale") === 0) return;
  console.log(
    setAside
      ? `The STALE runs were set aside (.stale). Do them again: ${command("suite")}, with the options of the first time.`
      : `Undo the change, or do the STALE runs again: ${command("revalidate", "--set-aside")}, then the suite's command.`,
  );
}

const isPartial = (standing: Standing): boolean => standing === "replayed" || standing === "unverified";

/** A hash by its first figures; a number whole. */
const short = (value: string): string => (/^[0-9a-f]{64}$/.test(value) ? `${value.slice(0, 12)}…` : value);
