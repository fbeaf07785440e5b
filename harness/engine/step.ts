/** A training step, and a query of a state: pure functions of named tensors. */
import type * as tf from "@tensorflow/tfjs-core";

/** Named tensors: a model's whole changing state, or one batch. */
export type Tensors = Readonly<Record<string, tf.Tensor>>;
/** Random key of one step: an int32 tensor of shape [2]. Same key, same numbers, on every engine. */
export type Key = tf.Tensor1D;

/** A training step: a pure function. All that it keeps is in `state`; all that changes is an input or state. */
export type TrainStep = (
  state: Tensors,
  batch: Tensors,
  key: Key,
) => { readonly state: Tensors; readonly metrics: Tensors };

/** Something else to be had from a state: a pure function too, whose inputs bring whatever else it needs. */
export type Query = (state: Tensors, inputs: Tensors) => Tensors;
