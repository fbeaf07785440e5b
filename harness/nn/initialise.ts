import { standardNormal } from "../engine/stateless-normal.ts";
import type { Words2 } from "../philox.ts";
import type { HostState } from "../training.ts";
import type { Parameter } from "./mlp.ts";

/** Flat parameter vector: weights N(0, sd²), biases and shifts 0, scales 1. */
export function initialParameters(parameters: readonly Parameter[], sd: number, key: Words2): Float32Array {
  const total = parameters.reduce((sum, p) => sum + p.size, 0);
  const flat = standardNormal(total, key);
  let offset = 0;
  for (const { role, size } of parameters) {
    const piece = flat.subarray(offset, offset + size);
    if (role === "weights") for (let i = 0; i < size; i++) piece[i] = piece[i]! * sd;
    else piece.fill(role === "scale" ? 1 : 0);
    offset += size;
  }
  return flat;
}

/** A parameter vector with Adam's two zero moments, under `name`, `name/m` and `name/v`. */
export function withMoments(name: string, flat: Float32Array): HostState {
  const shape = [flat.length];
  return {
    [name]: { shape, data: flat },
    [`${name}/m`]: { shape, data: new Float32Array(flat.length) },
    [`${name}/v`]: { shape, data: new Float32Array(flat.length) },
  };
}
