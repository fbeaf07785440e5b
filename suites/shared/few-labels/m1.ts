/** M1, which M1 + M2 starts from: a run of its own, on all training images without their labels. */
import { buildM1 } from "../../../baselines/models/vae-m1-m2/m1.ts";
import type { ImageData, ImageReader } from "../../../datasets/image-data.ts";
import type { RunSpec } from "../../../harness/contract/run.ts";
import type { RunContext } from "../../../harness/contract/suite.ts";
import type { Measured } from "../../../harness/contract/suite-definition.ts";
import { Stream } from "../../../harness/random/seeds.ts";
import { inRandomBasis, pcaWhitening, type Whitening } from "../../../harness/statistics/pca.ts";
import { imagesOfRun } from "../images/data.ts";
import { imageSize } from "../images/pixels.ts";
import { trainOn } from "../images/train.ts";
import type { M1RunSettings } from "./settings.ts";
import { openTraining } from "./training-images.ts";

/** Of images [n, height, width, channels] drawn from the training set by `key`, values in [0, 1]. */
function whiteningOf(
  reader: ImageReader,
  { shape }: ImageData,
  { whitenedBy, whitened }: Pick<M1RunSettings, "whitenedBy" | "whitened">,
  components: number,
  key: readonly [number, number],
): Whitening {
  const stream = new Stream(key);
  const rows = stream.permutation(reader.count).slice(0, whitenedBy);
  const pixels = Float32Array.from(reader.readSync(rows), (value) => value / 255);
  const whitening = pcaWhitening(pixels, rows.length, imageSize(shape), components);
  return whitened ? whitening : inRandomBasis(whitening, stream);
}

/** Stands in where steps are only timed: principal components take minutes. */
const unfitted = (pixels: number, components: number): Whitening => ({
  mean: new Float32Array(pixels).fill(0.5),
  projection: new Float32Array(pixels * components).fill(1 / pixels),
  variances: new Float64Array(components).fill(1),
});

/** The arm: bumped when the same settings give other numbers. */
export const m1 = { version: 1, file: import.meta.filename, run };

async function run(
  { model: settings, whitenedBy, whitened, batchSize, curveEvery }: M1RunSettings,
  spec: RunSpec,
  context: RunContext,
): Promise<Measured<"autoencoderLoss">> {
  const data = imagesOfRun("svhn", spec);
  const training = openTraining(data, true);
  try {
    const { components } = settings.sizes;
    const whitening = context.rehearsed
      ? unfitted(imageSize(data.shape), components)
      : whiteningOf(training, data, { whitenedBy, whitened }, components, context.seed("whitening"));
    const model = buildM1(settings, context.engine.ops, whitening);
    const size = Math.min(batchSize, training.count);
    const { curve } = await trainOn(training, model, { spec, context, data, batchSize: size, curveEvery });
    return { metrics: { autoencoderLoss: curve.autoencoderLoss?.at(-1) ?? Number.NaN }, curve, arrays: {} };
  } finally {
    training.close();
  }
}
