/** Modes, sample quality and reverse KL of samples from a mixture of Gaussians, as PacGAN and VEEGAN count them. */
import type { Gaussians } from "./mixture.ts";

/** Distance in standard deviations below which a sample counts for the nearest mean. */
const RADIUS = 3;

export interface MixtureQuality {
  /** Components with at least one counted sample. */
  readonly qualityModes: number;
  /** Share of all samples that count: "high-quality samples". At most 1 − e^(−9/2) = 0.989 for draws from the mixture. */
  readonly quality: number;
  /**
   * KL divergence, in nats, of the counted samples' distribution over components from the uniform distribution:
   * log K − entropy. In [log(K / modes), log K]; log K if no sample counts.
   */
  readonly reverseKl: number;
}

/**
 * Samples [n, 2] count for the nearest mean if they are strictly nearer than 3 standard deviations (PacGAN,
 * fjxmlzn/PacGAN @ 190853e5, pacgan/extensions.py). Samples that are not finite do not count.
 */
export function mixtureQuality(samples: Float32Array, { means, sd }: Gaussians): MixtureQuality {
  const counts = new Array<number>(means.length).fill(0);
  const total = samples.length / 2;
  for (let i = 0; i < total; i++) {
    const squares = means.map(([x, y]) => (samples[2 * i]! - x) ** 2 + (samples[2 * i + 1]! - y) ** 2);
    const nearest = Math.min(...squares); // NaN if the sample is not finite
    if (nearest < (RADIUS * sd) ** 2) counts[squares.indexOf(nearest)]!++;
  }
  const counted = counts.reduce((sum, count) => sum + count, 0);
  const shares = counts.filter((count) => count > 0).map((count) => count / counted);
  const entropy = -shares.reduce((sum, share) => sum + share * Math.log(share), 0);
  return {
    qualityModes: shares.length,
    quality: counted / total,
    reverseKl: Math.max(0, Math.log(means.length) - entropy),
  };
}
