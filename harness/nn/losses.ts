import * as tf from "@tensorflow/tfjs-core";
import type { Tensors } from "../engine/step.ts";

/** The losses of one forward pass, each with the gradient for its own group of parameters. */
export interface Losses<Group extends string, Aux> {
  readonly losses: Readonly<Record<Group, tf.Scalar>>;
  /** Gradient of each loss with respect to its group, by the parameters' names. */
  readonly gradients: Readonly<Record<Group, Tensors>>;
  /** What else the forward pass gave, by name. */
  readonly aux: Aux;
}
export type TwoLosses<Aux> = Losses<"generator" | "discriminator", Aux>;

/** What leaves the gradient functions' own scopes is kept, and released with a copy in the caller's scope. */
export class Kept {
  readonly #kept: tf.Tensor[] = [];
  keep<T extends tf.Tensor>(tensor: T): T {
    this.#kept.push(tf.keep(tensor));
    return tensor;
  }
  keepAll<Group extends Tensors>(group: Group): Group {
    for (const tensor of Object.values(group)) this.keep(tensor);
    return group;
  }
  release<T extends tf.Tensor>(tensor: T): T {
    return tf.clone(tensor) as T;
  }
  releaseAll<Group extends Tensors>(group: Group): Group {
    return Object.fromEntries(Object.entries(group).map(([name, tensor]) => [name, this.release(tensor)])) as Group;
  }
  dispose(): void {
    for (const tensor of this.#kept) tensor.dispose();
  }
}

/** Value of a function of the parameters, and its gradient. */
export function valueAndGradient(
  f: () => tf.Scalar,
  parameters: Tensors,
): { readonly value: tf.Scalar; readonly gradient: Tensors } {
  const names = Object.keys(parameters);
  const { value, grads } = tf.valueAndGrads(f)(Object.values(parameters));
  return { value: value as tf.Scalar, gradient: Object.fromEntries(names.map((name, i) => [name, grads[i]!])) };
}

/** Gradient of one loss for its `group` of parameters. `forward` runs once; its `aux` is returned. Call inside tf.tidy. */
export function oneLoss<Group extends string, Aux extends Tensors>(
  group: Group,
  parameters: Tensors,
  forward: () => { readonly loss: tf.Scalar; readonly aux: Aux },
): Losses<Group, Aux> {
  const kept = new Kept();
  let inner!: Aux;
  const { value, gradient } = valueAndGradient(() => {
    const { loss, aux } = forward();
    inner = kept.keepAll(aux);
    return loss;
  }, parameters);
  const result = {
    losses: { [group]: value } as Record<Group, tf.Scalar>,
    gradients: { [group]: gradient } as Record<Group, Tensors>,
    aux: kept.releaseAll(inner),
  };
  kept.dispose();
  return result;
}

/**
 * Gradients of two losses of one forward pass, each for its own group of parameters. `forward` runs once; what it
 * returns beside the two losses (`aux`: tensors by name) is handed back. Call inside tf.tidy.
 */
export function twoLosses<Aux extends Tensors>(
  discriminator: Tensors,
  generator: Tensors,
  forward: () => { readonly discriminatorLoss: tf.Scalar; readonly generatorLoss: tf.Scalar; readonly aux: Aux },
): TwoLosses<Aux> {
  const kept = new Kept();
  let inner!: { value: tf.Scalar; gradient: Tensors; aux: Aux };
  const outer = valueAndGradient(() => {
    let generatorLoss!: tf.Scalar;
    let aux!: Aux;
    const { value, gradient } = valueAndGradient(() => {
      const out = forward();
      generatorLoss = kept.keep(out.generatorLoss);
      aux = kept.keepAll(out.aux);
      return out.discriminatorLoss;
    }, discriminator);
    inner = { value: kept.keep(value), gradient: kept.keepAll(gradient), aux };
    return generatorLoss;
  }, generator);
  const result = {
    losses: { generator: kept.release(outer.value), discriminator: kept.release(inner.value) },
    gradients: { generator: outer.gradient, discriminator: kept.releaseAll(inner.gradient) },
    aux: kept.releaseAll(inner.aux),
  };
  kept.dispose();
  return result;
}
