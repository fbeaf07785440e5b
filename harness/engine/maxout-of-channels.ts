import * as tf from "@tensorflow/tfjs-core";
import type { Ops } from "./ops.ts";

/** Maxout of the channels of maps, place by place: [batch, height, width, pieces · channels] → [batch, height, width, channels]. */
export function maxoutOfChannels(x: tf.Tensor4D, pieces: number, ops: Ops): tf.Tensor4D {
  const [batch, height, width, channels] = x.shape;
  const largest = ops.maxout(tf.reshape(x, [-1, channels]), pieces);
  return tf.reshape(largest, [batch, height, width, channels / pieces]);
}
