import * as tf from "@tensorflow/tfjs-core";

/** A group of parameters: one flat vector, or a tensor for each by name. */
export type Parameters = tf.Tensor1D | Named;

/** The losses of one forward pass, each with the gradient for its own group of parameters. */
export interface Losses<Group extends string, Aux, Of extends Parameters = tf.Tensor1D> {
  readonly losses: Readonly<Record<Group, tf.Scalar>>;
  /** Gradient of each loss with respect to its group, laid out as the group is. */
  readonly gradients: Readonly<Record<Group, Of>>;
  /** What else the forward pass gave, by name. */
  readonly aux: Aux;
}
export type OneLoss<Aux> = Losses<"generator", Aux>;
export type TwoLosses<Aux, Of extends Parameters = tf.Tensor1D> = Losses<"generator" | "discriminator", Aux, Of>;
export type Named = Readonly<Record<string, tf.Tensor>>;

/** What leaves the gradient functions' own scopes is kept, and released with a copy in the caller's scope. */
export class Kept {
  readonly #kept: tf.Tensor[] = [];
  keep<T extends tf.Tensor>(tensor: T): T {
    this.#kept.push(tf.keep(tensor));
    return tensor;
  }
  keepAll<Group extends Parameters>(group: Group): Group {
    for (const tensor of group instanceof tf.Tensor ? [group] : Object.values(group)) this.keep(tensor);
    return group;
  }
  release<T extends tf.Tensor>(tensor: T): T {
    return tf.clone(tensor) as T;
  }
  releaseAll<Group extends Parameters>(group: Group): Group {
    if (group instanceof tf.Tensor) return this.release(group);
    return Object.fromEntries(Object.entries(group).map(([name, tensor]) => [name, this.release(tensor)])) as Group;
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

/** Value and gradient of a function of a group. */
function valueAndGradient<Of extends Parameters>(
  f: () => tf.Scalar,
  at: Of,
): { readonly value: tf.Scalar; readonly gradient: Of } {
  const flat = at instanceof tf.Tensor;
  const names = Object.keys(at);
  const { value, grads } = tf.valueAndGrads(f)(flat ? [at] : names.map((name) => (at as Named)[name]!));
  const gradient = flat ? grads[0]! : Object.fromEntries(names.map((name, i) => [name, grads[i]!]));
  return { value: value as tf.Scalar, gradient: gradient as Of };
}

/**
 * Gradients of two losses of one forward pass, each for its own group of parameters. `forward` runs once; what it
 * returns beside the two losses (`aux`: tensors by name) is handed back. Call inside tf.tidy.
 */
export function twoLosses<Of extends Parameters, Aux extends Named>(
  discriminator: Of,
  generator: Of,
  forward: (discriminator: Of, generator: Of) => { discriminatorLoss: tf.Scalar; generatorLoss: tf.Scalar; aux: Aux },
): TwoLosses<Aux, Of> {
  const kept = new Kept();
  let inner!: { value: tf.Scalar; gradient: Of; aux: Aux };
  const outer = valueAndGradient(() => {
    let generatorLoss!: tf.Scalar;
    let aux!: Aux;
    const { value, gradient } = valueAndGradient(() => {
      const out = forward(discriminator, generator);
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
