/** Hashes of a training's state along the way: where two runs that should agree part, told without doing them again. */
import { createHash } from "node:crypto";
import { z } from "zod";
import type { HostState } from "./host-state.ts";

/** Of every tensor of the state, after the updates that are a power of two and after the last: 17 times in 100,000. */
export const Trail = z.strictObject({
  update: z.array(z.int().positive()),
  /** By the tensor's name, each as long as `update`. */
  tensors: z.record(z.string(), z.array(z.string())),
});
export type Trail = z.infer<typeof Trail>;

export const emptyTrail = (): Trail => ({ update: [], tensors: {} });

export const isMilestone = (update: number, last: boolean): boolean => last || (update & (update - 1)) === 0;

/** The first 12 hexadecimal digits of a tensor's SHA-256, over its shape and bytes. */
function tensorHash({ shape, data }: HostState[string]): string {
  const bytes = Buffer.from(data.buffer, data.byteOffset, data.byteLength);
  return createHash("sha256").update(JSON.stringify(shape)).update(bytes).digest("hex").slice(0, 12);
}

export const stateHashes = (state: HostState): Record<string, string> =>
  Object.fromEntries(Object.entries(state).map(([name, tensor]) => [name, tensorHash(tensor)]));

export function addMilestone(trail: Trail, update: number, state: HostState): void {
  trail.update.push(update);
  for (const [name, hash] of Object.entries(stateHashes(state))) {
    trail.tensors[name] ??= [];
    trail.tensors[name].push(hash);
  }
}
