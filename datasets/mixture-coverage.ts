/** How well samples cover a mixture. */
import { centres, type Mixture } from "./mixture.ts";

export interface Coverage {
  /** Components with at least one sample assigned: the paper's own, lenient count. */
  readonly modes: number;
  readonly modes5: number;
  readonly modes20: number;
  /** Components with at least 20 samples within 3 standard deviations of their mean. */
  readonly sharpModes: number;
  /** Share of all samples within 3 standard deviations of a mean. */
  readonly share3sd: number;
}

/**
 * The component of highest responsibility of each of the samples [n, 2] (equal weights and covariances: the nearest mean), [n].
 * −1 for a sample that is not finite.
 */
export function nearestComponents(samples: Float32Array, mixture: Mixture): Int16Array {
  const means = centres(mixture);
  return Int16Array.from({ length: samples.length / 2 }, (_, i) => {
    let best = -1;
    let bestDistance = Number.POSITIVE_INFINITY;
    for (let k = 0; k < means.length; k++) {
      const distance = squaredDistance(samples, i, means[k]!);
      if (distance < bestDistance) {
        best = k;
        bestDistance = distance;
      }
    }
    return best;
  });
}

const squaredDistance = (samples: Float32Array, i: number, [x, y]: readonly [number, number]): number =>
  (samples[2 * i]! - x) ** 2 + (samples[2 * i + 1]! - y) ** 2;

/** Counts the samples [n, 2] by component. Those that are not finite count nowhere. */
export function coverage(samples: Float32Array, mixture: Mixture): Coverage {
  const means = centres(mixture);
  const assigned = new Array<number>(means.length).fill(0);
  const near = new Array<number>(means.length).fill(0);
  const radius2 = (3 * mixture.sd) ** 2;
  nearestComponents(samples, mixture).forEach((k, i) => {
    if (k < 0) return;
    assigned[k]!++;
    if (squaredDistance(samples, i, means[k]!) <= radius2) near[k]!++;
  });
  const atLeast = (counts: number[], n: number): number => counts.filter((c) => c >= n).length;
  return {
    modes: atLeast(assigned, 1),
    modes5: atLeast(assigned, 5),
    modes20: atLeast(assigned, 20),
    sharpModes: atLeast(near, 20),
    share3sd: near.reduce((a, b) => a + b, 0) / (samples.length / 2),
  };
}
