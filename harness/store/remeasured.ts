/** The metrics of a finished run measured again from its stored arrays: a small file next to the run's record, which stays as it is. */
import { z } from "zod";
import type { RunRecord } from "../contract/run.ts";
import { EXIT, HarnessError } from "../errors.ts";
import { writeAtomic } from "../files/atomic-file.ts";
import { parseJson, textIfThere } from "./reading.ts";
import { recordSha256 } from "./revalidation.ts";
import { sealedText, unsealed } from "./sealed.ts";

export const Remeasured = z.strictObject({
  format: z.literal("reproducibility-remeasured"),
  version: z.literal(1),
  key: z.string(),
  /** SHA-256 of the record whose arrays were measured: one that took its place is not meant. */
  recordSha256: z.string(),
  /** Hash of the sources that measured. */
  sourceSha256: z.string(),
  /** ISO time. */
  at: z.string(),
  metrics: z.record(z.string(), z.number()),
});
export type Remeasured = z.infer<typeof Remeasured>;

/** Why the text of such a file cannot be trusted, or what it says. */
export function parseRemeasured(
  json: unknown,
  key: string | undefined,
): { readonly remeasured: Remeasured } | { readonly why: string } {
  const { rest, fits } = unsealed(json);
  const parsed = Remeasured.safeParse(rest);
  if (!parsed.success) return { why: `it does not hold metrics that were measured again` };
  if (fits !== true) return { why: "it is not what was written (its checksum differs)" };
  if (key !== undefined && parsed.data.key !== key) return { why: "it is of another run" };
  return { remeasured: parsed.data };
}

/**
 * The metrics in a file if they are of this record; undefined for another record, or without a file. Throws HarnessError when
 * the file cannot be trusted.
 */
export function readRemeasured(file: string, record: RunRecord): Remeasured | undefined {
  const text = textIfThere(file);
  if (text === undefined) return undefined;
  const parsed = parseRemeasured(parseJson(text), record.key);
  if ("why" in parsed)
    throw new HarnessError(
      `${file} cannot be used: ${parsed.why}. Remove it and run npm run remeasure ${record.spec.suite}.`,
      EXIT.cannotJudge,
    );
  return parsed.remeasured.recordSha256 === recordSha256(record) ? parsed.remeasured : undefined;
}

export const writeRemeasured = (file: string, remeasured: Remeasured): void =>
  writeAtomic(file, sealedText(Remeasured.parse(remeasured)));
