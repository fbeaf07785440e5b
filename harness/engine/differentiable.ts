import * as tf from "@tensorflow/tfjs-core";

/** What a differentiable operation gives: its value, the tensors its gradient needs, and that gradient. */
export interface Differentiated {
  readonly value: tf.Tensor;
  readonly saved: readonly tf.Tensor[];
  /** One function an input, in their order: only those that are needed are called. `saved` comes back as given. */
  gradient(dy: tf.Tensor, saved: readonly tf.Tensor[]): (() => tf.Tensor)[];
}

/** What tfjs-core's own `customGrad` is built on; unlike it, gradients that nobody asks for are not computed. */
interface KernelRunner {
  runKernelFunc(kernel: {
    readonly inputs: Readonly<Record<string, tf.Tensor>>;
    forwardFunc(backend: unknown, save: (tensors: tf.Tensor[]) => void): tf.Tensor;
    backwardsFunc(dy: tf.Tensor, saved: tf.Tensor[]): Record<string, () => tf.Tensor>;
  }): tf.Tensor;
}

/** An operation with a hand-written gradient, applied to `inputs`. */
export function differentiable(
  inputs: readonly tf.Tensor[],
  forward: (...inputs: tf.Tensor[]) => Differentiated,
): tf.Tensor {
  let gradient!: Differentiated["gradient"];
  return (tf.engine() as unknown as KernelRunner).runKernelFunc({
    inputs: Object.fromEntries(inputs.map((tensor, i) => [`input${i}`, tensor])),
    forwardFunc(_, save) {
      const { value, saved, gradient: backwards } = forward(...inputs);
      gradient = backwards;
      save([...saved]);
      return value;
    },
    backwardsFunc: (dy, saved) => Object.fromEntries(gradient(dy, saved).map((thunk, i) => [`input${i}`, thunk])),
  });
}
