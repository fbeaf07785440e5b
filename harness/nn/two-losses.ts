import * as tf from "@tensorflow/tfjs-core";

export interface TwoLosses<Aux> {
  readonly discriminatorLoss: tf.Scalar;
  readonly generatorLoss: tf.Scalar;
  /** Gradient of the discriminator loss with respect to the discriminator's flat parameters. */
  readonly discriminatorGradient: tf.Tensor1D;
  /** Gradient of the generator loss with respect to the generator's flat parameters. */
  readonly generatorGradient: tf.Tensor1D;
  readonly aux: Aux;
}

/**
 * Gradients of two losses of one forward pass, each for its own group of parameters. `forward` runs once; what it
 * returns beside the two losses (`aux`: tensors by name) is handed back. Call inside tf.tidy.
 */
export function twoLosses<Aux extends Readonly<Record<string, tf.Tensor>>>(
  discriminator: tf.Tensor1D,
  generator: tf.Tensor1D,
  forward: (
    discriminator: tf.Tensor1D,
    generator: tf.Tensor1D,
  ) => { discriminatorLoss: tf.Scalar; generatorLoss: tf.Scalar; aux: Aux },
): TwoLosses<Aux> {
  const kept: tf.Tensor[] = [];
  // What leaves the gradient functions' own scopes is kept, and released with a copy in the caller's scope.
  const keep = <T extends tf.Tensor>(tensor: T): T => {
    kept.push(tf.keep(tensor));
    return tensor;
  };
  const release = <T extends tf.Tensor>(tensor: T): T => tf.clone(tensor) as T;
  let inner!: { value: tf.Scalar; grad: tf.Tensor1D; aux: Aux };
  const outer = tf.valueAndGrad((g) => {
    let generatorLoss!: tf.Scalar;
    let aux!: Aux;
    const { value, grad } = tf.valueAndGrad((d) => {
      const out = forward(d as tf.Tensor1D, g as tf.Tensor1D);
      generatorLoss = keep(out.generatorLoss);
      aux = out.aux;
      Object.values(aux).forEach(keep);
      return out.discriminatorLoss;
    })(discriminator);
    inner = { value: keep(value as tf.Scalar), grad: keep(grad as tf.Tensor1D), aux };
    return generatorLoss;
  })(generator);
  const result = {
    discriminatorLoss: release(inner.value),
    generatorLoss: release(outer.value as tf.Scalar),
    discriminatorGradient: release(inner.grad),
    generatorGradient: outer.grad as tf.Tensor1D,
    aux: Object.fromEntries(Object.entries(inner.aux).map(([name, tensor]) => [name, release(tensor)])) as Aux,
  };
  for (const tensor of kept) tensor.dispose();
  return result;
}
