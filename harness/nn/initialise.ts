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

/** The same values as a tensor for each parameter. */
export function initialTensors(parameters: readonly Parameter[], sd: number, key: Words2): HostState {
  const flat = initialParameters(parameters, sd, key);
  let offset = 0;
  return Object.fromEntries(
    parameters.map(({ name, shape, size }) => {
      offset += size;
      return [name, { shape, data: flat.subarray(offset - size, offset) }];
    }),
  );
}

/** Parameters, by name, with Adam's two zero moments `…/m` and `…/v`. */
export function withMoments(parameters: HostState): HostState {
  return Object.fromEntries(
    Object.entries(parameters).flatMap(([name, { shape, data }]) => [
      [name, { shape, data }],
      ...["m", "v"].map((moment) => [`${name}/${moment}`, { shape, data: new Float32Array(data.length) }]),
    ]),
  );
}
