import * as tf from "@tensorflow/tfjs-core";
import type { Tensors } from "../../harness/engine/step.ts";
import type { Parameter } from "../../harness/nn/mlp.ts";

/**
 * Gradients of a loss that is a mean over `cases`, with that of −log N(weights; 0, I) / cases added: a prior of the weights,
 * not of biases, scales and shifts. Only its gradient counts; losses are told without it.
 */
export function withWeightPrior(
  gradients: Tensors,
  state: Tensors,
  parameters: readonly Parameter[],
  cases: number,
): Tensors {
  return Object.fromEntries(
    parameters.map(({ name, role }) => {
      const gradient = gradients[name]!;
      return [name, role === "weights" ? tf.add(gradient, tf.mul(state[name]!, 1 / cases)) : gradient];
    }),
  );
}
