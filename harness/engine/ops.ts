import * as tf from "@tensorflow/tfjs-core";
import { type Activation, batchNorm, type Normalised } from "./batch-norm.ts";
import { type Differentiated, differentiable } from "./differentiable.ts";
import { compositeImageOps, type ImageOps } from "./image-ops.ts";
import { standardNormal } from "./stateless-normal.ts";

/**
 * Operations that an engine may fuse. Every engine gives the same values within float32 rounding; the composites below
 * are the fallback. All are differentiable in their float arguments unless said otherwise.
 */
export interface Ops extends ImageOps {
  /** x [batch, in] · w [in, out] → [batch, out]. `weights`: see CaseWeights. */
  matMul(x: tf.Tensor2D, w: tf.Tensor2D, weights?: CaseWeights): tf.Tensor2D;
  /**
   * x [batch, …, out] + b: [out], one for each unit or channel, or [height, width, out], one for each place of a map too.
   * `weights`: see CaseWeights.
   */
  addBias<X extends tf.Tensor>(x: X, b: tf.Tensor, weights?: CaseWeights): X;
  /**
   * Batch normalisation by the batch's own mean and biased variance, then ReLU:
   * max(0, scale · (x − mean) / sqrt(variance + epsilon) + shift). x [batch, units], scale and shift [units].
   */
  batchNormRelu(x: tf.Tensor2D, scale: tf.Tensor1D, shift: tf.Tensor1D, epsilon: number): Normalised<tf.Tensor2D>;
  /** Largest of `pieces` linear pieces: x [batch, pieces · units] → [batch, units]; piece p of unit u is column p · units + u. */
  maxout(x: tf.Tensor2D, pieces: number): tf.Tensor2D;
  /** Standard normal numbers that are a function of (key, shape) alone; key int32 [2]. Not differentiable. */
  randomNormal(shape: readonly number[], key: tf.Tensor1D): tf.Tensor;
  /**
   * Adam's moments and parameters after one more gradient, all of one shape; `rate` (a scalar) has the bias corrections
   * in it: m ← β1 m + (1 − β1) g;  v ← β2 v + (1 − β2) g²;  p ← p − rate · m / (sqrt(v) + ε). Not differentiable. The
   * given tensors stay as they are; where they are a captured step's state, its variables are changed in place.
   */
  adam(before: AdamState, gradient: tf.Tensor, rate: tf.Scalar, decay: AdamDecay): AdamState;
}

/**
 * Weights of the cases [batch, 1] in the gradient of an operation's parameter; the gradient of its input goes on without
 * them. Called when the gradient is computed.
 */
export type CaseWeights = () => tf.Tensor2D;

/** What flows back to a parameter. */
export const weighted = (dy: tf.Tensor, weights: CaseWeights | undefined): tf.Tensor =>
  weights ? tf.mul(dy, weights()) : dy;

/** The factors of xᵀ · dy over weighted cases: the smaller one is weighted. */
export const weightedFactors = (x: tf.Tensor, dy: tf.Tensor, weights: CaseWeights | undefined) =>
  x.size < dy.size ? ([weighted(x, weights), dy] as const) : ([x, weighted(dy, weights)] as const);

export interface AdamState {
  readonly parameters: tf.Tensor;
  /** Running average of the gradient. */
  readonly m: tf.Tensor;
  /** Running average of the squared gradient. */
  readonly v: tf.Tensor;
}
export interface AdamDecay {
  readonly beta1: number;
  readonly beta2: number;
  readonly epsilon: number;
}

/** The composites: plain tfjs operations with hand-written gradients, for every backend. */
export const compositeOps: Ops = {
  ...compositeImageOps,

  matMul: (x, w, weights) =>
    differentiable([x, w], (x, w) => ({
      value: tf.matMul(x as tf.Tensor2D, w as tf.Tensor2D),
      saved: [x!, w!],
      gradient: (dy, [x, w]) => [
        () => tf.matMul(dy, w!, false, true),
        () => tf.matMul(...weightedFactors(x!, dy, weights), true, false),
      ],
    })) as tf.Tensor2D,

  addBias(x, b, weights) {
    const shared = Array.from({ length: x.rank - b.rank }, (_, axis) => axis);
    return differentiable([x, b], (x, b) => ({
      value: tf.add(x!, b!),
      saved: [],
      gradient: (dy) => [() => dy, () => tf.sum(weighted(dy, weights), shared)],
    })) as typeof x;
  },

  batchNormRelu(x, scale, shift, epsilon) {
    const relu: Activation = { forward: tf.relu, backward: (dy, y) => tf.mul(dy, tf.step(y)) };
    return batchNorm(x, scale, shift, epsilon, relu);
  },

  maxout(x, pieces) {
    return differentiable([x], (x) => {
      const split = [x!.shape[0]!, pieces, x!.shape[1]! / pieces];
      const y = tf.max(tf.reshape(x!, split), 1);
      const gradient: Differentiated["gradient"] = (dy, [x, y]) => {
        const mask = tf.cast(tf.equal(tf.reshape(x!, split), tf.expandDims(y!, 1)), "float32");
        return [() => tf.reshape(tf.mul(mask, tf.expandDims(dy, 1)), x!.shape)];
      };
      return { value: y, saved: [x!, y], gradient };
    }) as tf.Tensor2D;
  },

  adam(before, gradient, rate, { beta1, beta2, epsilon }) {
    const m = tf.add(tf.mul(before.m, beta1), tf.mul(gradient, 1 - beta1));
    const v = tf.add(tf.mul(before.v, beta2), tf.mul(tf.square(gradient), 1 - beta2));
    const parameters = tf.sub(before.parameters, tf.div(tf.mul(m, rate), tf.add(tf.sqrt(v), epsilon)));
    return { parameters, m, v };
  },

  randomNormal(shape, key) {
    const [low, high] = key.dataSync() as Int32Array as unknown as [number, number];
    return tf.tensor(
      standardNormal(
        shape.reduce((a, b) => a * b, 1),
        [low, high],
      ),
      [...shape],
      "float32",
    );
  },
};
