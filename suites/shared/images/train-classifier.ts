/** Trains the feature classifier on labelled images, and measures how well it tells those it was not trained on. */
import * as tf from "@tensorflow/tfjs-core";
import type { FeatureClassifier } from "../../../baselines/models/feature-classifier/model.ts";
import type { Engine } from "../../../harness/engine/engine.ts";
import type { HostState } from "../../../harness/engine/host-state.ts";
import type { Tensors } from "../../../harness/engine/step.ts";
import { minibatchRows } from "../../../harness/random/minibatches.ts";
import type { Words2 } from "../../../harness/random/philox.ts";
import type { LabelledData, LabelledImages } from "./labelled-images.ts";
import { type ImageShape, rowsBetween, unitImages } from "./pixels.ts";

export interface ClassifierTraining {
  readonly shape: ImageShape;
  readonly updates: number;
  readonly batchSize: number;
  key(purpose: string): Words2;
  onProgress(updates: number): void;
  /** Is called every so often. */
  pause(): Promise<void>;
}

/** Updates between two looks whether the loss is finite. */
const LOOK = 50;

/**
 * State after the updates: a function of the data, the keys and the engine's class. Batches are rows in a new random order
 * each epoch; where there are fewer images than a batch takes, it has them all. @throws Error when the loss is not finite.
 */
export async function trainClassifier(
  { compile }: Engine,
  { step, initialState }: FeatureClassifier,
  data: LabelledData,
  { shape, updates, batchSize, key, onProgress, pause }: ClassifierTraining,
): Promise<HostState> {
  const { reader, from, to } = data.training;
  const batch = Math.min(batchSize, to - from);
  const rowsOf = minibatchRows(to - from, batch, key("data order"));
  const program = compile(step, initialState(key("init")));
  try {
    for (let update = 0; update < updates; update++) {
      const rows = rowsOf(update).map((row) => from + row);
      const pixels = await reader.read(rows);
      const y = targets(data, data.training, rows);
      const inputs = (): Tensors => ({ x: unitImages(pixels, shape), y: tf.tensor2d(y, [batch, data.outputs]) });
      await program.run(inputs, [update, 0]);
      if ((update + 1) % LOOK !== 0 && update + 1 < updates) continue;
      const { classifierLoss } = program.metrics();
      if (!Number.isFinite(classifierLoss))
        throw new Error(`the loss of the feature classifier is ${classifierLoss} at update ${update + 1}`);
      onProgress(update + 1);
      await pause();
    }
    return program.read();
  } finally {
    program.dispose();
  }
}

/** Labels of some rows as a classifier's targets [rows, outputs]: one-hot, or the attributes. */
function targets({ labelling, outputs }: LabelledData, { labels }: LabelledImages, rows: Int32Array): Float32Array {
  const y = new Float32Array(rows.length * outputs);
  rows.forEach((row, i) => {
    if (labelling === "classes") y[i * outputs + labels[row]!] = 1;
    else y.set(labels.subarray(row * outputs, (row + 1) * outputs), i * outputs);
  });
  return y;
}

export interface Accuracy {
  /** Share of held-out labels that are told: of classes, or of all attributes of all images. */
  readonly accuracy: number;
  /** The same of an answer that does not look: the commonest class, or the commoner value of each attribute. */
  readonly blindAccuracy: number;
}

/** Images that are looked at at once. */
const BLOCK = 250;

/** @param logitsOf images as bytes [n, height, width, channels] → logits [n, outputs] */
export async function heldOutAccuracy(
  { labelling, outputs, heldOut }: LabelledData,
  logitsOf: (images: Uint8Array) => Float32Array,
): Promise<Accuracy> {
  const { reader, from, to, labels } = heldOut;
  const perImage = labelling === "classes" ? 1 : outputs;
  const seen = new Float64Array(outputs); // images of each class, or with each attribute
  let right = 0;
  for (let start = from; start < to; start += BLOCK) {
    const rows = rowsBetween(start, Math.min(start + BLOCK, to));
    const logits = logitsOf(await reader.read(rows));
    rows.forEach((row, i) => {
      const of = logits.subarray(i * outputs, (i + 1) * outputs);
      const told = labelling === "classes" ? [of.indexOf(Math.max(...of))] : of.map((logit) => Number(logit > 0));
      told.forEach((value, j) => {
        const label = labels[row * perImage + j]!;
        if (value === label) right += 1;
        if (labelling === "classes") seen[label]! += 1;
        else seen[j]! += label;
      });
    });
  }
  const count = to - from;
  const blind =
    labelling === "classes"
      ? Math.max(...seen)
      : seen.reduce((sum, having) => sum + Math.max(having, count - having), 0);
  return { accuracy: right / (count * perImage), blindAccuracy: blind / (count * perImage) };
}
