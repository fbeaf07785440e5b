import * as tf from "@tensorflow/tfjs-core";

/** What the encoder says of each x: q(z | x) = N(μ, σ²), factorial; μ, log σ and σ, each [batch, 2]. */
export interface Posterior {
  readonly mu: tf.Tensor2D;
  readonly logSigma: tf.Tensor2D;
  readonly sigma: tf.Tensor2D;
}

/** The encoder's output [batch, 4], [μ, log σ], as the density it stands for. */
export function posterior(heads: tf.Tensor2D): Posterior {
  const [mu, logSigma] = tf.split(heads, 2, 1) as [tf.Tensor2D, tf.Tensor2D];
  // One σ for both of its uses: as exp(log σ) and exp(2 log σ), log σ would get a sum of three gradients, which a graph
  // may add in another order than eager execution does.
  return { mu, logSigma, sigma: tf.exp(logSigma) };
}

/** The reparametrised sample ẑ = μ + σ · ε, ε ~ N(0, I); [batch, 2]. */
export function zHat({ mu, sigma }: Posterior, epsilon: tf.Tensor2D): tf.Tensor2D {
  return tf.add(mu, tf.mul(sigma, epsilon));
}

/** −log N(x; x̃, s² I) = Σ over dimensions of ((x − x̃) / s)² / 2 + log s + log(2π) / 2, in nats; [batch]. */
export function reconstructionError(x: tf.Tensor2D, xTilde: tf.Tensor2D, logSd: tf.Scalar): tf.Tensor1D {
  const standardised = tf.mul(tf.sub(x, xTilde), tf.exp(tf.neg(logSd)));
  return tf.sum(tf.add(tf.div(tf.square(standardised), 2), tf.add(logSd, Math.log(2 * Math.PI) / 2)), 1);
}

/** KL(N(μ, σ²) ‖ N(0, I)) = Σ over dimensions of (μ² + σ² − 1) / 2 − log σ, in nats; [batch]. */
export function divergence({ mu, logSigma, sigma }: Posterior): tf.Tensor1D {
  return tf.sum(tf.sub(tf.div(tf.sub(tf.add(tf.square(mu), tf.square(sigma)), 1), 2), logSigma), 1);
}

/** Negative evidence lower bound, mean over the batch (Kingma and Welling 2014, with one sample of ẑ): both terms' sum. */
export function vaeLoss(reconstructionError: tf.Tensor1D, divergence: tf.Tensor1D): tf.Scalar {
  return tf.mean(tf.add(reconstructionError, divergence));
}
