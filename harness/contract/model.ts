/** What a model is to the harness: parameters, a pure step, and what it can do. */
import type * as tf from "@tensorflow/tfjs-core";
import type { HostState } from "../engine/host-state.ts";
import type { Ops } from "../engine/ops.ts";
import type { Tensors, TrainStep } from "../engine/step.ts";
import type { Parameter } from "../nn/mlp.ts";
import type { Words2 } from "../random/philox.ts";

export interface Model<Settings> {
  /** Absolute path of its module (`import.meta.filename`), by which the code of its runs is told from that of other models. */
  readonly file?: string;
  readonly id: string;
  /** Bumped when the same settings give other numbers. */
  readonly version: number;
  build(settings: Settings, ops: Ops): BuiltModel;
}

/**
 * A model that is trained on top of another one that has been trained before. It takes what it needs of the other's
 * state when it is built; this is then a part of its own state, in `initialState` and in every checkpoint, that its step
 * hands through to the bit. The other model's settings must fit (the same networks).
 */
export interface DependentModel<Settings> {
  /** As in `Model`. */
  readonly file?: string;
  readonly id: string;
  /** Bumped when the same settings and the same trained state give other numbers. */
  readonly version: number;
  /** The id of the model whose trained state it needs. */
  readonly needs: string;
  /** @throws RangeError when the trained state does not fit the settings. */
  buildOn(settings: Settings, ops: Ops, trained: HostState): BuiltModel;
}

/** A model of images, whose decoder starts at a mean image. */
export interface ImageModel<Settings, Condition extends readonly tf.Tensor[] = []> {
  /** As in `Model`. */
  readonly file?: string;
  readonly id: string;
  /** Bumped when the same settings give other numbers. */
  readonly version: number;
  /**
   * @param outputBias what the decoder's output biases start at [height · width · channels]: log-odds of a mean image.
   * @throws RangeError when they do not fit the settings.
   */
  build(settings: Settings, ops: Ops, outputBias: Float32Array): BuiltModel<tf.Tensor4D, Condition>;
}

/**
 * A model at work on data of one kind: points [n, data], or images [n, height, width, channels] with values in [0, 1]. A
 * conditional model is told a `Condition` of every case besides.
 */
export interface BuiltModel<Data extends tf.Tensor = tf.Tensor2D, Condition extends readonly tf.Tensor[] = []> {
  /** Parameters of each group in flat order, e.g. generator and discriminator. */
  readonly groups: Readonly<Record<string, readonly Parameter[]>>;
  /** State before the first update, a function of the key. */
  initialState(key: Words2): HostState;
  readonly step: TrainStep;
  /** Deterministic decoder: z [n, latent] → x [n, …]. Absent when the model cannot. */
  readonly decode?: (state: Tensors, z: tf.Tensor2D, ...condition: Condition) => Data;
  /** Encoder: x [n, …], epsilon [n, latent] standard normal → a sample of q(z | x) [n, latent]. */
  readonly encode?: (state: Tensors, x: Data, epsilon: tf.Tensor2D, ...condition: Condition) => tf.Tensor2D;
  /** q(z | x) where it is a factorial normal: x [n, …] → mean and standard deviation, each [n, latent]. */
  readonly posterior?: (state: Tensors, x: Data, ...condition: Condition) => Posterior;
  /**
   * What a linear classifier is given of x [n, …]: by name, in their order, each [n, size]. Nothing is dropped out; batch
   * norm is by its running averages, or by `statistics` where the model has `batchStatistics`.
   */
  readonly features?: (state: Tensors, x: Data, statistics?: tf.Tensor1D) => Readonly<Record<string, tf.Tensor2D>>;
  /**
   * Of networks that keep no running averages: what their batch norms make of one batch x. The mean of it over many
   * batches is what `features` wants.
   */
  readonly batchStatistics?: (state: Tensors, x: Data) => tf.Tensor1D;
}
export interface Posterior {
  readonly mean: tf.Tensor2D;
  readonly sd: tf.Tensor2D;
}

/** Number of parameters of a group. */
export function parameterCount(parameters: readonly Parameter[]): number {
  return parameters.reduce((sum, p) => sum + p.size, 0);
}
