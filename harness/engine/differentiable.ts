import * as tf from "@tensorflow/tfjs-core";

/** What a differentiable operation gives: its value, the tensors its gradient needs, and that gradient. */
export interface Differentiated {
  readonly value: tf.Tensor;
  readonly saved: readonly tf.Tensor[];
  /** Gradients with respect to every input, in their order. `saved` comes back as given. */
  gradient(dy: tf.Tensor, saved: readonly tf.Tensor[]): tf.Tensor | tf.Tensor[];
}

/** `tf.customGrad` with types: an operation with a hand-written gradient, applied to `inputs`. */
export function differentiable(inputs: readonly tf.Tensor[], forward: (...inputs: tf.Tensor[]) => Differentiated): tf.Tensor {
  const op = tf.customGrad((...args) => {
    const save = args.pop() as unknown as (tensors: tf.Tensor[]) => void;
    const { value, saved, gradient } = forward(...(args as tf.Tensor[]));
    save([...saved]);
    return { value, gradFunc: (dy: tf.Tensor, kept: tf.Tensor[]) => gradient(dy, kept) };
  });
  return op(...inputs);
}
