/** A run: its specification before, its record after. */
import { z } from "zod";
import { ENGINES } from "../engine/engine.ts";
import { Trail } from "../engine/trail.ts";
import { PROFILES, type Profile } from "./profiles.ts";

export { PROFILES, type Profile };

/** The run that another one starts from, e.g. the trained GAN of an inverse mapping. */
export const Needs = z.strictObject({
  suite: z.string(),
  path: z.string(),
  /** SHA-256 of its specification: whatever changes there changes this run's key. */
  specSha256: z.string(),
});
export type Needs = z.infer<typeof Needs>;

/** Everything that decides what a run computes. Two equal specs on one engine class give the same bits. */
export const RunSpec = z.strictObject({
  suite: z.string(),
  suiteVersion: z.int(),
  profile: z.enum(PROFILES),
  /** What is really done: the profile's name, or a smaller budget's own name (e.g. "quick-wasm"). */
  budget: z.string(),
  model: z.string(),
  modelVersion: z.int(),
  /** The reading of the paper, e.g. "random" or "fixed". */
  setting: z.string(),
  replicate: z.int().nonnegative(),
  /** Key of all its random streams: `<suite>/<budget>/<model>/<setting>/replicate=3`. */
  path: z.string(),
  /** Planned updates; 0 for a run that computes without training. */
  updates: z.int().nonnegative(),
  /** Resolved settings: hyperparameters, network sizes, data. */
  settings: z.record(z.string(), z.json()),
  /** SHA-256 of the data the run reads. */
  dataSha256: z.string(),
  /** Absent for a run that starts from nothing. */
  needs: Needs.optional(),
});
export type RunSpec = z.infer<typeof RunSpec>;

export const Machine = z.strictObject({
  platform: z.string(),
  cpu: z.string(),
  /** Vector instructions of the processor, sorted; its name may hide them. Absent in records of older versions and off Linux. */
  instructions: z.array(z.string()).optional(),
  cores: z.int(),
  memoryBytes: z.number(),
  node: z.string(),
});

export const Provenance = z.strictObject({
  revision: z.string().nullable(),
  dirty: z.boolean().nullable(),
  /** SHA-256 of `git diff HEAD`; null when the tree is clean or there is no repository. */
  diffSha256: z.string().nullable(),
  lockfileSha256: z.string().nullable(),
  /** Hash at the end of the run over the code that determines its result (harness/provenance/sources.ts). */
  sourceSha256: z.string(),
  /** Such hashes of other code that trained it before it was continued, each found to begin with the same bits. */
  earlierSources: z.array(z.string()).optional(),
  engine: z.strictObject({
    id: z.enum(ENGINES),
    /** Results are comparable within an engine class only. */
    class: z.string(),
    device: z.string(),
    versions: z.record(z.string(), z.string()),
    /** Why this engine was chosen. */
    reason: z.string(),
  }),
  /** How the training step ran, and why so; null for a run that never got to a step. */
  step: z.strictObject({ kind: z.enum(["eager", "captured"]), reason: z.string() }).nullable(),
  machine: Machine,
  rootSeed: z.string(),
  startedAt: z.string(),
  durationMs: z.number(),
  /** Time in training steps alone, over all attempts that were continued; of a stacked run in those of its whole stack. */
  trainMs: z.number(),
  peakMemoryBytes: z.number(),
  /** How often the run was continued from a checkpoint. */
  resumes: z.int(),
  attempts: z.int(),
});
export type Provenance = z.infer<typeof Provenance>;

/** Learning curve: one named column an array, all as long as `update`. */
export const Curve = z.record(z.string(), z.array(z.number().nullable()));
export type Curve = z.infer<typeof Curve>;

const base = {
  format: z.literal("reproducibility-run"),
  version: z.literal(1),
  key: z.string(),
  spec: RunSpec,
  updatesDone: z.int().nonnegative(),
  curve: Curve,
  provenance: Provenance,
};
const Artifact = z.strictObject({ file: z.string(), sha256: z.string(), sizeBytes: z.number() });
const Failure = z.strictObject({ message: z.string(), stack: z.string().nullable() });

/** One finished attempt at a run, as stored. A metric exists only in a finished run: narrow on `state` first. */
export const RunRecord = z.discriminatedUnion("state", [
  z.strictObject({
    ...base,
    state: z.literal("finished"),
    metrics: z.record(z.string(), z.number()),
    /** Of metrics that were measured several times: every value. The metric is their mean. */
    draws: z.record(z.string(), z.array(z.number()).min(1)).optional(),
    /** SHA-256 of the trained state; null for a run that trains nothing. */
    weightsSha256: z.string().nullable(),
    /** SHA-256 of the state after the first updates, for revalidation. */
    earlyStateSha256: z.string().nullable(),
    trail: Trail.optional(),
    artifacts: z.record(z.string(), Artifact),
  }),
  z.strictObject({
    ...base,
    state: z.literal("diverged"),
    failure: Failure,
    /** As of a finished run; absent where it was not kept. */
    earlyStateSha256: z.string().nullable().optional(),
    trail: Trail.optional(),
  }),
  z.strictObject({ ...base, state: z.literal("crashed"), failure: Failure }),
  z.strictObject({ ...base, state: z.literal("timed-out"), failure: Failure }),
]);
export type RunRecord = z.infer<typeof RunRecord>;
export type FinishedRun = Extract<RunRecord, { state: "finished" }>;
