/** For tests: how near values are to an independent implementation's. */
import assert from "node:assert/strict";
import type { Tensors } from "../../../harness/engine/step.ts";

/** A tolerance is of an entry's error, relative to the largest |entry| of its tensor. */
export function near(what: string, got: ArrayLike<number>, wanted: readonly number[], tolerance: number): void {
  assert.equal(got.length, wanted.length, what);
  const allowed = tolerance * Math.max(...wanted.map(Math.abs));
  wanted.forEach((value, i) => {
    const off = Math.abs(got[i]! - value);
    assert.equal(off <= allowed, true, `${what}, entry ${i}: ${got[i]}, not ${value} ± ${allowed}`);
  });
}

/** The same of tensors by name. */
export function allNear(got: Tensors, wanted: Readonly<Record<string, readonly number[]>>, tolerance: number): void {
  for (const [name, values] of Object.entries(wanted)) near(name, got[name]!.dataSync(), values, tolerance);
}
