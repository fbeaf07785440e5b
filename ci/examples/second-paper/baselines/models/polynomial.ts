/** A polynomial in one variable, fitted to points by gradient descent on the mean square of its residuals. */
import { type Model, Stream, tf } from "reproducibility-harness/suite";

export interface PolynomialSettings {
  readonly learningRate: number;
}

/** @param degree terms 1, x, … x^degree, of an x that is centred and scaled */
export function polynomial(degree: number): Model<PolynomialSettings> {
  const size = degree + 1;
  return {
    id: `polynomial-${degree}`,
    version: 1,
    file: import.meta.filename,
    build: ({ learningRate }) => ({
      groups: { weights: [{ name: "w", shape: [size, 1], size, role: "weights" }] },
      initialState: (key) => {
        const stream = new Stream(key);
        return { w: { shape: [size, 1], data: Float32Array.from({ length: size }, () => 2 * stream.uniform() - 1) } };
      },
      /** Batch: terms [n, degree + 1] and y [n, 1]. */
      step: (state, { terms, y }) => {
        const w = state.w as tf.Tensor2D;
        const residuals = tf.sub(tf.matMul(terms as tf.Tensor2D, w), y!);
        const gradient = tf.div(tf.matMul(terms as tf.Tensor2D, residuals as tf.Tensor2D, true), residuals.shape[0]!);
        return {
          state: { w: tf.sub(w, tf.mul(gradient, learningRate)) },
          metrics: { loss: tf.mean(tf.square(residuals)) },
        };
      },
    }),
  };
}

/** The terms of a polynomial at points x: row by row, x centred at 9 and divided by its standard deviation √10. */
export const termsAt = (x: readonly number[], degree: number): Float32Array =>
  Float32Array.from(
    x.flatMap((at) => Array.from({ length: degree + 1 }, (_, power) => ((at - 9) / Math.sqrt(10)) ** power)),
  );
