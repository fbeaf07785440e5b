/** Stacked what-where auto-encoder with dropout: a classifier whose pooled maps have to give the image back (Zhao et al. 2015). */
import * as tf from "@tensorflow/tfjs-core";
import { dropoutScale } from "../../../harness/engine/dropout.ts";
import type { Ops } from "../../../harness/engine/ops.ts";
import type { Key, Tensors } from "../../../harness/engine/step.ts";
import { type AdamSettings, adam } from "../../../harness/nn/adam.ts";
import { convolutionalParameters, type MapSize } from "../../../harness/nn/convolutional.ts";
import { evaluateConvolutional } from "../../../harness/nn/convolutional-forward.ts";
import { initialParameters, withKept } from "../../../harness/nn/initialise.ts";
import { keyFor } from "../../../harness/nn/keys.ts";
import { oneLoss } from "../../../harness/nn/losses.ts";
import { type Parameter, parametersOf } from "../../../harness/nn/mlp.ts";
import { poolWhere, unpool } from "../../layers/what-where.ts";
import type { BuiltClassifier, SemiSupervisedModel } from "../semi-supervised.ts";
import { labelledLoss } from "../supervised/objective.ts";
import { SVHN_STAGES, type SwwaeNetwork, swwaeNetwork, topSize } from "./networks.ts";
import { type Level, levelLoss, middleLoss } from "./objective.ts";

export interface SwwaeRecipe extends AdamSettings {
  /** Mean and standard deviation of each channel of the training images, values in [0, 1], which are standardised by them. */
  readonly channelMean: readonly number[];
  readonly channelSd: readonly number[];
  /** Weight of the image's reconstruction, and of the inner levels'. */
  readonly imageWeight: number;
  readonly middleWeight: number;
  /** Of the top's pooled maps. */
  readonly dropout: number;
}
export interface SwwaeSettings extends SwwaeRecipe {
  readonly classes: number;
  readonly images: MapSize;
  /** Features of hidden layers as a share of the table's. */
  readonly widthFactor: number;
}

/** All but the images' statistics: our own configuration (README.md, version 1). */
export const SWWAE_RECIPE: Omit<SwwaeRecipe, "channelMean" | "channelSd"> = {
  learningRate: 1e-3,
  beta1: 0.9,
  beta2: 0.999,
  epsilon: 1e-8,
  imageWeight: 1,
  middleWeight: 0.2,
  dropout: 0.5,
};

export const swwae: SemiSupervisedModel<SwwaeSettings> = {
  id: "swwae",
  version: 1,
  build: ({ images, classes, widthFactor, ...recipe }, ops) =>
    buildSwwae(swwaeNetwork(images, SVHN_STAGES, classes, widthFactor), recipe, ops),
};

/** Of all images of a step, the labelled ones first. */
interface Pass {
  /** [batch, height · width · channels], what dropout has left scaled up. */
  readonly top: tf.Tensor2D;
  readonly reconstruction: tf.Tensor4D;
  readonly middle: readonly Level[];
}

/** Parameters of encoder and decoder stage by stage, then the classifier's. */
export function swwaeParameters(network: SwwaeNetwork): readonly Parameter[] {
  const top = topSize(network).reduce((a, b) => a * b, 1);
  const { stages, classes } = network;
  return [
    ...stages.flatMap(({ encoder, decoder }) => [encoder, decoder].flatMap(convolutionalParameters)),
    { name: "head/weights", shape: [top, classes], size: top * classes, role: "weights" },
    { name: "head/bias", shape: [classes], size: classes, role: "bias" },
  ];
}

/** State: parameters and Adam's moments, `updates`. Batches: see semi-supervised.ts; both kinds of images are reconstructed. */
export function buildSwwae(network: SwwaeNetwork, recipe: SwwaeRecipe, ops: Ops): BuiltClassifier {
  const { imageWeight, middleWeight, dropout, channelMean, channelSd, ...optimizer } = recipe;
  const parameters = swwaeParameters(network);
  const standardised = (x: tf.Tensor): tf.Tensor4D =>
    tf.mul(tf.sub(x, tf.tensor1d([...channelMean])), tf.tensor1d(channelSd.map((sd) => 1 / sd)));
  const classify = (state: Tensors, top: tf.Tensor2D): tf.Tensor2D =>
    ops.addBias(ops.matMul(top, state["head/weights"] as tf.Tensor2D), state["head/bias"]!);
  const encode = (state: Tensors, x: tf.Tensor4D) => {
    let maps = x;
    return network.stages.map(({ encoder }) => {
      const pooled = poolWhere(evaluateConvolutional(encoder, state, maps, ops, []));
      maps = pooled.what;
      return pooled;
    });
  };
  const flat = (maps: tf.Tensor4D): tf.Tensor2D => tf.reshape(maps, [maps.shape[0], -1]);

  /** One mask of dropout for the classifier and the decoder. */
  const pass = (state: Tensors, x: tf.Tensor4D, key: Key): Pass => {
    const pooled = encode(state, x);
    const code = tf.mul(ops.dropout(pooled.at(-1)!.what, dropout, key), dropoutScale(dropout)) as tf.Tensor4D;
    const middle: Level[] = [];
    const reconstruction = network.stages.reduceRight((maps, { decoder }, at) => {
      const down = evaluateConvolutional(decoder, state, unpool(maps, pooled[at]!.where), ops, []);
      if (at > 0) middle.push({ up: pooled[at - 1]!.what, down });
      return down;
    }, code);
    return { top: flat(code), reconstruction, middle };
  };

  return {
    groups: { classifier: parameters },
    initialState: (key) => ({
      ...withKept(initialParameters(parameters, initialSd, key)),
      updates: { shape: [], data: new Float32Array(1) },
    }),
    step(state, { x, y, u }, key) {
      const images = standardised(tf.concat([x!, u!]));
      const { losses, gradients, aux } = oneLoss("classifier", parametersOf(state, parameters), () => {
        const { top, reconstruction, middle } = pass(state, images, keyFor(ops, key, 0));
        const labelled = labelledLoss(classify(state, tf.slice(top, 0, x!.shape[0]!)), y as tf.Tensor2D);
        const [ofImage, ofMiddle] = [levelLoss({ up: images, down: reconstruction }), middleLoss(middle)];
        const loss = tf.add(
          labelled,
          tf.add(tf.mul(ofImage, imageWeight), tf.mul(ofMiddle, middleWeight)),
        ) as tf.Scalar;
        return { loss, aux: { labelled, ofImage, ofMiddle } };
      });
      const updates = tf.add(state.updates!, 1);
      return {
        state: { ...state, ...adam(ops, state, gradients.classifier, updates, optimizer), updates },
        metrics: {
          classifierLoss: losses.classifier,
          labelledLoss: aux.labelled,
          imageLoss: aux.ofImage,
          middleLoss: aux.ofMiddle,
        },
      };
    },
    logits: (state, x) => classify(state, flat(encode(state, standardised(x)).at(-1)!.what)),
  };
}

/** √(2 / inputs of a unit) (He et al. 2015, for ReLUs). */
function initialSd({ shape }: Parameter): number {
  return Math.sqrt(2 / shape.slice(0, -1).reduce((a, b) => a * b, 1));
}
