import * as tf from "@tensorflow/tfjs-core";

/** What a differentiable operation gives: its value, the tensors its gradient needs, and that gradient. */
export interface Differentiated {
  readonly value: tf.Tensor;
  readonly saved: readonly tf.Tensor[];
  /** One function an input, in their order: only those that are needed are called. `saved` comes back as given. */
  gradient(dy: tf.Tensor, saved: readonly tf.Tensor[]): (() => tf.Tensor)[];
}

/** Values beside the one that is differentiated: no gradient passes through them. */
export interface WithObserved extends Differentiated {
  readonly observed: readonly tf.Tensor[];
}

/** What tfjs-core's own `customGrad` is built on; unlike it, gradients that nobody asks for are not computed. */
interface KernelRunner {
  runKernelFunc<Output extends tf.Tensor | tf.Tensor[]>(kernel: {
    readonly inputs: Readonly<Record<string, tf.Tensor>>;
    forwardFunc(backend: unknown, save: (tensors: tf.Tensor[]) => void): Output;
    backwardsFunc(dy: Output, saved: tf.Tensor[]): Record<string, () => tf.Tensor>;
  }): Output;
}

/** An operation with a hand-written gradient, applied to `inputs`. */
export function differentiable(
  inputs: readonly tf.Tensor[],
  forward: (...inputs: tf.Tensor[]) => Differentiated,
): tf.Tensor {
  return run(inputs, forward, ({ value }) => value);
}

/** The same for one that tells more than its value: the value, then what was observed. */
export function differentiableFirst(
  inputs: readonly tf.Tensor[],
  forward: (...inputs: tf.Tensor[]) => WithObserved,
): tf.Tensor[] {
  return run(inputs, forward, ({ value, observed }) => [value, ...observed]);
}

function run<Made extends Differentiated, Output extends tf.Tensor | tf.Tensor[]>(
  inputs: readonly tf.Tensor[],
  forward: (...inputs: tf.Tensor[]) => Made,
  outputOf: (made: Made) => Output,
): Output {
  let gradient!: Differentiated["gradient"];
  return (tf.engine() as unknown as KernelRunner).runKernelFunc<Output>({
    inputs: Object.fromEntries(inputs.map((tensor, i) => [`input${i}`, tensor])),
    forwardFunc(_, save) {
      const made = forward(...inputs);
      gradient = made.gradient;
      save([...made.saved]);
      return outputOf(made);
    },
    backwardsFunc(dy, saved) {
      const dValue = (Array.isArray(dy) ? dy[0] : dy) as tf.Tensor;
      return Object.fromEntries(gradient(dValue, saved).map((thunk, i) => [`input${i}`, thunk]));
    },
  });
}
