/** Initialisation, losses, gradients and updates equal an independent implementation's in float64 (ci/peers/feature_matching_parity.py). */
import { readFileSync } from "node:fs";
import { before, describe, test } from "node:test";
import * as tf from "@tensorflow/tfjs-core";
import { openEngine } from "../../../harness/engine/open.ts";
import type { Ops } from "../../../harness/engine/ops.ts";
import { tensors } from "../../../harness/engine/program.ts";
import { regenerate } from "../../../harness/engine/reference-values.ts";
import type { Tensors } from "../../../harness/engine/step.ts";
import { RELEASE } from "../improved-gan-settings.ts";
import type { ImprovedGanRecipe } from "../improved-gan-update.ts";
import { narrow } from "../supervised/narrow.ts";
import { allNear, near } from "../testing/parity-near.ts";
import { buildFeatureMatching } from "./model.ts";
import { narrowGenerator } from "./narrow.ts";
import type { FeatureLoss } from "./objective.ts";

type Values = Readonly<Record<string, readonly number[]>>;
type Shapes = readonly { readonly name: string; readonly shape: readonly number[] }[];
interface Fixture {
  readonly labelled: number;
  readonly half: number;
  readonly attempt: number;
  readonly classes: readonly number[];
  readonly featureLoss: FeatureLoss;
  readonly recipe: ImprovedGanRecipe;
  readonly weights: Shapes;
  readonly generatorShapes: Shapes;
  readonly initialised: Values;
  readonly losses: readonly Readonly<Record<string, number>>[];
  readonly gradients: Values;
  readonly parameters: Values;
  readonly averages: Values;
  readonly logits: readonly number[];
}

let ops: Ops;
before(async () => {
  ({ ops } = await openEngine({ provision: false }));
});

for (const kind of ["absolute", "squared"] as const)
  describe(`the GAN with feature matching, ${kind} differences, and PyTorch in float64`, () => {
    const file = new URL(`fixtures/parity-${kind}.json`, import.meta.url);
    const fixture = JSON.parse(readFileSync(file, "utf8")) as Fixture;
    const { labelled, half, attempt } = fixture;

    test("initialisation, losses, gradients, updates, averages and logits are the same", () => {
      tf.tidy(() => {
        const settings = { ...RELEASE.svhn, ...fixture.recipe, featureLoss: fixture.featureLoss };
        const model = buildFeatureMatching({ generator: narrowGenerator, classifier: narrow }, settings, ops);
        const drawn = (shapes: Shapes, from: number) =>
          shapes.flatMap(({ name, shape }, at) =>
            name.endsWith("weights")
              ? [
                  [
                    name,
                    tf.tensor(regenerate([{ shape, mean: 0, sd: 0.05 }], [attempt, from + at]), [...shape]),
                  ] as const,
                ]
              : [],
          );
        const images = (count: number, key: number): tf.Tensor4D => {
          const shape: [number, number, number, number] = [count, 8, 8, 2];
          return tf.tensor4d(regenerate([{ shape, mean: 0.5, sd: 0.2 }], [attempt, key]), shape);
        };
        const key = (word: number) => tf.tensor1d([attempt, word], "int32");
        const x = images(labelled, 100);
        const y = tf.tensor2d(fixture.classes.map((k) => [0, 1, 2].map((at) => Number(at === k))));
        const batch = (update: number): Tensors => ({ x, y, u: images(2 * half, 200 + update) });
        const start = Object.fromEntries([...drawn(fixture.weights, 0), ...drawn(fixture.generatorShapes, 50)]);
        const raw = { ...tensors(model.initialState([1, 2])), ...start };
        let state = model.initialise!(raw, batch(0), key(7));
        allNear(state, fixture.initialised, 1e-5);

        fixture.losses.forEach((expected, update) => {
          const made = model.step(state, batch(update), key(1001 + update));
          ({ state } = made);
          for (const [name, loss] of Object.entries(expected))
            near(`${name} of update ${update + 1}`, made.metrics[name]!.dataSync(), [loss], 1e-4);
          if (update > 0) return;
          // By β1 = 0.5, Adam's first moment after one update is half the gradient.
          const gradients = Object.keys(fixture.gradients).map((name) => [name, tf.mul(state[`${name}/m`]!, 2)]);
          allNear(Object.fromEntries(gradients), fixture.gradients, 5e-4);
        });
        allNear(state, fixture.parameters, 5e-4);
        const averages = Object.keys(fixture.averages).map((name) => [name, state[`${name}/average`]!]);
        allNear(Object.fromEntries(averages), fixture.averages, 5e-4);
        near("logits", model.logits(state, x).dataSync(), fixture.logits, 1e-3);
      });
    });
  });
