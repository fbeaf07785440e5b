/** What a job array is to do, as a file in the store that its tasks read on the nodes. */
import { randomBytes } from "node:crypto";
import { existsSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { RunSpec } from "../../contract/run.ts";
import { ENGINES } from "../../engine/engine.ts";
import { EXIT, HarnessError, messageOf } from "../../errors.ts";
import { writeAtomic } from "../../files/atomic-file.ts";
import type { RunPlace } from "../../store/store.ts";

interface PlaceFile {
  readonly spec: RunSpec;
  readonly key: string;
  readonly engineClass: string;
  readonly needs?: PlaceFile | undefined;
}
const Place: z.ZodType<PlaceFile> = z.strictObject({
  spec: RunSpec,
  key: z.string(),
  engineClass: z.string(),
  get needs() {
    return Place.optional();
  },
});

const Batch = z.strictObject({
  format: z.literal("reproducibility-slurm-batch 1"),
  /** Also the name of its jobs. */
  name: z.string(),
  engine: z.strictObject({ requested: z.enum(ENGINES).optional() }),
  rootSeed: z.string(),
  checkpointMs: z.number(),
  timeoutMs: z.number().nullable(),
  /** A run each; none in a batch that only asks for the engine of a node. */
  tasks: z.array(
    z.strictObject({
      place: Place,
      attempt: z.int(),
      /** When the attempt was started that the store has a record of already; null where it has none. */
      before: z.string().nullable(),
    }),
  ),
});
export type Batch = z.infer<typeof Batch>;

const FOLDER = "slurm";
const FILE = "batch.json";

export const batchFolder = (store: string, name: string): string => join(store, FOLDER, name);
export const batchFile = (store: string, name: string): string => join(batchFolder(store, name), FILE);
export const logOf = (store: string, name: string, index: number): string =>
  join(batchFolder(store, name), `${index}.log`);

/** A name that no other batch has, in the queue of a cluster too. */
export const newName = (what: string): string => `repro-${what}-${randomBytes(6).toString("hex")}`;

export function writeBatch(store: string, batch: Omit<Batch, "format">): void {
  const file = batchFile(store, batch.name);
  writeAtomic(file, `${JSON.stringify({ format: "reproducibility-slurm-batch 1", ...batch })}\n`);
}

/** @throws HarnessError when the file is not what was written. */
export function readBatch(file: string): Batch {
  let json: unknown;
  try {
    json = JSON.parse(readFileSync(file, "utf8"));
  } catch (error) {
    throw new HarnessError(`Cannot read ${file}: ${messageOf(error)}.`, EXIT.cannotJudge);
  }
  const parsed = Batch.safeParse(json);
  if (parsed.success) return parsed.data;
  throw new HarnessError(
    `${file} is not a job array of this program: ${z.prettifyError(parsed.error).split("\n")[0]}. Remove its folder: its runs are submitted again.`,
    EXIT.cannotJudge,
  );
}

/** Those of a store that were submitted, or were about to be; what cannot be read is passed over. */
export function batchesOf(store: string): Batch[] {
  const folder = join(store, FOLDER);
  if (!existsSync(folder)) return [];
  return readdirSync(folder).flatMap((name) => {
    try {
      return [readBatch(batchFile(store, name))];
    } catch {
      return [];
    }
  });
}

/** One that cannot be removed does no harm: a network file system keeps files that a job has open still. */
export function removeBatch(store: string, name: string): void {
  try {
    rmSync(batchFolder(store, name), { recursive: true, force: true });
  } catch {
    // The next coordinator removes it.
  }
}

/** A place with only what a file has of it. */
export function placeFile({ spec, key, engineClass, needs }: RunPlace): PlaceFile {
  return { spec, key, engineClass, ...(needs && { needs: placeFile(needs) }) };
}
export function placeOf({ spec, key, engineClass, needs }: PlaceFile): RunPlace {
  return { spec, key, engineClass, ...(needs && { needs: placeOf(needs) }) };
}
