/** Samples that the toy's measures are taken on. */
import * as tf from "@tensorflow/tfjs-core";
import { LATENT } from "../../baselines/models/toy-settings.ts";
import { standardNormal } from "../../harness/engine/stateless-normal.ts";
import type { Words2 } from "../../harness/random/philox.ts";

/** Samples behind a run's metrics. */
export const SAMPLES = 10_000;
/** Samples behind a row of a learning curve. */
export const CURVE_SAMPLES = 2_000;

/** `count` draws of N(0, I) [count, 2], of the prior or of an encoder's noise. The caller disposes of them. */
export function normalDraws(count: number, key: Words2): tf.Tensor2D {
  return tf.tensor2d(standardNormal(count * LATENT, key), [count, LATENT]);
}

/** Computes a tensor and copies it to the host; what it took is disposed of. */
export function values(compute: () => tf.Tensor): Float32Array {
  return tf.tidy(() => (compute().dataSync() as Float32Array).slice());
}
