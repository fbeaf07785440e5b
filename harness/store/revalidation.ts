/** What a check of a stored run against changed code found: a small file beside the run's record. */
import { z } from "zod";
import { Provenance, type RunRecord } from "../contract/run.ts";
import { EXIT, HarnessError } from "../errors.ts";
import { writeAtomic } from "../files/atomic-file.ts";
import { parseJson, textIfThere } from "./reading.ts";
import { contentSha256, sealedText, unsealed } from "./sealed.ts";

/** One thing that the code at the check makes otherwise; values as text, as JSON has no NaN. */
export const Difference = z.strictObject({
  /** "state after 50 updates" or "metric modes". */
  what: z.string(),
  stored: z.string(),
  now: z.string(),
});
export type Difference = z.infer<typeof Difference>;

/**
 * Source of a finished run's repeated metrics: `weights`, as in the run itself (also if it trains nothing); `arrays`,
 * stored with it while its weights were left behind; `nothing`: the metrics were not measured again.
 */
export const MeasuredFrom = z.enum(["weights", "arrays", "nothing"]);
export type MeasuredFrom = z.infer<typeof MeasuredFrom>;
/** Absent for diverged runs, which have no metrics, and in findings of older versions, which measured from weights. */
const measuredFrom = MeasuredFrom.optional();

/**
 * Result of a check. `stands`: the first updates are the same, and so are the metrics if measured again. With `processor`,
 * the check was made on another kind of processor than the run: the first updates are the same as those of the run's own
 * code there.
 * `unverifiable`: repeating the first updates would take as long as the whole run, e.g. if it diverged within them, or
 * needs upstream weights that are not here.
 */
export const Finding = z.discriminatedUnion("verdict", [
  z.strictObject({ verdict: z.literal("stands"), measuredFrom, processor: z.string().optional() }),
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

/**
 * The finding in a file if it is about this record of the suite; undefined for another record, or without a file. Throws
 * HarnessError when the file cannot be trusted.
 */
export function readRevalidation(file: string, record: RunRecord): Revalidation | undefined {
  const text = textIfThere(file);
  if (text === undefined) return undefined;
  const { rest, fits } = unsealed(parseJson(text));
  const parsed = Revalidation.safeParse(rest);
  const why = !parsed.success
    ? z.prettifyError(parsed.error).split("\n")[0]
    : fits === false
      ? "it is not what was written (its checksum differs)"
      : parsed.data.key !== record.key
        ? "it is of another run"
        : undefined;
  if (!parsed.success || why !== undefined)
    throw new HarnessError(
      `${file} does not say what a check of its run found: ${why}. Remove it and run npm run revalidate ${record.spec.suite}: only that check is repeated.`,
      EXIT.cannotJudge,
    );
  return parsed.data.recordSha256 === recordSha256(record) ? parsed.data : undefined;
}

export const writeRevalidation = (file: string, revalidation: Revalidation): void =>
  writeAtomic(file, sealedText(Revalidation.parse(revalidation)));
