import { standardNormal } from "../engine/stateless-normal.ts";
import type { Words2 } from "../philox.ts";
import type { HostState } from "../training.ts";
import type { Parameter } from "./mlp.ts";

/**
 * Parameters by name, cut in their order from one stream: weights N(0, sd²), scales N(1, scaleSd²), biases and shifts 0.
 * @param sd of all weights, or of each of them
 */
export function initialParameters(
  parameters: readonly Parameter[],
  sd: number | ((weights: Parameter) => number),
  key: Words2,
  scaleSd = 0,
): HostState {
  const sdOf = typeof sd === "number" ? () => sd : sd;
  const total = parameters.reduce((sum, p) => sum + p.size, 0);
  const normals = standardNormal(total, key);
  let end = 0;
  return Object.fromEntries(
    parameters.map((parameter) => {
      const { name, shape, size, role } = parameter;
      end += size;
      const data = normals.subarray(end - size, end);
      if (role === "weights") {
        const weightsSd = sdOf(parameter);
        for (let i = 0; i < size; i++) data[i] = data[i]! * weightsSd;
      } else if (role === "scale") for (let i = 0; i < size; i++) data[i] = 1 + data[i]! * scaleSd;
      else data.fill(0);
      return [name, { shape, data }];
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
