/** The checks of one stored run that need no other run: its record, location and artifacts. */
import { readFileSync } from "node:fs";
import { relative } from "node:path";
import { z } from "zod";
import { RunRecord } from "../contract/run.ts";
import { messageOf } from "../errors.ts";
import type { Artifact } from "./artifacts.ts";
import { ENDING, runFile } from "./layout.ts";
import { runKey } from "./run-key.ts";
import { sha256, unsealed } from "./sealed.ts";

export const PROBLEMS = ["altered", "missing", "foreign", "unreadable", "not captured"] as const;
export interface Problem {
  readonly kind: (typeof PROBLEMS)[number];
  /** Relative to the store's folder. */
  readonly file: string;
  readonly message: string;
}
export type Wrong = Omit<Problem, "file">;

export const NOT_AS_STORED = "it is not what was stored";

export interface ReadRecord {
  readonly record: RunRecord;
  readonly bytes: Buffer;
  /** SHA-256 of the file's bytes. */
  readonly sha256: string;
  /** False for a record of an older version, without a checksum. */
  readonly isSealed: boolean;
}

/** Reads a record's file and checks its schema and checksum. */
export function readRecord(file: string): ReadRecord | Wrong {
  let bytes: Buffer;
  let json: unknown;
  try {
    bytes = readFileSync(file);
    json = JSON.parse(bytes.toString("utf8"));
  } catch (error) {
    return { kind: "unreadable", message: messageOf(error) };
  }
  const { rest, fits } = unsealed(json);
  const parsed = RunRecord.safeParse(rest);
  if (!parsed.success)
    return { kind: "unreadable", message: z.prettifyError(parsed.error).split("\n").slice(0, 2).join(" ") };
  if (fits === false) return { kind: "altered", message: `${NOT_AS_STORED}: its checksum differs` };
  return { record: parsed.data, bytes, sha256: sha256(bytes), isSealed: fits === true };
}

/** Checks a record against the key of its specification, and its file against the run's path in the store `folder`. */
export function wrongOfPlace(folder: string, file: string, record: RunRecord): Wrong[] {
  const { spec, key, provenance } = record;
  const fits = runKey(spec, provenance.engine.class, provenance.rootSeed) === key;
  const place = runFile(folder, { spec, key, engineClass: provenance.engine.class }, ENDING.record);
  const message = `it is of a run whose place is ${relative(folder, place)}`;
  return [
    ...(fits ? [] : [{ kind: "altered", message: KEY_DIFFERS } as const]),
    ...(place === file ? [] : [{ kind: "foreign", message } as const]),
  ];
}
const KEY_DIFFERS = "its key is not that of its specification, engine class and root seed";

/** The bytes of an artifact's file if they are unaltered; undefined if there is no such file. */
export function readArtifact(file: string, { sizeBytes, sha256: stored }: Artifact): Buffer | Wrong | undefined {
  const read = readBytes(file);
  if (read === undefined || "message" in read) return read;
  return read.length === sizeBytes && sha256(read) === stored
    ? read
    : { kind: "altered", message: `${NOT_AS_STORED}: its SHA-256 differs` };
}

/** Undefined if there is no such file. */
export function readBytes(file: string): Buffer | Wrong | undefined {
  try {
    return readFileSync(file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    return { kind: "unreadable", message: messageOf(error) };
  }
}

/** Whether a finished run of tensorflow was not captured: its numbers are right, but cost much more time. */
export function isNotCaptured({ state, provenance: { engine, step } }: RunRecord): boolean {
  return state === "finished" && engine.id === "tensorflow" && step?.kind === "eager";
}
