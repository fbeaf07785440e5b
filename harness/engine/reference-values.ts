/** How the fixtures of independent reference values (ci/peers) describe numbers: made from keys, and seen in samples. */
import type { Words2 } from "../random/philox.ts";
import { standardNormal } from "./stateless-normal.ts";

/** A tensor made from a stream of standard normals n: value = mean + sd · n, or mean + sd · |n| where `positive`. */
export interface Recipe {
  readonly shape: readonly number[];
  readonly mean: number;
  readonly sd: number;
  readonly positive?: boolean;
}

/** A walk over a flat array: `length` entries, the i-th at (i · stride) mod size. */
export interface Walk {
  readonly stride: number;
  readonly length: number;
}

export const sizeOf = (shape: readonly number[]): number => shape.reduce((a, b) => a * b, 1);

/** The tensors of `recipes` one after the other as one flat array, from one stream of normals. */
export function regenerate(recipes: readonly Recipe[], key: Words2): Float32Array {
  const flat = standardNormal(
    recipes.reduce((total, { shape }) => total + sizeOf(shape), 0),
    key,
  );
  let at = 0;
  for (const { shape, mean, sd, positive } of recipes)
    for (const end = at + sizeOf(shape); at < end; at++)
      flat[at] = mean + sd * (positive ? Math.abs(flat[at]!) : flat[at]!);
  return flat;
}

/** The entries of `flat` that a walk visits. */
export function visited(flat: ArrayLike<number>, { stride, length }: Walk): number[] {
  return Array.from({ length }, (_, i) => flat[(i * stride) % flat.length]!);
}

/** Euclidean norm. */
export function euclideanNorm(values: ArrayLike<number>): number {
  let squares = 0;
  for (let i = 0; i < values.length; i++) squares += values[i]! * values[i]!;
  return Math.sqrt(squares);
}
