/** Max-pooling that remembers where its values stood, and the way back (Zhao et al. 2015, "Stacked What-Where Auto-encoders"). */
import * as tf from "@tensorflow/tfjs-core";
import { differentiableFirst } from "../../harness/engine/differentiable.ts";

/** Windows [batch, height, 2, width, 2, channels] of maps of twice the height and width. */
type Windows = tf.Tensor;

export interface WhatWhere {
  /** The largest value of each window of 2 × 2: [batch, height / 2, width / 2, channels]. */
  readonly what: tf.Tensor4D;
  /** 1 at the first place of it in its window, row by row, else 0: no gradient passes. */
  readonly where: Windows;
}

/** Of maps [batch, height, width, channels]. @throws RangeError where height or width is odd. */
export function poolWhere(x: tf.Tensor4D): WhatWhere {
  const [batch, height, width, channels] = x.shape;
  if (height % 2 !== 0 || width % 2 !== 0)
    throw new RangeError(`maps of ${height} × ${width} have no windows of 2 × 2: both have to be even`);
  const windows = [batch, height / 2, 2, width / 2, 2, channels];
  const [what, where] = differentiableFirst([x], (x) => {
    const places = quarters(tf.reshape(x!, windows));
    const largest = tf.maximum(tf.maximum(places[0]!, places[1]!), tf.maximum(places[2]!, places[3]!));
    const where = joined(firstOnly(places.map((place) => tf.cast(tf.equal(place, largest), "float32"))), windows);
    return {
      value: tf.reshape(largest, [batch, height / 2, width / 2, channels]),
      observed: [where],
      saved: [where],
      gradient: (dy, [where]) => [() => spread(dy as tf.Tensor4D, where!)],
    };
  });
  return { what: what as tf.Tensor4D, where: where! };
}

/** Each value at its place, zeros elsewhere: [batch, height, width, channels] → twice the height and width. */
export function unpool(x: tf.Tensor4D, where: Windows): tf.Tensor4D {
  return differentiableFirst([x], (x) => ({
    value: spread(x as tf.Tensor4D, where),
    observed: [],
    saved: [where],
    gradient: (dy, [where]) => [() => gathered(dy as tf.Tensor4D, where!)],
  }))[0] as tf.Tensor4D;
}

function spread(x: tf.Tensor4D, where: Windows): tf.Tensor4D {
  const [batch, height, width, channels] = x.shape;
  const repeated = tf.mul(tf.reshape(x, [batch, height, 1, width, 1, channels]), where);
  return tf.reshape(repeated, [batch, 2 * height, 2 * width, channels]);
}

function gathered(x: tf.Tensor4D, where: Windows): tf.Tensor4D {
  const [batch, height, width, channels] = x.shape;
  const places = quarters(tf.mul(tf.reshape(x, where.shape), where));
  const sum = tf.add(tf.add(places[0]!, places[1]!), tf.add(places[2]!, places[3]!));
  return tf.reshape(sum, [batch, height / 2, width / 2, channels]);
}

/** The four places of each window, row by row. */
function quarters(windows: Windows): tf.Tensor[] {
  const [batch, height, , width, , channels] = windows.shape as [number, number, 2, number, 2, number];
  return [0, 1].flatMap((row) =>
    [0, 1].map((column) => tf.slice(windows, [0, 0, row, 0, column, 0], [batch, height, 1, width, 1, channels])),
  );
}

function joined(places: readonly tf.Tensor[], windows: readonly number[]): Windows {
  const rows = [0, 2].map((at) => tf.concat([places[at]!, places[at + 1]!], 4));
  return tf.reshape(tf.concat(rows, 2), [...windows]);
}

/** Of four masks, each place's first 1 alone. */
function firstOnly(masks: readonly tf.Tensor[]): tf.Tensor[] {
  const free = (...before: tf.Tensor[]): tf.Tensor =>
    before.map((mask) => tf.sub(1, mask)).reduce((a, b) => tf.mul(a, b));
  return masks.map((mask, i) => (i === 0 ? mask : tf.mul(mask, free(...masks.slice(0, i)))));
}
