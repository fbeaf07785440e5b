/** For tests: updates of a classifier under batch norm and noise equal PyTorch's in float64 (ci/peers/noisy_normed_parity.py). */
import * as tf from "@tensorflow/tfjs-core";
import { tensors } from "../../../harness/engine/program.ts";
import { regenerate } from "../../../harness/engine/reference-values.ts";
import type { Tensors } from "../../../harness/engine/step.ts";
import type { MapSize } from "../../../harness/nn/convolutional.ts";
import type { BuiltClassifier } from "../semi-supervised.ts";
import { allNear, near } from "./parity-near.ts";

type Values = Readonly<Record<string, readonly number[]>>;
interface Fixture {
  readonly labelled: number;
  readonly unlabelled: number;
  readonly attempt: number;
  readonly classes: readonly number[];
  readonly recipe: { readonly beta1: number };
  readonly shapes: Values;
  readonly losses: readonly Readonly<Record<string, number>>[];
  readonly gradients: Values;
  readonly parameters: Values;
  readonly averages: readonly number[];
  readonly logits: readonly number[];
}

/**
 * Checks losses, gradients, parameters, running averages and logits; every parameter is checked. Returns the state after the last
 * update, and labelled images: of update t under 100 + t, those of the logits under 300. Call it inside tf.tidy.
 */
export function checkUpdates(fixture: Fixture, size: MapSize, model: BuiltClassifier) {
  const { labelled, unlabelled, attempt, classes, recipe } = fixture;
  const images = (count: number, key: number): tf.Tensor4D => {
    const shape: [number, number, number, number] = [count, ...size];
    return tf.tensor4d(regenerate([{ shape, mean: 0.5, sd: 0.2 }], [attempt, key]), shape);
  };
  const start = Object.entries(fixture.shapes).map(([name, shape], at) => [
    name,
    tf.tensor(regenerate([{ shape, mean: 0, sd: 0.3 }], [attempt, at]), [...shape]),
  ]);
  const y = tf.tensor2d(classes.map((k) => [0, 1, 2].map((at) => Number(at === k))));
  let state: Tensors = { ...tensors(model.initialState([1, 2])), ...Object.fromEntries(start) };
  fixture.losses.forEach((expected, at) => {
    const t = at + 1;
    const batch = { x: images(labelled, 100 + t), y, u: images(unlabelled, 200 + t) };
    const made = model.step(state, batch, tf.tensor1d([attempt, 1000 + t], "int32"));
    ({ state } = made);
    for (const [name, loss] of Object.entries(expected))
      near(`${name} of update ${t}`, made.metrics[name]!.dataSync(), [loss], 1e-4);
    if (t > 1) return;
    // Adam's first moment after one update.
    const gradients = Object.keys(fixture.gradients).map((name) => [
      name,
      tf.mul(state[`${name}/m`]!, 1 / (1 - recipe.beta1)),
    ]);
    allNear(Object.fromEntries(gradients), fixture.gradients, 5e-4);
  });
  allNear(state, fixture.parameters, 5e-4);
  near("averages", state.averages!.dataSync(), fixture.averages, 1e-4);
  near("logits", model.logits(state, images(labelled, 300)).dataSync(), fixture.logits, 1e-3);
  return { state, images: (key: number) => images(labelled, key) };
}
