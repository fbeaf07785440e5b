/** Factorial normal distributions that networks give by mean and log variance. */
import * as tf from "@tensorflow/tfjs-core";
import type { Crossed } from "../../harness/nn/joint-mlp.ts";

/** N(μ, diag exp(log σ²)); each [classes, samples, cases, width]. */
export interface Gaussian {
  readonly mu: Crossed;
  readonly logVariance: Crossed;
}
/** A distribution with a sample μ + σ · ε of it. */
export interface Sampled extends Gaussian {
  readonly sd: Crossed;
  readonly epsilon: Crossed;
  readonly sample: Crossed;
}
/**
 * log(2π) / 2, which the log densities here lack for each dimension. It is subtracted where they have been added up: a
 * graph may move a constant among the terms of a sum, whose last bit may then be another.
 */
export const NORMALISER = Math.log(2 * Math.PI) / 2;

/** Reparametrised: ε ~ N(0, I). One σ for all of its uses: a graph may add up three gradients in another order. */
export function sampled({ mu, logVariance }: Gaussian, epsilon: Crossed): Sampled {
  const sd: Crossed = tf.exp(tf.div(logVariance, 2));
  return { mu, logVariance, sd, epsilon, sample: tf.add(mu, tf.mul(sd, epsilon)) };
}

/**
 * log N(x; μ, σ²) = −Σ (log σ² + ((x − μ) / σ)²) / 2, but for the normaliser, over the width, in nats; [classes, samples, cases]. Divided
 * before squaring: a graph may multiply the factors of (x − μ)² / σ²'s gradient in another order.
 */
export function logDensity(x: Crossed, { mu, logVariance }: Gaussian): tf.Tensor3D {
  const standardised = tf.mul(tf.sub(x, mu), tf.exp(tf.div(logVariance, -2)));
  return halfSum(tf.add(tf.square(standardised), logVariance));
}

/** The same of a distribution's own sample, where (x − μ)² / σ² = ε². */
export function logDensityOfSample({ logVariance, epsilon }: Sampled): tf.Tensor3D {
  return halfSum(tf.add(tf.square(epsilon), logVariance));
}

/** log N(x; 0, I) = −Σ x² / 2, but for the normaliser. */
export function logStandardNormal(x: Crossed): tf.Tensor3D {
  return halfSum(tf.square(x));
}

/** KL(N(μ, σ²) ‖ N(0, I)) + width / 2 = Σ (μ² + σ² − log σ²) / 2 over the width, in nats; [classes, samples, cases]. */
export function divergenceAndHalf({ mu, logVariance, sd }: Sampled): tf.Tensor3D {
  const terms = tf.sub(tf.add(tf.square(mu), tf.square(sd)), logVariance);
  return tf.div(tf.sum(terms, -1), 2);
}

function halfSum(terms: Crossed): tf.Tensor3D {
  return tf.div(tf.sum(terms, -1), -2);
}
