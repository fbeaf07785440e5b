/** An accepted baseline: what a suite's runs gave at a revision, kept so that later code is judged against it. */
import { z } from "zod";
import { PROFILES } from "../contract/profiles.ts";
import { Provenance, type RunRecord, type RunSpec } from "../contract/run.ts";
import type { Plan, Suite } from "../contract/suite.ts";
import { canonicalJson, specSha256 } from "../store/run-key.ts";

/** One run as a baseline keeps it: what it was, and what came out. */
export const BaselineRun = z.strictObject({
  path: z.string(),
  model: z.string(),
  modelVersion: z.int(),
  setting: z.string(),
  replicate: z.int().nonnegative(),
  specSha256: z.string(),
  updates: z.int().nonnegative(),
  settings: z.record(z.string(), z.json()),
  dataSha256: z.string(),
  /** Only results are accepted; a diverged run is one. */
  state: z.enum(["finished", "diverged"]),
  /** Null for a run that diverged. */
  metrics: z.record(z.string(), z.number()).nullable(),
});
export type BaselineRun = z.infer<typeof BaselineRun>;

/** Number of parameters by group, e.g. {generator: 17000, discriminator: 64000}. */
export const ParameterCounts = z.record(z.string(), z.int().nonnegative());
export type ParameterCounts = z.infer<typeof ParameterCounts>;

export const Baseline = z.strictObject({
  format: z.literal("reproducibility-baseline"),
  version: z.literal(1),
  suite: z.string(),
  suiteVersion: z.int(),
  profile: z.enum(PROFILES),
  budget: z.string(),
  engineClass: z.string(),
  rootSeed: z.string(),
  acceptedAt: z.string(),
  /** Why it was accepted, in the words of who did; null when nothing was said. */
  note: z.string().nullable(),
  provenance: z.strictObject({
    revision: z.string(),
    /** Of the whole suite. */
    sourceSha256: z.string(),
    /** Of each arm's runs; absent in a baseline of a time when all runs of a suite had the hash of the whole. */
    armSources: z.record(z.string(), z.string()).optional(),
    lockfileSha256: z.string().nullable(),
    engine: Provenance.shape.engine,
    /** Of the first run; the others ran on the same engine class. */
    machine: Provenance.shape.machine,
  }),
  /** Parameters of the model in each slot; none for a suite without slots. */
  parameters: z.record(z.string(), ParameterCounts),
  runs: z.array(BaselineRun).min(1),
});
export type Baseline = z.infer<typeof Baseline>;

/** The code that made the runs of an arm of a baseline. */
export const codeOfArm = (
  { armSources, sourceSha256, lockfileSha256 }: Baseline["provenance"],
  { model }: { readonly model: string },
): Pick<Provenance, "sourceSha256" | "lockfileSha256"> => ({
  sourceSha256: armSources?.[model] ?? sourceSha256,
  lockfileSha256,
});

export function baselineRun({ spec, ...record }: RunRecord): BaselineRun {
  if (record.state !== "finished" && record.state !== "diverged")
    throw new TypeError(`${spec.path} is ${record.state}: it is no result`);
  const { path, model, modelVersion, setting, replicate, updates, settings, dataSha256 } = spec;
  return {
    path,
    model,
    modelVersion,
    setting,
    replicate,
    specSha256: specSha256(spec),
    updates,
    settings,
    dataSha256,
    state: record.state,
    metrics: record.state === "finished" ? record.metrics : null,
  };
}

/** A field in which two sides must agree and do not, with both values in words. */
export interface Difference {
  readonly field: string;
  readonly baseline: string;
  readonly now: string;
}

/** Runs that are planned, or were made. */
interface PlannedRuns extends Pick<Plan, "budget"> {
  readonly runs: readonly Pick<RunSpec, "path" | "model" | "settings" | "updates" | "dataSha256">[];
}
/** What would run now, as far as it has to agree with the baseline. */
export interface Now {
  readonly suite: Pick<Suite, "id" | "version">;
  readonly plan: PlannedRuns;
  readonly engineClass: string;
  readonly rootSeed: string;
  /** Only the runs of this slot. */
  readonly slot?: string | undefined;
}

/** The fields in which a baseline and today's plan disagree; none where they can be compared. */
export function differencesOf(baseline: Baseline, { suite, plan, engineClass, rootSeed, slot }: Now): Difference[] {
  const fields: readonly (readonly [string, string | number, string | number])[] = [
    ["suite", baseline.suite, suite.id],
    ["suiteVersion", baseline.suiteVersion, suite.version],
    ["budget", baseline.budget, plan.budget],
    ["engineClass", baseline.engineClass, engineClass],
    ["rootSeed", baseline.rootSeed, rootSeed],
  ];
  const differing = fields
    .filter(([, before, now]) => before !== now)
    .map(([field, before, now]) => ({ field, baseline: String(before), now: String(now) }));
  // Runs of another version, budget or seed differ in all else too.
  return differing.length > 0 ? differing : runDifferences(baseline, plan, slot);
}

function runDifferences(baseline: Baseline, plan: PlannedRuns, slot: string | undefined): Difference[] {
  const inSlot = ({ model }: { model: string }): boolean => slot === undefined || model === slot;
  const before = new Map(baseline.runs.filter(inSlot).map((run) => [run.path, run]));
  const now = new Map(plan.runs.filter(inSlot).map((spec) => [spec.path, spec]));
  const there = (side: ReadonlyMap<string, unknown>, path: string): string => (side.has(path) ? "planned" : "none");
  const [apart] = [...before.keys(), ...now.keys()].filter((path) => !before.has(path) || !now.has(path));
  if (apart !== undefined) return [{ field: `runs: ${apart}`, baseline: there(before, apart), now: there(now, apart) }];
  for (const [path, run] of before) {
    const spec = now.get(path)!;
    const pairs: [string, unknown, unknown][] = [
      ...[...new Set([...Object.keys(run.settings), ...Object.keys(spec.settings)])].map(
        (key): [string, unknown, unknown] => [`settings.${key}`, run.settings[key], spec.settings[key]],
      ),
      ["updates", run.updates, spec.updates],
      ["dataSha256", run.dataSha256, spec.dataSha256],
    ];
    const differing = pairs.filter(([, a, b]) => inWords(a) !== inWords(b));
    if (differing.length > 0)
      return differing.map(([key, a, b]) => ({ field: `${key} of ${path}`, baseline: inWords(a), now: inWords(b) }));
  }
  return [];
}

const inWords = (value: unknown): string => (value === undefined ? "none" : canonicalJson(value));

/** "generator 17,000, discriminator 64,000" */
export const countsInWords = (counts: ParameterCounts): string =>
  Object.entries(counts)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([group, count]) => `${group} ${count}`)
    .join(", ") || "none";
