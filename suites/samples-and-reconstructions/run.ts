/** One run: trains, or takes what was trained elsewhere, then measures and keeps pictures. */
import type { ImageModelSettings } from "../../baselines/models/image-settings.ts";
import type { ImageData, ImageReader } from "../../datasets/image-data.ts";
import { openImages } from "../../datasets/images.ts";
import type { ImageModel } from "../../harness/contract/model.ts";
import type { RunContext } from "../../harness/contract/suite.ts";
import type { Measured, RunAsked } from "../../harness/contract/suite-definition.ts";
import type { Tensors } from "../../harness/engine/step.ts";
import { HELD_OUT, trainedOn } from "../shared/images/budgets.ts";
import { imagesOfRun } from "../shared/images/data.ts";
import { featureSpace } from "../shared/images/feature-space.ts";
import { distanceTo, frechetReference, rowBlocks } from "../shared/images/frechet-distance.ts";
import { nearnessToTraining } from "../shared/images/nearest-neighbours.ts";
import { imageSize, rowsBetween } from "../shared/images/pixels.ts";
import {
  asPixels,
  type ImageModelAtWork,
  interleaved,
  reconstruct,
  sampleImages,
  varianceAboutMean,
} from "../shared/images/reconstruct.ts";
import {
  meanImageMse,
  onDevice,
  reconstructionCurve,
  samplesAlongTheWay,
  trainImages,
} from "../shared/images/train.ts";
import type { MetricKey } from "./metrics.ts";
import { type Settings, SLOTS, type Slot } from "./settings.ts";

/** Images in a picture of samples; pairs in one of reconstructions; samples that are shown with their nearest images. */
const SHOWN = { samples: 100, pairs: 50, neighbours: 50 };
/** Samples, and held-out images, whose distance to the nearest training image is taken. */
const NEAREST_OF = 100;

export async function run(
  settings: Settings,
  context: RunContext,
  { spec, arm, model: ali }: RunAsked<Readonly<Record<Slot, ImageModel<ImageModelSettings>>>>,
): Promise<Measured<MetricKey>> {
  const dataset = SLOTS[arm];
  const data = imagesOfRun(dataset, spec);
  const build = (outputBias: Float32Array): ImageModelAtWork => ali.build(settings, context.engine.ops, outputBias);
  const { model, finalState, curve } =
    spec.updates === 0
      ? { model: build(new Float32Array(imageSize(data.shape))), finalState: context.needed().weights, curve: {} }
      : await trainImages({
          spec,
          context,
          data,
          split: trainedOn(dataset),
          build,
          batchSize: settings.batchSize,
          curveEvery: settings.curveEvery,
          observe: reconstructionCurve(context, data, settings.latent),
          picture: samplesAlongTheWay(context, settings.latent),
        });
  const heldOut = openImages(data, HELD_OUT);
  const training = openImages(data, trainedOn(dataset));
  try {
    const measured = await onDevice(finalState, (state) =>
      measure(model, state, { settings, context, data, heldOut, training }),
    );
    return { ...measured, curve };
  } finally {
    heldOut.close();
    training.close();
  }
}

interface MeasuredOn {
  readonly settings: Settings;
  readonly context: RunContext;
  readonly data: ImageData;
  readonly heldOut: ImageReader;
  readonly training: ImageReader;
}

async function measure(
  model: ImageModelAtWork,
  state: Tensors,
  on: MeasuredOn,
): Promise<Omit<Measured<MetricKey>, "curve">> {
  const { settings, context, data, heldOut, training } = on;
  const { latent, reconstructed } = settings;
  const size = imageSize(data.shape);
  const key = context.seed("reconstructions");
  const { mse, matchedShare, posteriorLogSd, originals, reconstructions } = reconstruct(model, state, {
    data,
    reader: heldOut,
    count: reconstructed,
    latent,
    key,
  });
  const count = Math.min(settings.compared, heldOut.count);
  const samples = sampleImages(model, state, { count, latent, key: context.seed("samples") });
  const nearest = await nearestOf(samples.subarray(0, NEAREST_OF * size), on);
  const pairs = Math.min(SHOWN.pairs, heldOut.count);
  const shownSamples = Math.min(SHOWN.samples, count);
  return {
    metrics: {
      reconstructionMse: mse,
      matchedShare,
      relativeMse: mse / varianceAboutMean(originals, size),
      meanImageMse: meanImageMse(data, training, originals),
      ...(posteriorLogSd === undefined ? {} : { posteriorLogSd }),
      ...(await frechetMetrics(asPixels(samples), count, on)),
      nearestRatio: nearest.ratio,
    },
    arrays: {
      samples: { shape: [shownSamples, ...data.shape], data: samples.slice(0, shownSamples * size) },
      reconstructions: {
        shape: [2 * pairs, ...data.shape],
        data: interleaved(originals.subarray(0, pairs * size), reconstructions.subarray(0, pairs * size), size),
      },
      nearest: { shape: [2 * nearest.shown, ...data.shape], data: nearest.pictures },
    },
  };
}

/** Distances in the features of a classifier; none where the images have no labels to train one on. */
async function frechetMetrics(
  samples: Uint8Array,
  count: number,
  { settings, context, data, heldOut }: MeasuredOn,
): Promise<Measured<MetricKey>["metrics"]> {
  if (data.classes === null && data.attributes === null) return {};
  const space = await featureSpace(context.engine, data, {
    updates: settings.classifierUpdates,
    pause: () => context.pause(),
  });
  const reference = await frechetReference(space, rowBlocks(heldOut, rowsBetween(0, count)), data.shape);
  const { distance } = await distanceTo(space, reference, [samples]);
  const { floor, ceiling } = reference;
  return { frechet: distance, frechetFloor: floor, frechetCeiling: ceiling, classifierAccuracy: space.accuracy };
}

/** The nearest training images of samples: how near beside held-out images, and the first ones with their samples. */
async function nearestOf(samples: Float32Array, { context, data, heldOut, training }: MeasuredOn) {
  const size = imageSize(data.shape);
  const { ops } = context.engine;
  const fresh = heldOut.readSync(rowsBetween(0, Math.min(NEAREST_OF, heldOut.count)));
  const near = await nearnessToTraining(ops, { samples: asPixels(samples), heldOut: fresh }, training, data.shape);
  const shown = Math.min(SHOWN.neighbours, samples.length / size);
  const neighbours = Float32Array.from(training.readSync(near.samples.rows.subarray(0, shown)), (value) => value / 255);
  return { ratio: near.ratio, shown, pictures: interleaved(samples.subarray(0, shown * size), neighbours, size) };
}
