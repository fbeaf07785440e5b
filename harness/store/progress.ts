/** Where a training stands, for whoever asks while it runs: a small file beside its checkpoint, never read by the run. */
import { z } from "zod";
import { Curve, RunSpec } from "../contract/run.ts";
import { writeAtomicInBackground } from "../files/atomic-file.ts";
import { ENDING } from "./layout.ts";
import { filesBelow, parseJson, textIfThere } from "./reading.ts";

export const Progress = z.strictObject({
  format: z.literal("reproducibility-progress 1"),
  key: z.string(),
  spec: RunSpec,
  engineClass: z.string(),
  rootSeed: z.string(),
  updates: z.int().nonnegative(),
  curve: Curve,
  /** Wall time that the updates left take, at the pace since the training was begun or gone on with; null before any. */
  leftMs: z.number().nullable(),
  writtenAt: z.string(),
});
export type Progress = z.infer<typeof Progress>;

export const writeProgress = (file: string, progress: Progress): Promise<void> =>
  writeAtomicInBackground(file, [Buffer.from(JSON.stringify(progress))]);

/** The progress of the trainings below a folder, in path order. Files that cannot be read as such are skipped. */
export const progressBelow = (folder: string): Progress[] =>
  filesBelow(folder)
    .filter((file) => file.endsWith(`.${ENDING.progress}`))
    .sort()
    .flatMap((file) => Progress.safeParse(parseJson(textIfThere(file) ?? "")).data ?? []);
