/** A run's training of a classifier on labelled and unlabelled images. */
import * as tf from "@tensorflow/tfjs-core";
import type { BuiltClassifier } from "../../../baselines/models/semi-supervised.ts";
import type { ImageData, ImageReader } from "../../../datasets/image-data.ts";
import type { RunContext } from "../../../harness/contract/suite.ts";
import type { TrainingResult } from "../../../harness/contract/training.ts";
import type { HostState } from "../../../harness/engine/host-state.ts";
import { hostState, tensors } from "../../../harness/engine/program.ts";
import type { Tensors } from "../../../harness/engine/step.ts";
import { rowsBetween, unitImages } from "../images/pixels.ts";
import { type BatchSizes, oneHot, twoKindsStream } from "./batches.ts";
import { classification } from "./classification.ts";
import { probabilitiesOf } from "./predict.ts";

/** Held-out images behind a row of a learning curve. */
const CURVE_IMAGES = 500;
/** Labelled images that data-dependent parts of a state are set from, at most (improved-gan's scripts). */
const INITIALISED_ON = 500;

export interface ClassifierTraining {
  readonly context: RunContext;
  readonly model: BuiltClassifier;
  readonly data: ImageData;
  /** Of the split that is trained on; stays open, as does `heldOut`. */
  readonly training: ImageReader;
  /** Of the images that learning curves are taken on. */
  readonly heldOut: ImageReader;
  /** Rows of the labelled training images, and of those that are taken without a label. */
  readonly labelled: Uint32Array;
  readonly unlabelled: Uint32Array;
  readonly sizes: BatchSizes;
  readonly updates: number;
  readonly curveEvery: number;
  /** Batches of the pass that a model with `settling` is settled by. */
  readonly settlingBatches?: number;
}

/** The trained state, and a learning curve with the `heldOutError` in percent and the model's own metrics. */
export async function trainClassifier(options: ClassifierTraining): Promise<TrainingResult> {
  const { context, model, data, training, heldOut, labelled, unlabelled, sizes, updates, curveEvery } = options;
  const key = context.seed;
  const [noiseLow] = key("noise");
  const count = Math.min(CURVE_IMAGES, heldOut.count);
  const seen = heldOut.readSync(rowsBetween(0, count));
  const classOf = heldOut.labels().subarray(0, count);
  const stream = twoKindsStream(data, training, { labelled, unlabelled, sizes, updates, key });
  try {
    const trained = await context.train({
      initialState: () => initialState(options),
      step: model.step,
      ready: stream.ready,
      batch: stream.batch,
      key: (index) => [noiseLow | 0, index],
      updates,
      curveEvery,
      observe(state) {
        const probabilities = probabilitiesOf(model, state, seen, data.shape);
        return { heldOutError: classification(probabilities, classOf, data.classes!.length).error };
      },
    });
    return { ...trained, finalState: await settled(options, trained.finalState) };
  } finally {
    await stream.close();
  }
}

/** The state after the pass that test time needs; the given one where it needs none. */
async function settled(options: ClassifierTraining, state: HostState): Promise<HostState> {
  const { context, model, data, training, labelled, unlabelled, sizes, settlingBatches: updates = 0 } = options;
  const { settling } = model;
  if (!settling) return state;
  const key = (purpose: string) => context.seed(`settling, ${purpose}`);
  const stream = twoKindsStream(data, training, { labelled, unlabelled, sizes, updates, key });
  let there: Tensors = tensors(state);
  const step = (make: (state: Tensors) => Tensors): void => {
    const before = Object.values(there);
    const made = tf.tidy(() => ({ ...make(there) }));
    const kept = new Set(Object.values(made).map(({ id }) => id));
    tf.dispose(before.filter(({ id }) => !kept.has(id)));
    there = made;
  };
  try {
    step(settling.begin);
    for (let index = 0; index < updates; index++) {
      await stream.ready(index);
      step((now) => settling.see(now, stream.batch(index)));
      await context.pause();
    }
    return hostState(there);
  } finally {
    tf.dispose(Object.values(there));
    await stream.close();
  }
}

/** The state before the first update, what depends on the data set from labelled images and as many unlabelled ones. */
function initialState({ context, model, data, training, labelled, unlabelled, sizes }: ClassifierTraining): HostState {
  const initial = model.initialState(context.seed("init"));
  if (!model.initialise) return initial;
  const rows = labelled.slice(0, INITIALISED_ON);
  const others = unlabelled.slice(0, rows.length);
  const images = (of: Uint32Array): tf.Tensor4D => unitImages(training.readSync(of), data.shape);
  const made = tf.tidy(() => {
    const batch: Tensors = {
      x: images(rows),
      y: oneHot(rows, training.labels(), data.classes!.length),
      ...(sizes.unlabelled > 0 ? { u: images(others) } : {}),
    };
    const key = tf.tensor1d(Int32Array.from(context.seed("data-dependent init")), "int32");
    return { ...model.initialise!(tensors(initial), batch, key) };
  });
  const state = hostState(made);
  tf.dispose(made);
  return state;
}
