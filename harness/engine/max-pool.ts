import * as tf from "@tensorflow/tfjs-core";

/**
 * The gradient of `maxPool2` in plain operations: dy and y [batch, ceil(height / 2), ceil(width / 2), channels] → [batch, height,
 * width, channels]. Of equal places the first one in row-major order gets dy.
 */
export function toFirstOfLargest(dy: tf.Tensor, x: tf.Tensor, y: tf.Tensor): tf.Tensor {
  const [batch, height, width, channels] = x.shape as [number, number, number, number];
  const [, rows, columns] = y.shape as [number, number, number, number];
  const [below, right] = [2 * rows - height, 2 * columns - width];
  const border: [number, number][] = [
    [0, 0],
    [0, below],
    [0, right],
    [0, 0],
  ];
  const whole = below + right > 0 ? tf.pad(x, border, Number.NEGATIVE_INFINITY) : x;
  const pairs = tf.reshape(whole, [batch * rows, 2, columns, 2 * channels]);
  const flat = [batch * rows, 1, columns, channels];
  const [largest, given] = [tf.reshape(y, flat), tf.reshape(dy, flat)];
  let free: tf.Tensor = tf.onesLike(largest);
  const made = tf.split(pairs, 2, 1).map((row) => {
    const places = tf.split(row, 2, 3).map((place) => {
      const won = tf.mul(tf.cast(tf.equal(place, largest), "float32"), free);
      free = tf.sub(free, won);
      return tf.mul(won, given);
    });
    return tf.concat(places, 3);
  });
  const dx = tf.reshape(tf.concat(made, 1), [batch, 2 * rows, 2 * columns, channels]);
  return below + right > 0 ? tf.slice(dx, [0, 0, 0, 0], [batch, height, width, channels]) : dx;
}
