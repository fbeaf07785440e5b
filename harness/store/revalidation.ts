/** What a check of a stored run against changed code found: a small file beside the run's record. */
import { createHash } from "node:crypto";
import { z } from "zod";
import { Provenance, type RunRecord } from "../contract/run.ts";
import { canonicalJson } from "./run-key.ts";

/** One thing that the code at the check makes otherwise; values as text, as JSON has no NaN. */
export const Difference = z.strictObject({
  /** "state after 50 updates" or "metric modes". */
  what: z.string(),
  stored: z.string(),
  now: z.string(),
});
export type Difference = z.infer<typeof Difference>;

/**
 * What the metrics of a finished run were measured from again: `weights`, as the run does it (also where it trains nothing);
 * `arrays` that are stored with it, its weights being left behind; `nothing`: they were not measured again.
 */
export const MeasuredFrom = z.enum(["weights", "arrays", "nothing"]);
export type MeasuredFrom = z.infer<typeof MeasuredFrom>;
/** Absent of a diverged run, which has no metrics, and in findings by older versions, which measured from weights. */
const measuredFrom = MeasuredFrom.optional();

/**
 * What a check found. `stands`: the first updates are the same, and the metrics where they were measured again.
 * `unverifiable`: the first updates cannot be made again in less time than the whole run, e.g. of a run that diverged within
 * them, or where the run that it starts from has no weights here.
 */
export const Finding = z.discriminatedUnion("verdict", [
  z.strictObject({ verdict: z.literal("stands"), measuredFrom }),
  z.strictObject({ verdict: z.literal("stale"), differences: z.array(Difference).min(1), measuredFrom }),
  z.strictObject({ verdict: z.literal("unverifiable"), reason: z.string(), measuredFrom }),
]);
export type Finding = z.infer<typeof Finding>;

export const Revalidation = z.strictObject({
  format: z.literal("reproducibility-revalidation"),
  version: z.literal(1),
  key: z.string(),
  /** SHA-256 of the record that was checked: one that took its place is not meant. */
  recordSha256: z.string(),
  /** Hash of the sources that it was checked against. */
  sourceSha256: z.string(),
  engine: Provenance.shape.engine,
  /** ISO time. */
  at: z.string(),
  finding: Finding,
});
export type Revalidation = z.infer<typeof Revalidation>;

export const recordSha256 = (record: RunRecord): string => contentSha256(record);

/** SHA-256 of a value, whatever the order of its keys. */
export const contentSha256 = (value: object): string => createHash("sha256").update(canonicalJson(value)).digest("hex");
