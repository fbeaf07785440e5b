/** DCGAN as the encoder, by its own protocol: other splits, other features, other statistics of batch norm. */
import * as tf from "@tensorflow/tfjs-core";
import type { DcganModelSettings } from "../../baselines/models/dcgan/images.ts";
import type { ImageData } from "../../datasets/image-data.ts";
import { openImages } from "../../datasets/images.ts";
import type { ImageModel } from "../../harness/contract/model.ts";
import type { RunSpec } from "../../harness/contract/run.ts";
import type { RunContext } from "../../harness/contract/suite.ts";
import type { Measured } from "../../harness/contract/suite-definition.ts";
import type { Tensors } from "../../harness/engine/step.ts";
import { Stream, streamKey } from "../../harness/random/seeds.ts";
import { HELD_OUT } from "../shared/images/budgets.ts";
import { joinedReader } from "../shared/images/joined-reader.ts";
import { imageSize, rowsBetween, unitImages } from "../shared/images/pixels.ts";
import { type ImageModelAtWork, sampleImages, values } from "../shared/images/reconstruct.ts";
import { onDevice, samplesAlongTheWay, trainOn } from "../shared/images/train.ts";
import { classify, type LinearMetrics, linearMetrics } from "./classify.ts";
import type { MetricKey } from "./metrics.ts";
import type { DcganRunSettings, SvmSettings } from "./settings.ts";

/** All three convolutional layers. */
const SETS = { all: ["image-features/1", "image-features/2", "image-features/3"] } as const;
const SAMPLES = 100;
/** Images of a minibatch that statistics of batch norm are taken on (the authors' script). */
const STATISTICS_BATCH = 128;

/** The training images in an order of their own, cut into as many to validate on as ALI has, and the rest. */
function ownSplits(data: ImageData) {
  const open = () => [openImages(data, "train"), openImages(data, HELD_OUT)];
  const bytes = imageSize(data.shape);
  const total = data.splits.train! + data.splits[HELD_OUT]!;
  const order = new Stream(streamKey("dcgan", data.sha256, "split")).permutation(total);
  const validation = data.splits[HELD_OUT]!;
  return {
    pool: joinedReader(open(), order.slice(validation), bytes),
    validation: joinedReader(open(), order.slice(0, validation), bytes),
    test: openImages(data, "test"),
  };
}

export async function runDcgan(
  settings: DcganRunSettings,
  spec: RunSpec,
  dcgan: ImageModel<DcganModelSettings>,
  data: ImageData,
  context: RunContext,
): Promise<Measured<MetricKey>> {
  const { batchSize, curveEvery, latent, svm } = settings;
  const readers = ownSplits(data);
  try {
    const model = dcgan.build(settings, context.engine.ops, new Float32Array(imageSize(data.shape)));
    const { finalState, curve } = await trainOn(readers.pool, model, {
      spec,
      context,
      data,
      batchSize,
      curveEvery,
      picture: (state) => samplesAlongTheWay(context, latent)(model, state),
    });
    return await onDevice(finalState, async (state) => {
      const linear = await linearOnDcgan(model, state, readers, data, svm, context);
      const samples = sampleImages(model, state, { count: SAMPLES, latent, key: context.seed("samples") });
      return {
        ...linear,
        curve,
        arrays: { samples: { shape: [SAMPLES, ...data.shape], data: samples } },
      };
    });
  } finally {
    for (const reader of Object.values(readers)) reader.close();
  }
}

async function linearOnDcgan(
  model: ImageModelAtWork,
  state: Tensors,
  readers: ReturnType<typeof ownSplits>,
  data: ImageData,
  svm: SvmSettings,
  context: RunContext,
): Promise<LinearMetrics> {
  const statistics = poolStatistics(model, state, readers.pool, data);
  const features = (x: tf.Tensor4D) => model.features!(state, x, statistics);
  const results = await classify(context, readers, data, { features, sets: SETS, svm });
  statistics.dispose();
  return linearMetrics(results, () => "all");
}

/** Linear classifiers on the features of a DCGAN that a run has trained. */
export async function classifyTrainedDcgan(
  settings: DcganRunSettings,
  dcgan: ImageModel<DcganModelSettings>,
  data: ImageData,
  context: RunContext,
): Promise<LinearMetrics> {
  const readers = ownSplits(data);
  try {
    const model = dcgan.build(settings, context.engine.ops, new Float32Array(imageSize(data.shape)));
    return await onDevice(context.needed().weights, (state) =>
      linearOnDcgan(model, state, readers, data, settings.svm, context),
    );
  } finally {
    for (const reader of Object.values(readers)) reader.close();
  }
}

/** Means and variances of batch norm: the average over the minibatches of all images of the pool. */
function poolStatistics(
  { batchStatistics }: ImageModelAtWork,
  state: Tensors,
  pool: ReturnType<typeof ownSplits>["pool"],
  { shape }: ImageData,
): tf.Tensor1D {
  if (!batchStatistics) throw new TypeError("the model gives no statistics of batch norm");
  const sums: number[] = [];
  let batches = 0;
  for (let from = 0; from < pool.count; from += STATISTICS_BATCH) {
    const rows = rowsBetween(from, Math.min(from + STATISTICS_BATCH, pool.count));
    if (rows.length < 2) continue; // no variance of one image's 1 × 1 maps
    values(() => batchStatistics(state, unitImages(pool.readSync(rows), shape))).forEach((value, i) => {
      sums[i] = (sums[i] ?? 0) + value;
    });
    batches += 1;
  }
  return tf.tensor1d(sums.map((sum) => sum / batches));
}
