/** Plans of the lines by their revisions, kept in the campaign's folder, and the remaining part of each plan. */
import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { RunSpec } from "../../harness/contract/run.ts";
import { writeAtomic } from "../../harness/files/atomic-file.ts";
import { trainingMs } from "../../harness/plan/estimate.ts";
import { specSha256 } from "../../harness/store/run-key.ts";
import { isResult, type Store } from "../../harness/store/store.ts";
import { soonest, type Waiting, waitingClaims } from "../next-claim.ts";
import { type Line, optionsOf } from "./lines.ts";

/** Output of `npm run plan SUITE -- --json`. */
export const Planned = z.object({
  /** Runs without a result at the time of planning. */
  runs: z.array(RunSpec),
  /** Milliseconds of a step by kind of run. */
  stepMs: z.record(z.string(), z.number()),
  engine: z.looseObject({ class: z.string() }),
  claims: z.array(z.looseObject({ claim: z.string(), waitsFor: z.array(z.int()), ms: z.number() })),
});
export type Planned = z.infer<typeof Planned>;

/** Lines that differ only in claim and priority have the same plan. */
function fileOf(plans: string, line: Line): string {
  const asked = [line.revision, line.suite, ...optionsOf(line, "plan")].join(" ");
  return join(plans, `${createHash("sha256").update(asked).digest("hex").slice(0, 16)}.json`);
}

export const keepPlan = (plans: string, line: Line, planned: Planned): void =>
  writeAtomic(fileOf(plans, line), `${JSON.stringify(planned)}\n`);

/** Undefined if no readable plan was kept. */
export function keptPlan(plans: string, line: Line): Planned | undefined {
  const file = fileOf(plans, line);
  if (!existsSync(file)) return undefined;
  try {
    return Planned.safeParse(JSON.parse(readFileSync(file, "utf8"))).data;
  } catch {
    return undefined;
  }
}

/** Specifications with a result in a store, by suite and engine class. */
export function resultsOf(store: Store | null): (suite: string, engineClass: string) => ReadonlySet<string> {
  const known = new Map<string, ReadonlySet<string>>();
  return (suite, engineClass) => {
    const name = `${suite} ${engineClass}`;
    const found =
      known.get(name) ??
      new Set(
        (store?.list(suite).runs ?? [])
          .filter(({ record }) => isResult(record) && record.provenance.engine.class === engineClass)
          .map(({ record }) => specSha256(record.spec)),
      );
    known.set(name, found);
    return found;
  };
}

export interface Left {
  /** Runs of the line without a result; for a line without a claim, of its whole plan. */
  readonly runs: number;
  /** Milliseconds of training on one core, from the step times measured while planning. */
  readonly ms: number;
  /** Number of claims that the finished line decides; for a line with a claim, that the runs of this claim decide. */
  readonly gain: number;
  /** Claims that wait for runs. */
  readonly claims: readonly Waiting[];
}

/** The remaining part of a line's plan, given the results stored now. */
export function leftOf(
  line: Line,
  { runs, stepMs, engine, claims }: Planned,
  results: ReturnType<typeof resultsOf>,
): Left {
  const times = new Map(Object.entries(stepMs));
  const isLeft = runs.map((spec) => !results(spec.suite, engine.class).has(specSha256(spec)));
  const msOf = (places: readonly number[]): number => places.reduce((sum, at) => sum + trainingMs(runs[at]!, times), 0);
  const waiting = waitingClaims(
    claims.map(({ claim, waitsFor }) => {
      const now = waitsFor.filter((at) => isLeft[at]);
      return { claim, waitsFor: now, ms: msOf(now) };
    }),
  );
  if (line.claim !== undefined) {
    const own = waiting.find(({ claim }) => claim === line.claim);
    return { runs: own?.runs ?? 0, ms: own?.ms ?? 0, gain: own?.gain ?? 1, claims: own ? [own] : [] };
  }
  const left = [...runs.keys()].filter((at) => isLeft[at]);
  return { runs: left.length, ms: msOf(left), gain: Math.max(1, waiting.length), claims: waiting };
}

/** The next line: among the highest priority, the line that decides most claims a minute; unplanned lines come last. */
export function nextLine(lines: readonly Line[], left: (line: Line) => Left | undefined): Line | undefined {
  const first = Math.min(...lines.map(({ priority }) => priority));
  const choices = lines
    .filter(({ priority }) => priority === first)
    .map((line) => ({ line, ...(left(line) ?? { gain: 0, ms: 0 }) }));
  return choices.length === 0 ? undefined : soonest(choices).line;
}
