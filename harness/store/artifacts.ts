/** Files beside a record that it names with their hashes: arrays and weights. */
import { existsSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import type { FinishedRun, RunRecord } from "../contract/run.ts";
import { EXIT, HarnessError } from "../errors.ts";
import { writeAtomic } from "../files/atomic-file.ts";
import { bytesIfThere } from "./reading.ts";
import { sha256 } from "./sealed.ts";

export type Artifact = FinishedRun["artifacts"][string];

/** The path of an artifact, which is in the folder of its record. */
export const artifactFile = (record: string, { file }: Artifact): string => join(dirname(record), basename(file));

export function writeArtifact(file: string, bytes: Uint8Array): Artifact {
  writeAtomic(file, bytes);
  return { file: basename(file), sha256: sha256(bytes), sizeBytes: bytes.length };
}

/** Whether the weights that the record names are there. */
export function hasWeights(file: string, record: RunRecord | undefined): boolean {
  const weights = record?.state === "finished" ? record.artifacts.weights : undefined;
  return weights !== undefined && existsSync(artifactFile(file, weights));
}

/** Throws HarnessError for an artifact that the record does not name, that is missing, or that has changed. */
export function readNamedArtifact(recordFile: string, record: RunRecord, name: string): Buffer {
  const artifact = record.state === "finished" ? record.artifacts[name] : undefined;
  if (!artifact) throw new HarnessError(`${recordFile} has no array "${name}".`, EXIT.cannotJudge);
  const file = artifactFile(recordFile, artifact);
  const bytes = bytesIfThere(file);
  if (!bytes)
    throw new HarnessError(
      `${file} is missing. ${name === "weights" ? "If npm run collect --without-weights left it behind, collect its run again without that option. Otherwise move" : "Move"} ${recordFile} away and run the suite again: only that run is repeated.`,
      EXIT.cannotJudge,
    );
  if (sha256(bytes) !== artifact.sha256)
    throw new HarnessError(
      `${file} has changed since its run was stored (SHA-256 differs). Move ${recordFile} away and run the suite again: only that run is repeated.`,
      EXIT.cannotJudge,
    );
  return bytes;
}
