/** A run's record by its file, wherever that is, and the store that it stands in. */
import { existsSync, readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { z } from "zod";
import { RunRecord } from "../contract/run.ts";
import { EXIT, HarnessError } from "../errors.ts";
import { specSha256 } from "../store/run-key.ts";
import { type RunPlace, Store } from "../store/store.ts";

export interface StoredRecord {
  readonly file: string;
  readonly record: RunRecord;
}

/** @throws HarnessError when there is no such file, or it holds no record. */
export function readStoredRecord(asked: string): StoredRecord {
  const file = resolve(asked);
  if (!existsSync(file))
    throw new HarnessError(
      `There is no file ${file}. Name two run records: files like runs/<suite>/quick/…/replicate=0.0123456789abcdef.json.`,
    );
  let json: unknown;
  try {
    json = JSON.parse(readFileSync(file, "utf8"));
  } catch {
    throw new HarnessError(`${file} is not a run record: it is not JSON.`);
  }
  const { checksum: _, ...rest } = (json ?? {}) as { checksum?: unknown };
  const parsed = RunRecord.safeParse(rest);
  if (parsed.success) return { file, record: parsed.data };
  throw new HarnessError(`${file} is not a run record: ${z.prettifyError(parsed.error).split("\n")[0]}.`);
}

/** Below a store's folder: suite, budget, engine class, model, setting, the record. */
const DEPTH = 6;
const storeOf = (file: string): string => Array.from({ length: DEPTH }).reduce<string>((at) => dirname(at), file);

/** The store that the record stands in, and the run that it starts from there. Throws HarnessError where that is missing. */
export function neededPlace({ file, record }: StoredRecord): {
  readonly store: string;
  readonly needs: RunPlace | null;
} {
  const store = storeOf(file);
  const { needs } = record.spec;
  if (!needs) return { store, needs: null };
  const missing = new HarnessError(
    `${file} starts from the run ${needs.path}, which is not in its store ${store}.`,
    EXIT.cannotJudge,
  );
  if (!existsSync(join(store, "store.json"))) throw missing;
  const found = Store.open(store, { create: false })
    .list(needs.suite)
    .runs.find(
      (run) =>
        specSha256(run.record.spec) === needs.specSha256 &&
        run.record.provenance.rootSeed === record.provenance.rootSeed &&
        run.record.provenance.engine.class === record.provenance.engine.class,
    );
  if (!found) throw missing;
  const { spec, key, provenance } = found.record;
  return { store, needs: { spec, key, engineClass: provenance.engine.class } };
}
