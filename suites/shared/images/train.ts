/** Training a model of images as a run: data, stream, learning curve. */
import { logOdds } from "../../../baselines/models/ali/log-odds.ts";
import type { ImageData, ImageReader } from "../../../datasets/image-data.ts";
import { openImages } from "../../../datasets/images.ts";
import type { Curve, RunSpec } from "../../../harness/contract/run.ts";
import type { RunContext } from "../../../harness/contract/suite.ts";
import { tiled } from "../../../harness/contract/tiled.ts";
import type { HostState } from "../../../harness/engine/host-state.ts";
import { tensors } from "../../../harness/engine/program.ts";
import type { Tensors } from "../../../harness/engine/step.ts";
import { HELD_OUT } from "./budgets.ts";
import { imageStream } from "./minibatches.ts";
import { imageSize, rowsBetween } from "./pixels.ts";
import { asPixels, type ImageModelAtWork, meanSquaredError, reconstruct, sampleImages } from "./reconstruct.ts";

/** Images behind the mean that the decoder's output biases start at (the authors' code). */
const MEAN_OF = 500;
/** Images a row of a picture along the way, and samples in it. */
const PICTURE_COLUMNS = 12;
const PICTURE_SAMPLES = 48;
/** Held-out images behind a row of a learning curve. */
const CURVE_IMAGES = 200;

/** What training needs of a model. */
type Trainable = Pick<ImageModelAtWork, "initialState" | "step">;

interface TrainOn {
  readonly spec: RunSpec;
  readonly context: RunContext;
  readonly data: ImageData;
  readonly batchSize: number;
  readonly curveEvery: number;
  /** Whether batches have attributes beside the images. */
  readonly labelled?: boolean;
  /** Columns of the learning curve beside the losses. */
  observe?(state: Tensors): Readonly<Record<string, number>>;
  /** Images [n, height, width, channels] in [0, 1] to look at along the way. */
  picture?(state: Tensors): Float32Array;
}

export interface TrainImages<Model extends Trainable> extends Omit<TrainOn, "observe" | "picture"> {
  /** The split that is trained on. */
  readonly split: string;
  build(outputBias: Float32Array): Model;
  /** As `TrainOn.observe`, on held-out images. */
  observe?(model: Model, state: Tensors, heldOut: ImageReader): Readonly<Record<string, number>>;
  picture?(model: Model, state: Tensors): Float32Array;
}

export interface TrainedImages {
  readonly curve: Curve;
  readonly finalState: HostState;
}

/** Error of reconstructions and standard deviation of the posterior, for a learning curve. */
export const reconstructionCurve =
  (context: RunContext, data: ImageData, latent: number) =>
  (model: ImageModelAtWork, state: Tensors, reader: ImageReader): Readonly<Record<string, number>> => {
    const key = context.seed("curve reconstructions");
    const { mse, matchedShare, posteriorLogSd } = reconstruct(model, state, {
      data,
      reader,
      count: CURVE_IMAGES,
      latent,
      key,
    });
    return { reconstructionMse: mse, matchedShare, ...(posteriorLogSd === undefined ? {} : { posteriorLogSd }) };
  };

/** Samples of the same codes each time. */
export const samplesAlongTheWay =
  (context: RunContext, latent: number) =>
  (model: ImageModelAtWork, state: Tensors): Float32Array =>
    sampleImages(model, state, { count: PICTURE_SAMPLES, latent, key: context.seed("picture samples") });

/** Log-odds of the mean of a split's first images: what the decoder's output biases start at. */
function startingBias({ shape }: ImageData, reader: ImageReader): Float32Array {
  const pixels = reader.readSync(rowsBetween(0, Math.min(MEAN_OF, reader.count)));
  return logOdds(
    Float32Array.from(pixels, (value) => value / 255),
    imageSize(shape),
  );
}

/** Squared error of that mean image, [images, height, width, channels] flat: where a decoder's error starts. */
export function meanImageMse(data: ImageData, training: ImageReader, images: Float32Array): number {
  const mean = startingBias(data, training).map((odds) => 1 / (1 + Math.exp(-odds)));
  return meanSquaredError(
    images,
    images.map((_, i) => mean[i % mean.length]!),
  );
}

export async function trainImages<Model extends Trainable>(
  options: TrainImages<Model>,
): Promise<TrainedImages & { readonly model: Model }> {
  const { data, split, build, observe, picture, ...rest } = options;
  const reader = openImages(data, split);
  const heldOut = openImages(data, HELD_OUT);
  try {
    const model = build(startingBias(data, reader));
    const watched = {
      ...(observe && { observe: (state: Tensors) => observe(model, state, heldOut) }),
      ...(picture && { picture: (state: Tensors) => picture(model, state) }),
    };
    return { model, ...(await trainOn(reader, model, { ...rest, data, ...watched })) };
  } finally {
    reader.close();
    heldOut.close();
  }
}

/** Trains a model on the images of a reader, which stays open. */
export async function trainOn(
  reader: ImageReader,
  model: Trainable,
  { spec, context, data, batchSize, curveEvery, labelled = false, observe, picture }: TrainOn,
): Promise<TrainedImages> {
  const [noiseLow] = context.seed("noise");
  const key = context.seed("data order");
  const stream = imageStream(data, reader, { batchSize, updates: spec.updates, key, labelled });
  try {
    const { finalState, curve } = await context.train({
      initialState: () => model.initialState(context.seed("init")),
      step: model.step,
      ready: stream.ready,
      batch: stream.batch,
      key: (index) => [noiseLow | 0, index],
      updates: spec.updates,
      curveEvery,
      ...(observe && { observe }),
      ...(picture && {
        pictures: (state: Tensors) => ({
          samples: tiled({ columns: PICTURE_COLUMNS, shape: data.shape, pixels: asPixels(picture(state)) }),
        }),
      }),
    });
    return { curve, finalState };
  } finally {
    await stream.close();
  }
}

/** Puts a state on the device for the time of `use`. */
export async function onDevice<T>(state: HostState, use: (state: Tensors) => T | Promise<T>): Promise<T> {
  const there = tensors(state);
  try {
    return await use(there);
  } finally {
    for (const tensor of Object.values(there)) tensor.dispose();
  }
}
