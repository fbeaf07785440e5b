import type { HostState } from "../engine/host-state.ts";
import { randomWords } from "../engine/stateless-bits.ts";
import { standardNormal } from "../engine/stateless-normal.ts";
import type { Words2 } from "../random/philox.ts";
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
  const normals = standardNormal(parameterTotal(parameters), key);
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

/** Parameters by name, cut in their order from one stream: weights uniform between −bound and bound, all others 0. */
export function uniformParameters(
  parameters: readonly Parameter[],
  boundOf: (weights: Parameter) => number,
  key: Words2,
): HostState {
  const words = randomWords(parameterTotal(parameters), key);
  let end = 0;
  return Object.fromEntries(
    parameters.map((parameter) => {
      const { name, shape, size, role } = parameter;
      end += size;
      if (role !== "weights") return [name, { shape, data: new Float32Array(size) }];
      const bound = boundOf(parameter);
      return [
        name,
        { shape, data: Float32Array.from(words.subarray(end - size, end), (word) => bound * (word / 2 ** 31 - 1)) },
      ];
    }),
  );
}

const parameterTotal = (parameters: readonly Parameter[]): number =>
  parameters.reduce((sum, { size }) => sum + size, 0);

/** Parameters, by name, each with the zero tensors that its optimizer keeps next to it; without `keeps` Adam's moments. */
export function withKept(parameters: HostState, keeps: readonly string[] = ["m", "v"]): HostState {
  return Object.fromEntries(
    Object.entries(parameters).flatMap(([name, { shape, data }]) => [
      [name, { shape, data }],
      ...keeps.map((kept) => [`${name}/${kept}`, { shape, data: new Float32Array(data.length) }]),
    ]),
  );
}
