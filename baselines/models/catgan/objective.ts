/** The entropies of categorical GANs (Springenberg 2015), in nats, of logits [n, classes]; p(x) is their softmax. */
import * as tf from "@tensorflow/tfjs-core";
import { differentiable, differentiableFirst } from "../../../harness/engine/differentiable.ts";
import { logProbabilities } from "../../../harness/nn/log-probabilities.ts";

/**
 * Mean over the batch of H[p(x)]: how uncertain of its cases the classifier is. Its gradient in a case's logits is that of H[p],
 * −p_k (log p_k + H), over n.
 */
function conditionalEntropy(logits: tf.Tensor2D): tf.Scalar {
  return differentiable([logits], (l) => {
    const logP = logProbabilities(l as tf.Tensor2D);
    const { value, slopes } = conditional(logP, tf.exp(logP));
    return { value, saved: [slopes], gradient: (dy, [slopes]) => [() => perCase(slopes!, dy)] };
  }) as tf.Scalar;
}

/**
 * mean H[p(x)] − H[mean p(x)]: low where the classifier is certain of its cases, and these are spread evenly over the classes. Beside
 * it its two terms, which no gradient passes through. One operation, so that the logits have one gradient and not the sum of two; that
 * of H[mean p] in a case's logits is, with q the mean, −p_k (log q_k − Σ p log q), over n.
 */
function uncertaintyLessSpread(logits: tf.Tensor2D) {
  const [loss, ofCases, ofMean] = differentiableFirst([logits], (l) => {
    const logP = logProbabilities(l as tf.Tensor2D);
    const p = tf.exp(logP);
    // log (n q): log n is taken off where it does not cancel, for a graph would move it about.
    const logNq = tf.logSumExp(logP, 0);
    const n = logits.shape[0];
    const marginal = tf.sub(Math.log(n), tf.mul(tf.sum(tf.mul(tf.exp(logNq), logNq)), 1 / n));
    const spread = tf.mul(p, tf.sub(logNq, tf.sum(tf.mul(p, logNq), 1, true)));
    const { value, slopes } = conditional(logP, p);
    return {
      value: tf.sub(value, marginal),
      observed: [value, marginal],
      saved: [tf.sub(slopes, spread)],
      gradient: (dy, [slopes]) => [() => perCase(slopes!, dy)],
    };
  }) as [tf.Scalar, tf.Scalar, tf.Scalar];
  return { loss, conditional: ofCases, marginal: ofMean };
}

/** −p (log p + H) is minus the slopes; a product of products times a constant would have other bits in a graph. */
function conditional(logP: tf.Tensor, p: tf.Tensor) {
  const each = tf.mul(p, logP);
  const sums = tf.sum(each, 1, true);
  return { value: tf.neg(tf.mean(sums)), slopes: tf.sub(each, tf.mul(p, sums)) };
}

/** Minus the slopes [n, classes], over n. */
const perCase = (slopes: tf.Tensor, dy: tf.Tensor): tf.Tensor => tf.mul(slopes, tf.mul(dy, -1 / slopes.shape[0]!));

/**
 * The discriminator is to be certain of real cases, even over the classes, and uncertain of generated ones:
 * −H[mean p(x)] + mean H[p(x)] − mean H[p(G(z))], with its terms.
 */
export function discriminatorLoss(real: tf.Tensor2D, fake: tf.Tensor2D) {
  const { loss, ...terms } = uncertaintyLessSpread(real);
  const ofFake = conditionalEntropy(fake);
  return { loss: tf.sub(loss, ofFake) as tf.Scalar, terms: { ...terms, ofFake } };
}

/** The generator is to make it certain of what is generated, and even over the classes: −H[mean p(G(z))] + mean H[p(G(z))]. */
export const generatorLoss = (fake: tf.Tensor2D): tf.Scalar => uncertaintyLessSpread(fake).loss;
