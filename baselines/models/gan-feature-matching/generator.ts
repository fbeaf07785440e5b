/** The generator: batch norm without a scale and without running averages, its last layer under weight norm. */
import * as tf from "@tensorflow/tfjs-core";
import type { Ops } from "../../../harness/engine/ops.ts";
import type { Tensors } from "../../../harness/engine/step.ts";
import { type ConvolutionalTable, convolutionalParameters } from "../../../harness/nn/convolutional.ts";
import { trainConvolutional } from "../../../harness/nn/convolutional-forward.ts";
import type { Parameter } from "../../../harness/nn/mlp.ts";
import { initialisedLayer, normedTransposed } from "../../../harness/nn/weight-normed-forward.ts";
import type { GeneratorNetwork } from "./networks.ts";

/** Batch norm's ε, and the deviation that the first batch gives the last layer before tanh (openai/improved-gan, nn.py). */
const [EPSILON, IMAGE_DEVIATION] = [1e-6, 0.1];

/** All are trained; beside the tables' own, `image/1/gain` [channels]. */
export function generatorParameters({ projection, decoder, image }: GeneratorNetwork): Parameter[] {
  const [, , , channels] = image.rows[0]!;
  return [
    ...[projection, decoder, image].flatMap(convolutionalParameters).filter(({ role }) => role !== "scale"),
    { name: `${image.name}/1/gain`, shape: [channels], size: channels, role: "scale" },
  ];
}

/** z [batch, 1, 1, latent] → images with values in (−1, 1), normalised by their own batch. */
export function generate(
  { projection, decoder, image }: GeneratorNetwork,
  parameters: Tensors,
  z: tf.Tensor4D,
  ops: Ops,
): tf.Tensor4D {
  const pass = (table: ConvolutionalTable, x: tf.Tensor4D, own: Tensors): tf.Tensor4D =>
    trainConvolutional(table, { ...parameters, ...own }, [x], ops, {
      epsilon: EPSILON,
      nextKey() {
        throw new TypeError("the generator drops nothing out");
      },
    });
  const projected = pass(projection, z, unitScales(projection));
  const maps = pass(decoder, tf.reshape(projected, [-1, ...decoder.input]) as tf.Tensor4D, unitScales(decoder));
  const weights = `${image.name}/1/weights`;
  const normed = normedTransposed(parameters[weights] as tf.Tensor4D, parameters[`${image.name}/1/gain`]!);
  return pass(image, maps, { [weights]: normed });
}

/** Gain and bias of the last layer by which a batch's images have the deviation before tanh, by name; the biases have to be 0. */
export function initialisedGenerator(
  network: GeneratorNetwork,
  parameters: Tensors,
  z: tf.Tensor4D,
  ops: Ops,
  of: "channel" | "layer",
): Tensors {
  const { image } = network;
  const [op, kernel, stride, features, batchNorm, dropout] = image.rows[0]!;
  const linear = { ...image, rows: [[op, kernel, stride, features, batchNorm, dropout, "linear"]] as const };
  const maps = generate({ ...network, image: linear }, parameters, z, ops);
  const deviation = of === "channel" ? IMAGE_DEVIATION : 1;
  const { gain, bias } = initialisedLayer(maps, parameters[`${image.name}/1/gain`]!, deviation, of);
  return { [`${image.name}/1/gain`]: gain, [`${image.name}/1/bias`]: bias };
}

/** What batch norm without a scale is scaled by. */
const unitScales = ({ name, rows }: ConvolutionalTable): Tensors =>
  Object.fromEntries(rows.map(([, , , features], index) => [`${name}/${index + 1}/scale`, tf.ones([features])]));
