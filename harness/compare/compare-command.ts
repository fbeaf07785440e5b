/** The command lines of a compare and of the follow-up compares that would decide its INCONCLUSIVE comparisons. */

import type { Suite } from "../contract/suite.ts";
import { MOST_REPLICATES } from "../plan/plan-of.ts";
import { thisProject } from "../project.ts";
import { quoted, USUAL_OUT, USUAL_STORE } from "../terminal/commands.ts";
import type { Look, NextCompare } from "./change-data.ts";
import type { Change, ComparedChange } from "./judge-change.ts";
import { runsAt } from "./looks.ts";

/** Options of a compare, with paths relative to the project's folder. */
export interface CompareChoice {
  readonly profile: string;
  readonly rev?: string | undefined;
  readonly baseline?: string | undefined;
  readonly replicates?: number | undefined;
  /** Milliseconds for adding runs (`--budget`). */
  readonly timeLimitMs?: number | undefined;
  readonly model?: string | undefined;
  readonly slot?: string | undefined;
  readonly otherParameters?: boolean;
  readonly engine?: string | undefined;
  readonly workers?: number | undefined;
  readonly seed: string;
  readonly store: string;
  readonly out?: string;
}

const MINUTE_MS = 60_000;

/** The command of this compare, without options at their defaults. */
export function compareCommandLine(suite: Pick<Suite, "id">, choice: CompareChoice): string {
  const option = (name: string, value: string | number | undefined, usual?: string): string[] =>
    value === undefined || value === usual ? [] : [`--${name} ${quoted(String(value))}`];
  return [
    `npm run compare ${suite.id} -- --profile ${choice.profile}`,
    ...option("rev", choice.rev),
    ...option("baseline", choice.baseline),
    ...option("model", choice.model),
    ...option("slot", choice.slot),
    ...option("replicates", choice.replicates),
    ...option("budget", choice.timeLimitMs === undefined ? undefined : choice.timeLimitMs / MINUTE_MS),
    ...(choice.otherParameters ? ["--other-parameters"] : []),
    ...option("engine", choice.engine),
    ...option("workers", choice.workers),
    ...option("seed", choice.seed, thisProject().rootSeed),
    ...option("store", choice.store, USUAL_STORE),
    ...option("out", choice.out, USUAL_OUT),
  ].join(" ");
}

/**
 * The compares that would decide the INCONCLUSIVE comparisons. After a single look: a compare with more replicates.
 * While runs are added: the same compare with about the time up to the planned look of that size. Empty if such a
 * compare would stop at the same look again because another comparison is decided.
 *
 * A compare with more replicates on the same seeds looks at the first runs twice, so both together are wrong more often
 * than one; on fresh seeds they are not.
 *
 * @param revision makes the baseline's runs on fresh seeds, since the accepted runs have other seeds
 * @param first runs of each arm at look 1
 * @param replicateMs milliseconds of one more run of each arm on both sides
 */
export function nextCompares(
  suite: Pick<Suite, "id">,
  choice: CompareChoice,
  { verdict, comparisons }: Change,
  look: Pick<Look, "number" | "replicates">,
  revision: string,
  first: number,
  replicateMs: number,
): NextCompare[] {
  const { timeLimitMs } = choice;
  if (timeLimitMs !== undefined && verdict !== "INCONCLUSIVE") return [];
  const open = comparisons.filter((one) => one.verdict === "INCONCLUSIVE");
  const sizes = open
    .flatMap((one) => sizeOf(one) ?? [])
    .map((size) => (timeLimitMs === undefined ? size : plannedSize(size, look.number + 1, first)));
  return [...new Set(sizes)]
    .filter((size) => size <= MOST_REPLICATES)
    .sort((a, b) => a - b)
    .map((replicates) => {
      const minutes = Math.ceil(((replicates - look.replicates) * replicateMs) / MINUTE_MS) + 1;
      const options =
        timeLimitMs === undefined
          ? { replicates }
          : {
              timeLimitMs: Math.max(timeLimitMs, minutes * MINUTE_MS),
              ...(choice.replicates !== undefined && { replicates: Math.max(choice.replicates, replicates) }),
            };
      return {
        replicates,
        decides: sizes.filter((size) => size <= replicates).length,
        open: open.length,
        command: compareCommandLine(suite, { ...choice, ...options }),
        fresh:
          timeLimitMs === undefined
            ? compareCommandLine(suite, {
                ...choice,
                replicates,
                baseline: undefined,
                seed: freshSeed(choice.seed),
                rev: choice.rev ?? revision.slice(0, 12),
              })
            : null,
      };
    });
}

/** The next seed: "7" → "7-2" → "7-3". */
function freshSeed(seed: string): string {
  const [, root = seed, number = "1"] = /^(.+)-(\d+)$/.exec(seed) ?? [];
  return `${root}-${Number(number) + 1}`;
}

/** Replicates that would decide a comparison; null if no number would. */
function sizeOf({ wouldDecide, runs }: ComparedChange): number | null {
  if (!wouldDecide || wouldDecide.furtherReplicates === null) return null;
  const size = Math.max(runs.baseline.length, runs.candidate.length);
  return wouldDecide.newCompare ?? size + wouldDecide.furtherReplicates;
}

/** Runs of each arm at the first look, from `look` on, with at least `size` runs. */
function plannedSize(size: number, look: number, first: number): number {
  const planned = runsAt(look, first);
  return planned >= size ? planned : plannedSize(size, look + 1, first);
}
