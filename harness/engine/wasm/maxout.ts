import * as tf from "@tensorflow/tfjs-core";
import { floats, type OwnKernel } from "./kernel.ts";

const FORWARD = "Maxout";
const BACKWARD = "MaxoutGrad";

/** x [batch, pieces · units] → y [batch, units]; piece p of unit u is column p · units + u. */
const forward: OwnKernel = {
  name: FORWARD,
  make:
    () =>
    ({ backend, inputs, attrs }) => {
      const [batch, width] = inputs.x!.shape as [number, number];
      const units = width / (attrs.pieces as number);
      const out = backend.makeOutput([batch, units], "float32");
      const [x, y] = [floats(backend, inputs.x!), floats(backend, out)];
      for (let row = 0; row < batch; row++)
        for (let u = 0; u < units; u++) {
          let largest = Number.NEGATIVE_INFINITY;
          for (let at = row * width + u; at < (row + 1) * width; at += units) largest = Math.max(largest, x[at]!); // NaN, where one is
          y[row * units + u] = largest;
        }
      return out;
    },
};

/** x, y, dy → dx: every tied piece gets dy. */
const backward: OwnKernel = {
  name: BACKWARD,
  make:
    () =>
    ({ backend, inputs }) => {
      const [batch, width] = inputs.x!.shape as [number, number];
      const units = inputs.y!.shape[1]!;
      const out = backend.makeOutput([batch, width], "float32");
      const [x, y, dy, dx] = [inputs.x!, inputs.y!, inputs.dy!, out].map((t) => floats(backend, t)) as Four;
      dx.fill(0);
      for (let row = 0; row < batch; row++)
        for (let u = 0; u < units; u++) {
          const largest = y[row * units + u]!;
          for (let at = row * width + u; at < (row + 1) * width; at += units)
            if (x[at] === largest) dx[at] = dy[row * units + u]!;
        }
      return out;
    },
};
type Four = [Float32Array, Float32Array, Float32Array, Float32Array];

export const maxoutKernels = [forward, backward];

export const maxout = (x: tf.Tensor, pieces: number): tf.Tensor => tf.engine().runKernel(FORWARD, { x }, { pieces });
/** Gradient with respect to x of `maxout`, whose value is y. */
export const maxoutGradient = (dy: tf.Tensor, x: tf.Tensor, y: tf.Tensor): tf.Tensor =>
  tf.engine().runKernel(BACKWARD, { dy, x, y });
