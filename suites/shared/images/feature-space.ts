/** A space to compare images in: the last hidden layer of a classifier that was trained on a data set. */
import { createHash } from "node:crypto";
import { join } from "node:path";
import { setImmediate, setTimeout } from "node:timers/promises";
import * as tf from "@tensorflow/tfjs-core";
import {
  buildFeatureClassifier,
  classifierParameters,
  type FeatureClassifier,
  ID,
  SETTINGS,
  VERSION,
} from "../../../baselines/models/feature-classifier/model.ts";
import {
  type ClassifierNetwork,
  classifierNetwork,
  FEATURES,
} from "../../../baselines/models/feature-classifier/networks.ts";
import type { ImageData } from "../../../datasets/image-data.ts";
import type { Engine } from "../../../harness/engine/engine.ts";
import type { HostState } from "../../../harness/engine/host-state.ts";
import { tensors } from "../../../harness/engine/program.ts";
import type { Tensors } from "../../../harness/engine/step.ts";
import { cacheDir } from "../../../harness/files/cache-dir.ts";
import { acquireLock } from "../../../harness/files/lock.ts";
import { streamKey } from "../../../harness/random/seeds.ts";
import { stateSha256 } from "../../../harness/store/checkpoint.ts";
import { type KeptWeights, keepWeights, readWeights } from "./kept-weights.ts";
import { labellingOf, openLabelled } from "./labelled-images.ts";
import { countOf, imageSize, unitImages } from "./pixels.ts";
import { heldOutAccuracy, trainClassifier } from "./train-classifier.ts";

export interface FeatureSpace {
  /** E.g. "feature-classifier/1 on svhn-stand-in-3f2a91c0". */
  readonly name: string;
  /** Of the weights: distances compare within equal ones only. */
  readonly sha256: string;
  readonly updates: number;
  /** Share of the labels of held-out images that the classifier tells, and that an answer without looking would. */
  readonly accuracy: number;
  readonly blindAccuracy: number;
  readonly dimension: number;
  /** Grey levels [n, height, width, channels] → features [n, dimension]. @throws RangeError when they are no whole images. */
  features(images: Uint8Array): Float32Array;
}

export interface FeatureSpaceOptions {
  /** Of the classifier. */
  readonly updates: number;
  /** Where trained ones are kept; the cache's folder of them without it. */
  readonly folder?: string;
  onProgress?(updates: number): void;
  /** Is called every so often while it is trained. */
  pause?(): Promise<void>;
  warn?(message: string): void;
}

/** How often a process looks whether another one has made what it waits for. */
const WAIT_MS = 200;
/** Images that go through the network at once. */
const BLOCK = 250;

/**
 * The feature space of a data set: from the cache, or trained now and kept there. Of two processes that want the same one,
 * the second waits for the first.
 * @throws RangeError for data with neither classes nor attributes, or images of a size that there is no network for.
 */
export async function featureSpace(
  engine: Engine,
  data: ImageData,
  {
    updates,
    folder = join(cacheDir(), "feature-spaces"),
    onProgress = () => {},
    pause = () => setImmediate(),
    warn = () => {},
  }: FeatureSpaceOptions,
): Promise<FeatureSpace> {
  const { labelling, outputs } = labellingOf(data);
  const network = classifierNetwork(data.shape, outputs);
  const classifier = buildFeatureClassifier(network, labelling, SETTINGS, engine.ops);
  const name = `${ID}/${VERSION} on ${data.name}`;
  const about = { model: ID, version: VERSION, data: data.sha256, engine: engine.class, labelling, network, updates };
  const identity = JSON.stringify({ ...about, settings: SETTINGS });
  const sha256 = createHash("sha256").update(identity).digest("hex");
  const file = join(folder, `${sha256}.safetensors`);
  const kept = await once(file, identity, warn, name, () =>
    trained(engine, classifier, network, data, { updates, onProgress, pause }),
  );
  return asSpace(name, updates, classifier, data, kept);
}

/** What the file holds; if need be it is made first, by one process. */
async function once(
  file: string,
  identity: string,
  warn: (message: string) => void,
  name: string,
  make: () => Promise<KeptWeights>,
): Promise<KeptWeights> {
  for (;;) {
    const lock = await acquireLock(file, `training ${name}`);
    if ("heldBy" in lock) {
      await setTimeout(WAIT_MS);
      continue;
    }
    try {
      const there = readWeights(file, identity, warn);
      if (there) return there;
      const made = await make();
      keepWeights(file, identity, made);
      return made;
    } finally {
      await lock.release();
    }
  }
}

async function trained(
  engine: Engine,
  classifier: FeatureClassifier,
  network: ClassifierNetwork,
  data: ImageData,
  { updates, onProgress, pause }: Required<Pick<FeatureSpaceOptions, "updates" | "onProgress" | "pause">>,
): Promise<KeptWeights> {
  const labelled = openLabelled(data);
  try {
    const state = await trainClassifier(engine, classifier, labelled, {
      shape: data.shape,
      updates,
      batchSize: SETTINGS.batchSize,
      key: (purpose) => streamKey("feature space", `${ID}/${VERSION}/${data.sha256}`, purpose),
      onProgress,
      pause,
    });
    const names = [...classifierParameters(network).map((parameter) => parameter.name), "averages"];
    const weights = Object.fromEntries(names.map((name) => [name, state[name]!]));
    const accuracy = await heldOutAccuracy(labelled, (images) =>
      evaluated(weights, images, data, (state, x) => classifier.logits(state, classifier.features(state, x))),
    );
    return { weights, ...accuracy };
  } finally {
    labelled.close();
  }
}

function asSpace(
  name: string,
  updates: number,
  classifier: FeatureClassifier,
  data: ImageData,
  { weights, ...measured }: KeptWeights,
): FeatureSpace {
  return {
    name,
    sha256: stateSha256(weights),
    updates,
    ...measured,
    dimension: FEATURES,
    features: (images) => evaluated(weights, images, data, classifier.features),
  };
}

/** A function of the weights and images [n, …], block by block. */
function evaluated(
  weights: HostState,
  images: Uint8Array,
  { shape }: ImageData,
  of: (state: Tensors, x: tf.Tensor4D) => tf.Tensor2D,
): Float32Array {
  const count = countOf(images, shape);
  const bytes = BLOCK * imageSize(shape);
  const state = tensors(weights);
  try {
    const blocks = Array.from({ length: Math.ceil(count / BLOCK) }, (_, i) => {
      const block = images.subarray(i * bytes, (i + 1) * bytes);
      const values = tf.tidy(() => of(state, unitImages(block, shape)));
      const onHost = values.dataSync() as Float32Array;
      values.dispose();
      return onHost;
    });
    const all = new Float32Array(blocks.reduce((sum, { length }) => sum + length, 0));
    let at = 0;
    for (const block of blocks) {
      all.set(block, at);
      at += block.length;
    }
    return all;
  } finally {
    tf.dispose(state);
  }
}
