/** The toy's data: a mixture of equally weighted round Gaussians on a square grid, in two dimensions. */
import { createHash } from "node:crypto";
import { standardNormal } from "../harness/engine/stateless-normal.ts";
import type { Words2 } from "../harness/random/philox.ts";
import { Stream, streamKey } from "../harness/random/seeds.ts";

export interface Mixture {
  /** Component means are all pairs of these coordinates. */
  readonly grid: readonly number[];
  /** Standard deviation of each component, in both dimensions. */
  readonly sd: number;
}

/** Means of the components, [components][2]. */
export function centres({ grid }: Mixture): [number, number][] {
  return grid.flatMap((x): [number, number][] => grid.map((y) => [x, y]));
}

/** A mixture of equally weighted round Gaussians with any means. */
export interface Gaussians {
  /** [components][2]. */
  readonly means: readonly (readonly [number, number])[];
  /** Standard deviation of each component, in both dimensions. */
  readonly sd: number;
}

/** The same mixture with its means listed. */
export const gaussiansOf = (mixture: Mixture): Gaussians => ({ means: centres(mixture), sd: mixture.sd });

/** `count` means at equal angles on a circle around the origin, the first at (radius, 0). */
export const ring = (count: number, radius: number, sd: number): Gaussians => ({
  means: Array.from({ length: count }, (_, k): [number, number] => {
    const angle = (2 * Math.PI * k) / count;
    return [radius * Math.cos(angle), radius * Math.sin(angle)];
  }),
  sd,
});

/** `count` draws, row-major [count, 2], a function of (mixture, key). */
export const drawMixture = (mixture: Mixture, count: number, key: Words2): Float32Array =>
  drawGaussians(gaussiansOf(mixture), count, key);

/** `count` draws, row-major [count, 2], a function of (mixture, key). */
export function drawGaussians({ means, sd }: Gaussians, count: number, [low, high]: Words2): Float32Array {
  const components = new Stream([low, high]);
  const x = standardNormal(2 * count, [low ^ 1, high]);
  for (let i = 0; i < count; i++) {
    const [cx, cy] = means[components.below(means.length)]!;
    x[2 * i] = cx + sd * x[2 * i]!;
    x[2 * i + 1] = cy + sd * x[2 * i + 1]!;
  }
  return x;
}

export interface MixtureData {
  /** Training samples, [count, 2]: one data set for all runs, as in the authors' code (a fixed seed). */
  readonly train: Float32Array;
  /** Held-out samples, [10000, 2]: independent draws. */
  readonly heldOut: Float32Array;
  readonly sha256: string;
}

const loaded = new Map<string, MixtureData>();

/** The data set of a mixture: `count` training and 10,000 held-out samples. */
export function mixtureData(mixture: Mixture, count: number): MixtureData {
  const id = JSON.stringify([mixture, count]);
  const known = loaded.get(id);
  if (known) return known;
  const train = drawMixture(mixture, count, streamKey("mixture", id, "train"));
  const heldOut = drawMixture(mixture, 10_000, streamKey("mixture", id, "held-out"));
  const sha256 = createHash("sha256").update(bytes(train)).update(bytes(heldOut)).digest("hex");
  const data = { train, heldOut, sha256 };
  loaded.set(id, data);
  return data;
}

const bytes = (data: Float32Array): Buffer => Buffer.from(data.buffer, data.byteOffset, data.byteLength);
