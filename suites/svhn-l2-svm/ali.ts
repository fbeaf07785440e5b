/** ALI as the encoder: trained on extra, its pictures kept, linear classifiers on its features. */
import type { ImageModelSettings } from "../../baselines/models/image-settings.ts";
import type { ImageData, ImageReader } from "../../datasets/image-data.ts";
import { openImages } from "../../datasets/images.ts";
import type { ImageModel } from "../../harness/contract/model.ts";
import type { RunSpec } from "../../harness/contract/run.ts";
import type { RunContext } from "../../harness/contract/suite.ts";
import type { Measured } from "../../harness/contract/suite-definition.ts";
import type { Tensors } from "../../harness/engine/step.ts";
import { HELD_OUT, trainedOn } from "../shared/images/budgets.ts";
import { imageSize } from "../shared/images/pixels.ts";
import { type ImageModelAtWork, interleaved, reconstruct, sampleImages } from "../shared/images/reconstruct.ts";
import {
  meanImageMse,
  onDevice,
  reconstructionCurve,
  samplesAlongTheWay,
  trainImages,
} from "../shared/images/train.ts";
import { classify, type LabelledImages, type LinearMetrics, linearMetrics } from "./classify.ts";
import type { MetricKey } from "./metrics.ts";
import type { AliSettings, SvmSettings } from "./settings.ts";

/** Of the encoder's rows: the batch norms of 4 to 6 are those of the last three hidden layers. */
const SETS = {
  hidden: ["encoder/4", "encoder/5", "encoder/6", "mu"],
  top: ["encoder/5", "encoder/6", "mu"],
  mean: ["mu"],
} as const;
/** Images in a picture of samples, and pairs in one of reconstructions. */
const SAMPLES = 100;
const PAIRS = 50;

export async function runAli(
  settings: AliSettings,
  spec: RunSpec,
  ali: ImageModel<ImageModelSettings>,
  data: ImageData,
  context: RunContext,
): Promise<Measured<MetricKey>> {
  const { latent, batchSize, curveEvery, svm, reconstructed } = settings;
  const { model, curve, finalState } = await trainImages({
    spec,
    context,
    data,
    split: trainedOn(data.dataset),
    batchSize,
    curveEvery,
    observe: reconstructionCurve(context, data, latent),
    picture: samplesAlongTheWay(context, latent),
    build: (outputBias) => ali.build(settings, context.engine.ops, outputBias),
  });
  const readers = openReaders(data);
  try {
    return await onDevice(finalState, async (state) => {
      const linear = await linearOnAli(model, state, { data, readers, svm, context });
      const key = context.seed("reconstructions");
      const held = { data, reader: readers.validation, count: reconstructed, latent, key };
      const { mse, matchedShare, originals, reconstructions } = reconstruct(model, state, held);
      const size = imageSize(data.shape);
      const pairs = Math.min(PAIRS, originals.length / size);
      const shown = interleaved(originals.subarray(0, pairs * size), reconstructions.subarray(0, pairs * size), size);
      const samples = sampleImages(model, state, { count: SAMPLES, latent, key: context.seed("samples") });
      return {
        metrics: {
          ...linear.metrics,
          reconstructionMse: mse,
          matchedShare,
          meanImageMse: meanImageMse(data, readers.training, originals),
        },
        draws: linear.draws,
        curve,
        arrays: {
          samples: { shape: [SAMPLES, ...data.shape], data: samples },
          reconstructions: { shape: [2 * pairs, ...data.shape], data: shown },
        },
      };
    });
  } finally {
    for (const reader of Object.values(readers)) reader.close();
  }
}

type Readers = LabelledImages & { readonly training: ImageReader };
const openReaders = (data: ImageData): Readers => ({
  pool: openImages(data, "train"),
  validation: openImages(data, HELD_OUT),
  test: openImages(data, "test"),
  training: openImages(data, trainedOn(data.dataset)),
});

interface OnAli {
  readonly data: ImageData;
  readonly readers: LabelledImages;
  readonly svm: SvmSettings;
  readonly context: RunContext;
}

async function linearOnAli(
  { features }: Pick<ImageModelAtWork, "features">,
  state: Tensors,
  { data, readers, svm, context }: OnAli,
): Promise<LinearMetrics> {
  if (!features) throw new TypeError("the model cannot take this place: it needs features");
  const results = await classify(context, readers, data, { features: (x) => features(state, x), sets: SETS, svm });
  return linearMetrics(results, (reading) => reading);
}

/** Linear classifiers on the features of an ALI that a run has trained. */
export async function classifyTrainedAli(
  settings: AliSettings,
  ali: ImageModel<ImageModelSettings>,
  data: ImageData,
  context: RunContext,
): Promise<LinearMetrics> {
  const model = ali.build(settings, context.engine.ops, new Float32Array(imageSize(data.shape)));
  const readers = openReaders(data);
  try {
    return await onDevice(context.needed().weights, (state) =>
      linearOnAli(model, state, { data, readers, svm: settings.svm, context }),
    );
  } finally {
    for (const reader of Object.values(readers)) reader.close();
  }
}
