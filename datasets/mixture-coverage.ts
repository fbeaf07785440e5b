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
 * Assigns each of the samples [n, 2] to the component of highest responsibility (equal weights and covariances: the
 * nearest mean) and counts. Non-finite samples are assigned to none.
 */
export function coverage(samples: Float32Array, mixture: Mixture): Coverage {
  const means = centres(mixture);
  const assigned = new Array<number>(means.length).fill(0);
  const near = new Array<number>(means.length).fill(0);
  const radius2 = (3 * mixture.sd) ** 2;
  for (let i = 0; i < samples.length; i += 2) {
    let best = -1;
    let bestDistance = Number.POSITIVE_INFINITY;
    for (let k = 0; k < means.length; k++) {
      const distance = (samples[i]! - means[k]![0]) ** 2 + (samples[i + 1]! - means[k]![1]) ** 2;
      if (distance < bestDistance) {
        best = k;
        bestDistance = distance;
      }
    }
    if (best < 0) continue;
    assigned[best]!++;
    if (bestDistance <= radius2) near[best]!++;
  }
  const atLeast = (counts: number[], n: number): number => counts.filter((c) => c >= n).length;
  return {
    modes: atLeast(assigned, 1),
    modes5: atLeast(assigned, 5),
    modes20: atLeast(assigned, 20),
    sharpModes: atLeast(near, 20),
    share3sd: near.reduce((a, b) => a + b, 0) / (samples.length / 2),
  };
}
