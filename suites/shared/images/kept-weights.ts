/** Trained weights that are kept for later runs of all checkouts: one file each, never trusted unchecked. */
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { z } from "zod";
import type { HostState } from "../../../harness/engine/host-state.ts";
import { messageOf } from "../../../harness/errors.ts";
import { writeAtomic } from "../../../harness/files/atomic-file.ts";
import { stateSha256 } from "../../../harness/store/checkpoint.ts";
import { decodeSafetensors, encodeSafetensors } from "../../../harness/store/safetensors.ts";

export interface KeptWeights {
  readonly weights: HostState;
  readonly accuracy: number;
  readonly blindAccuracy: number;
}

const FORMAT = "feature-space 1";
const Description = z.strictObject({
  /** All that decided the weights, as text. */
  identity: z.string(),
  accuracy: z.number(),
  blindAccuracy: z.number(),
});

const checksum = (description: string, weights: HostState): string =>
  createHash("sha256").update(description).update(stateSha256(weights)).digest("hex");

export function keepWeights(file: string, identity: string, { weights, ...measured }: KeptWeights): void {
  const description = JSON.stringify({ identity, ...measured } satisfies z.infer<typeof Description>);
  writeAtomic(
    file,
    encodeSafetensors(weights, { format: FORMAT, description, sha256: checksum(description, weights) }),
  );
}

/** Undefined when there is no such file, or (after `warn`) when it is broken or another's. */
export function readWeights(file: string, identity: string, warn: (message: string) => void): KeptWeights | undefined {
  let bytes: Uint8Array;
  try {
    bytes = readFileSync(file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") warn(`${file} cannot be read: ${messageOf(error)}`);
    return undefined;
  }
  try {
    const { state, metadata } = decodeSafetensors(bytes);
    const { format, description = "", sha256 } = metadata;
    if (format !== FORMAT) throw new RangeError("it is no feature space of this version");
    if (sha256 !== checksum(description, state)) throw new RangeError("its SHA-256 does not match its contents");
    const { identity: its, ...measured } = Description.parse(JSON.parse(description));
    if (its !== identity) throw new RangeError("it is another feature space");
    return { weights: state, ...measured };
  } catch (error) {
    warn(`${file} is broken (${messageOf(error)}); the feature space is made anew.`);
    return undefined;
  }
}
