import * as tf from "@tensorflow/tfjs-core";
import { floats, type OwnKernel, sizeOf } from "./kernel.ts";

/** tf.sum and tf.mean over the leading dimensions, in float64. The backend's own transpose the whole tensor first. */
export const reductions: readonly OwnKernel[] = [reduction(tf.Sum, () => 1), reduction(tf.Mean, (rows) => rows)];

function reduction(name: string, divisor: (rows: number) => number): OwnKernel {
  return {
    name,
    make: (stock) => (call) => {
      const { backend, inputs, attrs } = call;
      const x = inputs.x!;
      const { axis, keepDims } = attrs as unknown as tf.SumAttrs;
      const axes = tf.util.parseAxisParam(axis, x.shape);
      const kept = x.shape.slice(axes.length);
      const leading = axes.every((a) => a < axes.length) && kept.length > 0;
      if (!leading || x.dtype !== "float32") return stock!(call);
      const y = backend.makeOutput(keepDims ? [...axes.map(() => 1), ...kept] : kept, "float32");
      const sums = columnSums(floats(backend, x), sizeOf(kept));
      const by = divisor(sizeOf(x.shape.slice(0, axes.length)));
      floats(backend, y).set(sums.map((sum) => sum / by));
      return y;
    },
  };
}

/** Sum of each column of a matrix of `columns` columns: four rows at a time, for fewer reads of the sums. */
function columnSums(x: Float32Array, columns: number): Float64Array {
  const sums = new Float64Array(columns);
  let at = 0;
  for (const [second, third, fourth] = [columns, 2 * columns, 3 * columns]; at + fourth < x.length; at += 4 * columns)
    for (let c = at, sum = 0; sum < columns; c++, sum++)
      sums[sum]! += x[c]! + x[c + second]! + (x[c + third]! + x[c + fourth]!);
  for (; at < x.length; at += columns) for (let c = 0; c < columns; c++) sums[c]! += x[at + c]!;
  return sums;
}
