/** The floor of the semi-supervised tables: the discriminator of GANs with feature matching, on the labelled images alone. */
import * as tf from "@tensorflow/tfjs-core";
import type { Ops } from "../../../harness/engine/ops.ts";
import type { TrainStep } from "../../../harness/engine/step.ts";
import { keySequence } from "../../../harness/nn/keys.ts";
import { oneLoss } from "../../../harness/nn/losses.ts";
import { parametersOf } from "../../../harness/nn/mlp.ts";
import { classifierOf, type ImprovedGanSettings, scaling } from "../improved-gan-settings.ts";
import { improvedGanUpdate } from "../improved-gan-update.ts";
import type { BuiltClassifier, SemiSupervisedModel } from "../semi-supervised.ts";
import { type ClassifierNetwork, weightNormedClassifier } from "../weight-normed-classifier.ts";
import { labelledLoss } from "./objective.ts";

export const supervised: SemiSupervisedModel<ImprovedGanSettings> = {
  id: "supervised",
  version: 1,
  build: (settings, ops) => buildSupervised(classifierOf(settings), settings, ops),
};

/**
 * State: weights, gains and biases by name; of those that are trained also Adam's moments `…/m`, `…/v` and the average
 * `…/average`; `updates`, a scalar. Of a batch `x` and `y` are used. The loss of step and `logits`: see objective.ts;
 * `logits` are those of the averages, which start at the parameters as `initialise` has left them.
 */
export function buildSupervised(network: ClassifierNetwork, settings: ImprovedGanSettings, ops: Ops): BuiltClassifier {
  const classifier = weightNormedClassifier(network, ops);
  const scaled = scaling(settings.network);
  const step: TrainStep = (state, { x, y }, key) => {
    const nextKey = keySequence(ops, key);
    const { losses, gradients } = oneLoss("classifier", parametersOf(state, classifier.trained), () => {
      const logits = classifier.classify(state, classifier.features(state, scaled(x!), nextKey));
      return { loss: labelledLoss(logits, y as tf.Tensor2D), aux: {} };
    });
    const updated = improvedGanUpdate(settings, state, gradients.classifier, state.updates!);
    return {
      state: { ...state, ...updated, updates: tf.add(state.updates!, 1) },
      metrics: { classifierLoss: losses.classifier },
    };
  };
  return {
    groups: { classifier: classifier.trained },
    step,
    initialState: (key) => ({
      ...classifier.initialState(key, settings.initialSd),
      updates: { shape: [], data: new Float32Array(1) },
    }),
    initialise: (state, { x }, key) => classifier.initialised(state, scaled(x!), keySequence(ops, key)),
    logits(state, x) {
      const averaged = classifier.averaged(state);
      return classifier.classify(averaged, classifier.features(averaged, scaled(x)));
    },
  };
}
