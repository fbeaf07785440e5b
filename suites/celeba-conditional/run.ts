/** One run: conditional ALI is trained, then shows one code under the figure's attributes. */
import * as tf from "@tensorflow/tfjs-core";
import type { conditionalAli } from "../../baselines/models/conditional-ali/images.ts";
import type { ImageData } from "../../datasets/image-data.ts";
import { openImages } from "../../datasets/images.ts";
import type { RunContext } from "../../harness/contract/suite.ts";
import type { Measured, RunAsked } from "../../harness/contract/suite-definition.ts";
import type { Tensors } from "../../harness/engine/step.ts";
import { HELD_OUT, trainedOn } from "../shared/images/budgets.ts";
import { imagesOfRun } from "../shared/images/data.ts";
import { imageSize, rowsBetween, unitImages } from "../shared/images/pixels.ts";
import { meanSquaredError, normals, values } from "../shared/images/reconstruct.ts";
import { onDevice, trainImages } from "../shared/images/train.ts";
import { CHANGES, figureAttributes, PEOPLE } from "./attributes.ts";
import type { MetricKey } from "./metrics.ts";
import type { Settings } from "./plan.ts";

type Model = ReturnType<typeof conditionalAli.build>;

/** Codes that the effect of the attributes is taken over. */
const CODES = 20;
const BLOCK = 100;
const CELLS = PEOPLE.length * CHANGES.length;

export async function run(
  settings: Settings,
  context: RunContext,
  { spec, model: own }: RunAsked<{ readonly "conditional-ali": typeof conditionalAli }>,
): Promise<Measured<MetricKey>> {
  const data = imagesOfRun("celeba", spec);
  const { model, finalState, curve } = await trainImages({
    spec,
    context,
    data,
    split: trainedOn("celeba"),
    labelled: true,
    batchSize: settings.batchSize,
    curveEvery: settings.curveEvery,
    build: (outputBias) => own.build(settings, context.engine.ops, outputBias),
    picture: (model, state) => figureOf(model, state, settings, context, 1)[0]!,
  });
  return onDevice(finalState, (state) => {
    const { grid, effect } = attributeEffect(model, state, settings, context);
    const { own, wrong } = reconstructionErrors(model, state, settings, data, context);
    return {
      metrics: { attributeEffect: effect, reconstructionMse: own, wrongAttributesMse: wrong },
      curve,
      arrays: { grid: { shape: [CELLS, ...data.shape], data: grid } },
    };
  });
}

/** The figure for several codes: all cells [48, height, width, channels] of each. */
function figureOf(model: Model, state: Tensors, { latent }: Settings, context: RunContext, count: number) {
  const attributes = figureAttributes();
  const y = tf.tensor2d(attributes, [CELLS, attributes.length / CELLS]);
  const codes = normals(count, latent, context.seed("codes"));
  const pictures = Array.from({ length: count }, (_, i) =>
    values(() => model.decode!(state, tf.tile(tf.slice(codes, [i, 0], [1, latent]), [CELLS, 1]), y)),
  );
  tf.dispose([y, codes]);
  return pictures;
}

/** The figure for one code, and how much attributes change pictures beside what codes change. */
function attributeEffect(model: Model, state: Tensors, settings: Settings, context: RunContext) {
  const size = imageSize(settings.shape);
  const pictures = figureOf(model, state, settings, context, CODES);
  const cell = (code: number, at: number): Float32Array => pictures[code]!.subarray(at * size, (at + 1) * size);
  let [attributes, codesApart, n] = [0, 0, 0];
  for (let code = 0; code < CODES; code++)
    for (let row = 0; row < PEOPLE.length; row++) {
      const unchanged = row * CHANGES.length;
      for (let column = 1; column < CHANGES.length; column++) {
        attributes += meanSquaredError(cell(code, unchanged), cell(code, unchanged + column));
        codesApart += meanSquaredError(cell(code, unchanged), cell((code + 1) % CODES, unchanged));
        n += 1;
      }
    }
  return { grid: pictures[0]!, effect: codesApart === 0 ? 0 : attributes / n / (codesApart / n) };
}

/** Reconstruction error of held-out images under their own attributes, and with those of the image before in the decoder. */
function reconstructionErrors(
  model: Model,
  state: Tensors,
  { latent, reconstructed }: Settings,
  data: ImageData,
  context: RunContext,
) {
  const reader = openImages(data, HELD_OUT);
  try {
    const each = data.attributes!.length;
    const labels = reader.labels();
    const count = Math.min(reconstructed, reader.count);
    let [own, wrong] = [0, 0];
    for (let from = 0; from < count; from += BLOCK) {
      const n = Math.min(BLOCK, count - from);
      const pixels = unitImages(reader.readSync(rowsBetween(from, from + n)), data.shape);
      const y = tf.tensor2d(Float32Array.from(labels.subarray(from * each, (from + n) * each)), [n, each]);
      const epsilon = normals(n, latent, context.seed(`reconstructions ${from}`));
      const errorWith = (given: tf.Tensor2D): number =>
        values(() =>
          tf.mean(tf.square(tf.sub(model.decode!(state, model.encode!(state, pixels, epsilon, y), given), pixels))),
        )[0]! * n;
      const shifted = tf.concat([tf.slice(y, [n - 1, 0]), tf.slice(y, [0, 0], [n - 1, each])], 0);
      own += errorWith(y);
      wrong += errorWith(shifted);
      tf.dispose([pixels, y, epsilon, shifted]);
    }
    return { own: own / count, wrong: wrong / count };
  } finally {
    reader.close();
  }
}
