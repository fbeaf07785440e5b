import { createHash } from "node:crypto";
import { z } from "zod";
import { Curve } from "../contract/run.ts";
import type { HostState } from "../engine/host-state.ts";
import { Trail } from "../engine/trail.ts";
import { decodeSafetensors, safetensorsParts } from "./safetensors.ts";

/** Where a training stood: enough to go on to the same bits on the same engine class. */
export interface Checkpoint {
  readonly key: string;
  readonly updates: number;
  readonly state: HostState;
  readonly curve: Curve;
  readonly trainMs: number;
  readonly resumes: number;
  readonly earlyStateSha256: string | null;
  /** Hash of the sources that trained it last; absent where it was not kept. */
  readonly sourceSha256?: string | undefined;
  /** Hashes of other sources that trained it before those. */
  readonly earlierSources?: readonly string[] | undefined;
  /** Hashes up to here; absent where they were not kept. */
  readonly trail?: Trail | undefined;
}

const Progress = z.strictObject({
  key: z.string(),
  updates: z.int().nonnegative(),
  curve: Curve,
  trainMs: z.number(),
  resumes: z.int(),
  earlyStateSha256: z.string().nullable(),
  sourceSha256: z.string().optional(),
  earlierSources: z.array(z.string()).optional(),
  trail: Trail.optional(),
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

const FORMAT = "reproducibility-checkpoint 2";

/** The file's bytes in parts, one after another; the tensors' are not copied. */
export function checkpointParts({ state, ...rest }: Checkpoint): Uint8Array[] {
  const progress = JSON.stringify(rest);
  return safetensorsParts(state, { format: FORMAT, progress, sha256: checksum(progress, state) });
}

/** Over all that a run goes on from: a flipped digit of the update count is as bad as one of a weight. */
function checksum(progress: string, state: HostState): string {
  return createHash("sha256").update(progress).update(stateSha256(state)).digest("hex");
}

/** Throws an Error that says what is wrong when the bytes are not a whole checkpoint of the run `key`. */
export function decodeCheckpoint(bytes: Uint8Array, key: string): Checkpoint {
  const { state, metadata } = decodeSafetensors(bytes);
  if (metadata.format !== FORMAT) throw new RangeError("not a checkpoint of this version");
  const text = metadata.progress ?? "";
  if (metadata.sha256 !== checksum(text, state)) throw new RangeError("its SHA-256 does not match its contents");
  const progress = Progress.parse(JSON.parse(text));
  if (progress.key !== key) throw new RangeError(`it belongs to another run (${progress.key.slice(0, 8)})`);
  return { state, ...progress };
}
