import * as tf from "@tensorflow/tfjs-core";
import type { OwnKernel } from "./kernel.ts";
import { sizeOf } from "./kernel.ts";

/** tf.split. The backend's own copies the whole tensor once for each of its pieces. */
export const split: OwnKernel = {
  name: tf.SplitV,
  make:
    () =>
    ({ backend, inputs, attrs }) => {
      const x = inputs.x!;
      const { numOrSizeSplits, axis } = attrs as unknown as tf.SplitVAttrs;
      const [along] = tf.util.parseAxisParam(axis, x.shape) as [number];
      const sizes = tf.backend_util.prepareSplitSize(x as tf.Tensor, numOrSizeSplits, along);
      const pieces = sizes.map((size) => backend.makeOutput(x.shape.with(along, size), x.dtype));
      const from = backend.typedArrayFromHeap(x);
      const to = pieces.map((piece) => backend.typedArrayFromHeap(piece));
      const inner = sizeOf(x.shape.slice(along + 1));
      for (let row = 0, at = 0; at < from.length; row++)
        sizes.forEach((size, i) => {
          const length = size * inner;
          to[i]!.set(from.subarray(at, at + length), row * length);
          at += length;
        });
      return pieces;
    },
};
