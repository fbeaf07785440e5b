/** How well examples of a mixture come back from their codes. */
import type { Mixture } from "./mixture.ts";
import { nearestComponents } from "./mixture-coverage.ts";

/** Root mean squared distance ‖x − x̂‖ of examples and reconstructions, each [n, 2], in the unit of x. */
export function reconstructionError(x: Float32Array, reconstructions: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < x.length; i++) sum += (x[i]! - reconstructions[i]!) ** 2;
  return Math.sqrt(sum / (x.length / 2));
}

export interface ReconstructedModes {
  /** Components of whose own examples at least half come back nearest to their own mean. */
  readonly kept: number;
  /** Components that at least one reconstruction, of whichever example, is nearest to: the lenient count. */
  readonly touched: number;
}

/**
 * Which components survive the way there and back. An example belongs to the component of highest responsibility (the
 * nearest mean), and so does a reconstruction; one that is not finite belongs to none. A component without examples is
 * not kept. Arrays are [n, 2], row by row.
 */
export function reconstructedModes(
  x: Float32Array,
  reconstructions: Float32Array,
  mixture: Mixture,
): ReconstructedModes {
  const components = mixture.grid.length ** 2;
  const own = nearestComponents(x, mixture);
  const back = nearestComponents(reconstructions, mixture);
  const examples = new Array<number>(components).fill(0);
  const same = new Array<number>(components).fill(0);
  own.forEach((k, i) => {
    if (k < 0) return;
    examples[k]!++;
    if (back[i] === k) same[k]!++;
  });
  return {
    kept: same.filter((count, k) => examples[k]! > 0 && 2 * count >= examples[k]!).length,
    touched: new Set(back.filter((k) => k >= 0)).size,
  };
}
