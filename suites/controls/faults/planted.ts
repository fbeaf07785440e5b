/** The planted faults of data, seeds and declarations: each turns something right into something wrong. */
import type { PublishedValue, Quantity } from "../../../harness/contract/claims.ts";
import type { Words2 } from "../../../harness/random/philox.ts";
import type { Stream } from "../../../harness/random/seeds.ts";

/** The labels in a random order: right as often as chance. */
export const shuffledLabels = (labels: Uint8Array, stream: Stream): Uint8Array =>
  Uint8Array.from(stream.permutation(labels.length), (from) => labels[from]!);

/** Features [n, d] with a column more: the label of each row, as ±`size`. */
export function leakedLabel(features: Float32Array, labels: Uint8Array, d: number, size: number): Float32Array {
  const leaking = new Float32Array(labels.length * (d + 1));
  labels.forEach((label, i) => {
    leaking.set(features.subarray(i * d, (i + 1) * d), i * (d + 1));
    leaking[i * (d + 1) + d] = label === 1 ? size : -size;
  });
  return leaking;
}

/** A file whose end did not arrive: somewhere between one byte and all but one are missing. */
export const truncatedFile = (bytes: Uint8Array, stream: Stream): Uint8Array =>
  bytes.subarray(0, 1 + stream.below(bytes.length - 1));

/** A seed that does not change with the replicate. */
export const stuckSeed = (_replicate: Words2): Words2 => [1, 2];

/** A metric declared with its direction reversed. */
export const reversedDirection = (quantity: Quantity): Quantity => ({
  ...quantity,
  better: quantity.better === "higher" ? "lower" : "higher",
});

/** A printed bar of three SDs, taken for one SD. */
export function threeSdReadAsSd(printed: PublishedValue): PublishedValue {
  if (printed.spread.kind !== "3sd") throw new TypeError(`${printed.id} has no bar of three SDs`);
  return { ...printed, spread: { kind: "sd", value: printed.spread.value } };
}
