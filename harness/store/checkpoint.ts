import { createHash } from "node:crypto";
import { z } from "zod";
import { Curve } from "../run.ts";
import type { HostState } from "../training.ts";
import { decodeSafetensors, encodeSafetensors } from "./safetensors.ts";

/** Where a training stood: enough to go on to the same bits on the same engine class. */
export interface Checkpoint {
  readonly key: string;
  readonly updates: number;
  readonly state: HostState;
  readonly curve: Curve;
  readonly trainMs: number;
  readonly resumes: number;
  readonly earlyStateSha256: string | null;
}

const Progress = z.strictObject({
  key: z.string(),
  updates: z.int().nonnegative(),
  curve: Curve,
  trainMs: z.number(),
  resumes: z.int(),
  earlyStateSha256: z.string().nullable(),
});

/** SHA-256 over names, shapes and bytes of a state. */
export function stateSha256(state: HostState): string {
  const hash = createHash("sha256");
  for (const name of Object.keys(state).sort()) {
    const { shape, data } = state[name]!;
    hash.update(JSON.stringify([name, shape])).update(Buffer.from(data.buffer, data.byteOffset, data.byteLength));
  }
  return hash.digest("hex");
}

export function encodeCheckpoint({ state, ...progress }: Checkpoint): Uint8Array {
  return encodeSafetensors(state, {
    format: "reproducibility-checkpoint 1",
    progress: JSON.stringify(progress),
    sha256: stateSha256(state),
  });
}

/** Throws an Error that says what is wrong when the bytes are not a whole checkpoint of the run `key`. */
export function decodeCheckpoint(bytes: Uint8Array, key: string): Checkpoint {
  const { state, metadata } = decodeSafetensors(bytes);
  if (metadata.format !== "reproducibility-checkpoint 1") throw new RangeError("not a checkpoint of this version");
  if (metadata.sha256 !== stateSha256(state)) throw new RangeError("its SHA-256 does not match its tensors");
  const progress = Progress.parse(JSON.parse(metadata.progress ?? "null"));
  if (progress.key !== key) throw new RangeError(`it belongs to another run (${progress.key.slice(0, 8)})`);
  return { state, ...progress };
}
