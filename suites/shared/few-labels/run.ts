/** One run of a table: trains a row's model on a draw of labels, and tests it on the whole test set. */
import type { BuiltClassifier } from "../../../baselines/models/semi-supervised.ts";
import type { ImageData, ImageReader } from "../../../datasets/image-data.ts";
import { openImages } from "../../../datasets/images.ts";
import type { RunSpec } from "../../../harness/contract/run.ts";
import type { RunContext } from "../../../harness/contract/suite.ts";
import type { Measured } from "../../../harness/contract/suite-definition.ts";
import type { Tensors } from "../../../harness/engine/step.ts";
import { imagesOfRun } from "../images/data.ts";
import { imageSize } from "../images/pixels.ts";
import { onDevice } from "../images/train.ts";
import { type Classification, classification } from "./classification.ts";
import { labelledRows, rowsWithout } from "./label-draw.ts";
import { type MetricKey, metricOf, WAYS } from "./metrics.ts";
import { predict } from "./predict.ts";
import type { AnyRow, LabelledDataset } from "./row.ts";
import type { RowSettings } from "./settings.ts";
import { trainClassifier } from "./train.ts";
import { openTraining } from "./training-images.ts";

/** Most confident mistakes that are kept as pictures. */
const MISTAKES = 10;
/** Labelled images that the error on them is taken of, at most. */
const LABELLED_TESTED = 2_000;

export async function runTable(
  settings: RowSettings,
  row: AnyRow,
  spec: RunSpec,
  dataset: LabelledDataset,
  context: RunContext,
): Promise<Measured<MetricKey>> {
  const data = imagesOfRun(dataset, spec);
  const training = openTraining(data, false);
  const test = openImages(data, "test");
  try {
    return await runRow(settings, row, spec, { data, training, test }, context);
  } finally {
    training.close();
    test.close();
  }
}

interface Images {
  readonly data: ImageData;
  readonly training: ImageReader;
  readonly test: ImageReader;
}

async function runRow(
  settings: RowSettings,
  row: AnyRow,
  spec: RunSpec,
  images: Images,
  context: RunContext,
): Promise<Measured<MetricKey>> {
  const { data, training, test } = images;
  const draw = { key: settings.labelKey, draw: spec.replicate, labels: settings.labels };
  const labelled = labelledRows(draw, training.labels(), data.classes!.length);
  const model = row.build(settings.model, context.engine.ops, {
    training,
    shape: data.shape,
    rehearsed: context.rehearsed ?? false,
    trained: () => context.needed().weights,
  });
  const { finalState, curve } = await trainClassifier({
    context,
    model,
    data,
    training,
    heldOut: test,
    labelled,
    unlabelled: row.unlabelled === "others" ? rowsWithout(labelled, training.count) : allRows(training.count),
    sizes: settings.sizes,
    updates: spec.updates,
    curveEvery: settings.curveEvery,
    ...(settings.settlingBatches && { settlingBatches: settings.settlingBatches }),
  });
  return onDevice(finalState, async (state) => ({
    ...(await measure(model, state, images, labelled, context)),
    curve,
  }));
}

const allRows = (count: number): Uint32Array => Uint32Array.from({ length: count }, (_, row) => row);

async function measure(
  model: BuiltClassifier,
  state: Tensors,
  { data, training, test }: Images,
  labelled: Uint32Array,
  context: RunContext,
): Promise<Omit<Measured<MetricKey>, "curve">> {
  const { shape } = data;
  const classes = data.classes!.length;
  const of = async (logits: BuiltClassifier["logits"], reader: ImageReader, rows?: Uint32Array) => {
    const on = { reader, shape, ...(rows && { rows }) };
    const labels = rows ? Uint8Array.from(rows, (at) => reader.labels()[at]!) : reader.labels();
    return classification(await predict({ logits }, state, on, () => context.pause()), labels, classes);
  };
  const tested = await of(model.logits, test);
  const metrics: Partial<Record<MetricKey, number>> = {
    error: tested.error,
    calibrationError: tested.calibrationError,
    labelledError: (await of(model.logits, training, labelled.slice(0, LABELLED_TESTED))).error,
  };
  // A model with one way to classify has the same numbers under every reading of ALI's.
  for (const way of WAYS) {
    const logits = model.otherLogits?.[way];
    metrics[metricOf(way)] = logits ? (await of(logits, test)).error : tested.error;
  }
  return { metrics, arrays: arraysOf(tested, data, test, labelled) };
}

/** What pictures are made of; counts and rows are whole numbers that float32 holds. */
function arraysOf(
  { confusions, bins, mistakes }: Classification,
  { classes, shape }: ImageData,
  test: ImageReader,
  labelled: Uint32Array,
): Measured<MetricKey>["arrays"] {
  const shown = mistakes.slice(0, MISTAKES);
  const pixels = test.readSync(shown.map(({ row }) => row));
  const each = classes!.length;
  return {
    confusions: { shape: [each, each], data: Float32Array.from(confusions) },
    calibration: {
      shape: [bins.length, 3],
      data: Float32Array.from(bins.flatMap((bin) => [bin.images, bin.confidence ?? 0, bin.accuracy ?? 0])),
    },
    mistakes: {
      shape: [shown.length, ...shape],
      data: Float32Array.from(pixels.subarray(0, shown.length * imageSize(shape)), (value) => value / 255),
    },
    mistakenFor: {
      shape: [shown.length, 3],
      data: Float32Array.from(shown.flatMap(({ label, told, confidence }) => [label, told, confidence])),
    },
    labelled: { shape: [labelled.length], data: Float32Array.from(labelled) },
  };
}
