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
const LOG_2_PI = Math.log(2 * Math.PI);

/** Reparametrised: ε ~ N(0, I). One σ for all of its uses: a graph may add up three gradients in another order. */
export function sampled({ mu, logVariance }: Gaussian, epsilon: Crossed): Sampled {
  const sd: Crossed = tf.exp(tf.div(logVariance, 2));
  return { mu, logVariance, sd, epsilon, sample: tf.add(mu, tf.mul(sd, epsilon)) };
}

/**
 * log N(x; μ, σ²) = −Σ (log 2π + log σ² + ((x − μ) / σ)²) / 2 over the width, in nats; [classes, samples, cases]. Divided
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

/** log N(x; 0, I). */
export function logStandardNormal(x: Crossed): tf.Tensor3D {
  return halfSum(tf.square(x));
}

/** KL(N(μ, σ²) ‖ N(0, I)) = Σ (μ² + σ² − 1 − log σ²) / 2 over the width, in nats; [classes, samples, cases]. */
export function divergence({ mu, logVariance, sd }: Sampled): tf.Tensor3D {
  const terms = tf.sub(tf.sub(tf.add(tf.square(mu), tf.square(sd)), logVariance), 1);
  return tf.div(tf.sum(terms, -1), 2);
}

/** −Σ (log 2π + terms) / 2. Constants stay within the sum: a graph may move them among what is added to it. */
function halfSum(terms: Crossed): tf.Tensor3D {
  return tf.div(tf.sum(tf.add(terms, LOG_2_PI), -1), -2);
}
