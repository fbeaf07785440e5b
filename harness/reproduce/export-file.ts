/**
 * An export file: the recipe, settings and results of a suite's runs. Its format is named `reproducibility-lock`, its option
 * `--lock`; elsewhere in the code a lock keeps two processes apart.
 */
import { readFileSync } from "node:fs";
import { z } from "zod";
import { Baseline } from "../compare/baseline.ts";
import { EXIT, HarnessError } from "../errors.ts";

export const ExportFile = z.strictObject({
  format: z.literal("reproducibility-lock"),
  version: z.literal(1),
  exportedAt: z.string(),
  /** Commands that do the same again, one after another. */
  recipe: z.array(z.string()).min(1),
  /** Runs of each arm. */
  replicates: z.int().positive(),
  /** Suite, profile, seed, engine, machine, revision; and every run's settings and metrics. */
  results: Baseline,
  /** Hashes of what the runs trained and measured, by the path of the run. */
  bits: z.record(
    z.string(),
    z.strictObject({
      weightsSha256: z.string().nullable(),
      arrays: z.record(z.string(), z.string()),
      /** Of a run that diverged and has nothing else: over the hashes of its state along the way. */
      trailSha256: z.string().optional(),
    }),
  ),
  /** What the suite's claims were judged to be, under its first reading. */
  claims: z.array(z.strictObject({ id: z.string(), statement: z.string(), verdict: z.string(), reason: z.string() })),
});
export type ExportFile = z.infer<typeof ExportFile>;

/** @throws HarnessError when there is no such file, or it is something else. */
export function readExportFile(file: string): ExportFile {
  let json: unknown;
  try {
    json = JSON.parse(readFileSync(file, "utf8"));
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    throw new HarnessError(
      code === "ENOENT"
        ? `There is no file ${file}. Write one: npm run export <suite> -- --lock.`
        : `${file} is no file that "npm run export" wrote: it is not JSON.`,
    );
  }
  const parsed = ExportFile.safeParse(json);
  if (parsed.success) return parsed.data;
  throw new HarnessError(
    `${file} is no file that "npm run export" wrote: ${z.prettifyError(parsed.error).split("\n").slice(0, 2).join(" ")}.`,
    EXIT.wrongUse,
  );
}
