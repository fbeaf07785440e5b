/** What a line's revision plans for it, kept in the campaign's folder, and what of that is left now. */
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

/** What `npm run plan SUITE -- --json` prints. */
export const Planned = z.object({
  /** Runs that were left when it was planned. */
  runs: z.array(RunSpec),
  /** Milliseconds of a step by kind of run. */
  stepMs: z.record(z.string(), z.number()),
  engine: z.looseObject({ class: z.string() }),
  claims: z.array(z.looseObject({ claim: z.string(), waitsFor: z.array(z.int()), ms: z.number() })),
});
export type Planned = z.infer<typeof Planned>;

/** Lines that differ in their claim and priority alone have the same plan. */
function fileOf(plans: string, line: Line): string {
  const asked = [line.revision, line.suite, ...optionsOf(line, "plan")].join(" ");
  return join(plans, `${createHash("sha256").update(asked).digest("hex").slice(0, 16)}.json`);
}

export const keepPlan = (plans: string, line: Line, planned: Planned): void =>
  writeAtomic(fileOf(plans, line), `${JSON.stringify(planned)}\n`);

/** Undefined where none was kept, or it cannot be read. */
export function keptPlan(plans: string, line: Line): Planned | undefined {
  const file = fileOf(plans, line);
  if (!existsSync(file)) return undefined;
  try {
    return Planned.safeParse(JSON.parse(readFileSync(file, "utf8"))).data;
  } catch {
    return undefined;
  }
}

/** Results of a store, by suite: which specifications have one on an engine class. */
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
  /** Runs of the line that have no result, those of its plan where it names no claim. */
  readonly runs: number;
  /** Milliseconds of training on one core, from step times that were measured when it was planned. */
  readonly ms: number;
  /** Claims that are decided when the line is done; of a line with a claim, by that alone. */
  readonly gain: number;
  /** Claims of the plan that wait for runs. */
  readonly claims: readonly Waiting[];
}

/** What is left of a line's plan, given the results that are stored now. */
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

/** The line to do next: of the highest priority, the one that decides most claims a minute. Unplanned lines come last. */
export function nextLine(lines: readonly Line[], left: (line: Line) => Left | undefined): Line | undefined {
  const first = Math.min(...lines.map(({ priority }) => priority));
  const choices = lines
    .filter(({ priority }) => priority === first)
    .map((line) => ({ line, ...(left(line) ?? { gain: 0, ms: 0 }) }));
  return choices.length === 0 ? undefined : soonest(choices).line;
}
