import * as tf from "@tensorflow/tfjs-core";

/** The losses of one forward pass, each with the gradient for its own group of parameters. */
export interface Losses<Group extends string, Aux> {
  readonly losses: Readonly<Record<Group, tf.Scalar>>;
  /** Gradient of each loss with respect to the flat parameters of its group. */
  readonly gradients: Readonly<Record<Group, tf.Tensor1D>>;
  /** What else the forward pass gave, by name. */
  readonly aux: Aux;
}
export type OneLoss<Aux> = Losses<"generator", Aux>;
export type TwoLosses<Aux> = Losses<"generator" | "discriminator", Aux>;
export type Named = Readonly<Record<string, tf.Tensor>>;

/** What leaves the gradient functions' own scopes is kept, and released with a copy in the caller's scope. */
export class Kept {
  readonly #kept: tf.Tensor[] = [];
  keep<T extends tf.Tensor>(tensor: T): T {
    this.#kept.push(tf.keep(tensor));
    return tensor;
  }
  keepAll<Aux extends Named>(aux: Aux): Aux {
    for (const tensor of Object.values(aux)) this.keep(tensor);
    return aux;
  }
  release<T extends tf.Tensor>(tensor: T): T {
    return tf.clone(tensor) as T;
  }
  releaseAll<Aux extends Named>(aux: Aux): Aux {
    return Object.fromEntries(Object.entries(aux).map(([name, tensor]) => [name, this.release(tensor)])) as Aux;
  }
  dispose(): void {
    for (const tensor of this.#kept) tensor.dispose();
  }
}

/** Gradient of one loss. `forward` runs once; its `aux` (tensors by name) is handed back. Call inside tf.tidy. */
export function oneLoss<Aux extends Named>(
  generator: tf.Tensor1D,
  forward: (generator: tf.Tensor1D) => { loss: tf.Scalar; aux: Aux },
): OneLoss<Aux> {
  const kept = new Kept();
  let inner!: Aux;
  const { value, grad } = tf.valueAndGrad((g) => {
    const { loss, aux } = forward(g as tf.Tensor1D);
    inner = kept.keepAll(aux);
    return loss;
  })(generator);
  const result = {
    losses: { generator: value as tf.Scalar },
    gradients: { generator: grad as tf.Tensor1D },
    aux: kept.releaseAll(inner),
  };
  kept.dispose();
  return result;
}

/**
 * Gradients of two losses of one forward pass, each for its own group of parameters. `forward` runs once; what it
 * returns beside the two losses (`aux`: tensors by name) is handed back. Call inside tf.tidy.
 */
export function twoLosses<Aux extends Named>(
  discriminator: tf.Tensor1D,
  generator: tf.Tensor1D,
  forward: (
    discriminator: tf.Tensor1D,
    generator: tf.Tensor1D,
  ) => { discriminatorLoss: tf.Scalar; generatorLoss: tf.Scalar; aux: Aux },
): TwoLosses<Aux> {
  const kept = new Kept();
  let inner!: { value: tf.Scalar; grad: tf.Tensor1D; aux: Aux };
  const outer = tf.valueAndGrad((g) => {
    let generatorLoss!: tf.Scalar;
    let aux!: Aux;
    const { value, grad } = tf.valueAndGrad((d) => {
      const out = forward(d as tf.Tensor1D, g as tf.Tensor1D);
      generatorLoss = kept.keep(out.generatorLoss);
      aux = kept.keepAll(out.aux);
      return out.discriminatorLoss;
    })(discriminator);
    inner = { value: kept.keep(value as tf.Scalar), grad: kept.keep(grad as tf.Tensor1D), aux };
    return generatorLoss;
  })(generator);
  const result = {
    losses: { generator: kept.release(outer.value as tf.Scalar), discriminator: kept.release(inner.value) },
    gradients: { generator: outer.grad as tf.Tensor1D, discriminator: kept.release(inner.grad) },
    aux: kept.releaseAll(inner.aux),
  };
  kept.dispose();
  return result;
}
