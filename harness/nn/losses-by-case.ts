/** Two losses of the same logits by one backward pass through a discriminator that treats every case alone. */
import * as tf from "@tensorflow/tfjs-core";
import { differentiable } from "../engine/differentiable.ts";
import type { Ops } from "../engine/ops.ts";
import type { Tensors } from "../engine/step.ts";
import { Kept, type TwoLosses, valueAndGradient } from "./losses.ts";

/** What the discriminator is to be computed with. */
export interface ByCase {
  /** Its operations: the gradients of their parameters are the discriminator loss's. */
  readonly ops: Ops;
  /** Its input [cases, …] goes through here: what flows back is the generator loss's gradient. */
  into(input: tf.Tensor2D): tf.Tensor2D;
}

/**
 * As `twoLosses`, where the logit of a case depends on that case alone (no batch norm in the discriminator). What goes back
 * through the discriminator is the gradient of the logits themselves. Case by case it is multiplied by the slope of the
 * discriminator's loss at the logit for the parameters, and by that of the generator's loss at the input: by the chain
 * rule the gradients of two backward passes, for two thirds of the work, and with no quotient that could overflow.
 * `forward` runs once and gives the logits [cases, 1]. Call inside tf.tidy.
 */
export function twoLossesByCase<Aux extends Tensors>(
  discriminator: Tensors,
  generator: Tensors,
  ops: Ops,
  forward: (byCase: ByCase) => { readonly logits: tf.Tensor2D; readonly aux: Aux },
  losses: Readonly<Record<"discriminator" | "generator", (logits: tf.Tensor2D) => tf.Scalar>>,
): TwoLosses<Aux> {
  const kept = new Kept();
  const slopes: { discriminator?: tf.Tensor2D; generator?: tf.Tensor2D } = {};
  const values: { discriminator?: tf.Scalar; generator?: tf.Scalar } = {};
  const weights = (): tf.Tensor2D => slopes.discriminator!;
  const byCase: ByCase = {
    ops: {
      ...ops,
      matMul: (x, w) => ops.matMul(x, w, weights),
      addBias: (x, b) => ops.addBias(x, b, weights),
    },
    into: (input) =>
      differentiable([input], (input) => ({
        value: tf.clone(input!),
        saved: [],
        gradient: (dy) => [() => tf.mul(dy, slopes.generator!)],
      })) as tf.Tensor2D,
  };
  let aux!: Aux;
  const { gradient } = valueAndGradient(
    () => {
      const out = forward(byCase);
      aux = kept.keepAll(out.aux);
      for (const who of ["discriminator", "generator"] as const) {
        const { value, grad } = tf.valueAndGrad((logits) => losses[who](logits as tf.Tensor2D))(out.logits);
        values[who] = kept.keep(value as tf.Scalar);
        slopes[who] = kept.keep(grad as tf.Tensor2D);
      }
      return tf.sum(out.logits);
    },
    { ...discriminator, ...generator },
  );
  const of = (group: Tensors): Tensors => Object.fromEntries(Object.keys(group).map((name) => [name, gradient[name]!]));
  const result = {
    losses: { generator: kept.release(values.generator!), discriminator: kept.release(values.discriminator!) },
    gradients: { generator: of(generator), discriminator: of(discriminator) },
    aux: kept.releaseAll(aux),
  };
  kept.dispose();
  return result;
}
