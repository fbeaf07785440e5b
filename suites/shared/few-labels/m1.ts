/** M1, which M1 + M2 starts from: a run of its own, on all training images without their labels. */
import { buildM1, M1_ID, type M1Settings } from "../../../baselines/models/vae-m1-m2/m1.ts";
import { M1_PUBLISHED } from "../../../baselines/models/vae-m1-m2/published.ts";
import type { ImageData, ImageReader } from "../../../datasets/image-data.ts";
import type { RunSpec } from "../../../harness/contract/run.ts";
import type { Measurement, RunContext } from "../../../harness/contract/suite.ts";
import { Stream } from "../../../harness/random/seeds.ts";
import { inRandomBasis, pcaWhitening, type Whitening } from "../../../harness/statistics/pca.ts";
import type { BudgetId } from "../images/budgets.ts";
import { updatesPerEpoch } from "../images/minibatches.ts";
import { imageSize } from "../images/pixels.ts";
import { imageSpec } from "../images/plan.ts";
import { trainOn } from "../images/train.ts";
import type { RunPlan } from "./row.ts";

/** Bumped when the same settings give other numbers. */
const MODEL_VERSION = 1;
/** The authors stop when a bound has not improved for 10,000 epochs; here the number is fixed (assumption, version 1). */
const EPOCHS = 1_000;
const CURVE_ROWS = 20;

interface M1Budget {
  readonly settings: M1Settings;
  /** Images that the principal components are of. */
  readonly whitenedBy: number;
  /** As in the authors' code; else the components keep their variances, in a basis drawn at random (`inRandomBasis`). */
  readonly whitened: boolean;
  readonly batchSize: number;
  readonly updates: number;
}

/** @param images training images, extra ones included; only the paper's updates depend on them */
export function m1Amount(budget: BudgetId, images: number): M1Budget {
  switch (budget) {
    case "paper": {
      const batchSize = 5_000;
      const updates = images > 0 ? EPOCHS * updatesPerEpoch(images, Math.min(batchSize, images)) : 0;
      return { settings: M1_PUBLISHED, whitenedBy: 10_000, whitened: true, batchSize, updates };
    }
    case "quick":
      return reduced({ components: 100, hidden: 200, latent: 50 }, 1_000, 250, 2_000);
    case "quick-wasm":
      return reduced({ components: 50, hidden: 50, latent: 20 }, 200, 50, 60);
    case "smoke":
      return reduced({ components: 10, hidden: 10, latent: 5 }, 50, 20, 4);
  }
}
const reduced = (sizes: M1Settings["sizes"], whitenedBy: number, batchSize: number, updates: number): M1Budget => ({
  settings: { ...M1_PUBLISHED, learningRate: 1e-3, sizes },
  whitenedBy,
  // In uncorrelated components M1 finds nothing worth coding in a few minutes (measured: the notebook).
  whitened: false,
  batchSize,
  updates,
});

export interface M1Run extends RunPlan {
  /** Training images, extra ones included. */
  readonly images: number;
}

export function m1Spec({ budget, images, ...run }: M1Run): RunSpec {
  const { settings, whitenedBy, whitened, batchSize, updates } = m1Amount(budget, images);
  const curveEvery = Math.ceil(updates / CURVE_ROWS);
  return imageSpec({
    ...{ ...run, budget, model: M1_ID, modelVersion: MODEL_VERSION, updates },
    settings: {
      model: settings,
      whitenedBy,
      whitened,
      batchSize,
      curveEvery,
      data: run.data.name,
      shape: run.data.shape,
    },
  });
}

/** Of images [n, height, width, channels] drawn from the training set by `key`, values in [0, 1]. */
function whiteningOf(
  reader: ImageReader,
  { shape }: ImageData,
  { whitenedBy, whitened }: Pick<M1Budget, "whitenedBy" | "whitened">,
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

export async function runM1(
  spec: RunSpec,
  data: ImageData,
  training: ImageReader,
  context: RunContext,
): Promise<Measurement> {
  const {
    model: settings,
    whitenedBy,
    whitened,
    batchSize,
    curveEvery,
  } = spec.settings as unknown as M1Budget & {
    readonly model: M1Settings;
    readonly curveEvery: number;
  };
  const { components } = settings.sizes;
  const whitening = context.rehearsed
    ? unfitted(imageSize(data.shape), components)
    : whiteningOf(training, data, { whitenedBy, whitened }, components, context.seed("whitening"));
  const model = buildM1(settings, context.engine.ops, whitening);
  const size = Math.min(batchSize, training.count);
  const { curve } = await trainOn(training, model, { spec, context, data, batchSize: size, curveEvery });
  return { metrics: { autoencoderLoss: curve.autoencoderLoss?.at(-1) ?? Number.NaN }, curve, arrays: {} };
}
