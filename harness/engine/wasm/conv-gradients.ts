import type { BackendWasm } from "@tensorflow/tfjs-backend-wasm";
import * as tf from "@tensorflow/tfjs-core";
import { call, floats, type OwnKernel } from "./kernel.ts";
import { type Convolution, gatherPatches, imageSize, patchSize, positions, scatterPatches } from "./patches.ts";

/** Entries of a patch matrix held at once, 16 MB: more images go in several turns. */
const MOST_ENTRIES = 4 * 1024 * 1024;

/**
 * Gradient of tf.conv2d with respect to its filter, which the backend lacks: dyᵀ · patches(x), as [outputs, patch size],
 * turned round at the end.
 */
const ofFilter: OwnKernel = {
  name: tf.Conv2DBackpropFilter,
  make:
    () =>
    ({ backend, inputs, attrs }) => {
      const { filterShape, ...how } = attrs as unknown as tf.Conv2DBackpropFilterAttrs;
      const [x, dy] = [inputs.x!, inputs.dy!];
      const conv = convolution(x.shape, filterShape, how);
      const [outputs, size] = [conv.outChannels, patchSize(conv)];
      const gradient = new Float64Array(outputs * size);
      forEachTurn(conv, (first, images) => {
        const rows = images * positions(conv);
        const left = backend.makeOutput([outputs, rows], "float32");
        const patches = backend.makeOutput([rows, size], "float32"); // a new tensor: the backend keeps a packed copy of it
        transposeInto(floats(backend, dy).subarray(first * positions(conv) * outputs), rows, floats(backend, left));
        const of = floats(backend, x).subarray(first * imageSize(conv), (first + images) * imageSize(conv));
        gatherPatches(conv, of, floats(backend, patches));
        const product = multiply(backend, left, patches);
        floats(backend, product).forEach((value, i) => {
          gradient[i]! += value;
        });
        for (const used of [left, patches, product]) backend.disposeData(used.dataId);
      });
      const out = backend.makeOutput(filterShape, "float32");
      transposeInto(gradient, outputs, floats(backend, out));
      return out;
    },
};

/** Gradient of tf.conv2d with respect to its input, and tf.conv2dTranspose: dy · filterᵀ gives patches, which are added up. */
const ofInput: OwnKernel = {
  name: tf.Conv2DBackpropInput,
  make:
    () =>
    ({ backend, inputs, attrs }) => {
      const { inputShape, ...how } = attrs as unknown as tf.Conv2DBackpropInputAttrs;
      const [dy, filter] = [inputs.dy!, inputs.filter!];
      const conv = convolution(inputShape, filter.shape as [number, number, number, number], how);
      const [outputs, size] = [conv.outChannels, patchSize(conv)];
      const out = backend.makeOutput(inputShape, "float32");
      const right = backend.makeOutput([outputs, size], "float32");
      transposeInto(floats(backend, filter), size, floats(backend, right));
      floats(backend, out).fill(0);
      forEachTurn(conv, (first, images) => {
        const rows = images * positions(conv);
        const left = backend.makeOutput([rows, outputs], "float32");
        const from = first * positions(conv) * outputs;
        floats(backend, left).set(floats(backend, dy).subarray(from, from + rows * outputs));
        const patches = multiply(backend, left, right);
        const to = floats(backend, out).subarray(first * imageSize(conv), (first + images) * imageSize(conv));
        scatterPatches(conv, floats(backend, patches), to);
        for (const used of [left, patches]) backend.disposeData(used.dataId);
      });
      backend.disposeData(right.dataId);
      return out;
    },
};

export const convGradients = [ofFilter, ofInput];

type Shape4D = [number, number, number, number];
type Conv = Convolution & Pick<tf.backend_util.Conv2DInfo, "batchSize" | "outChannels">;

function convolution(
  images: readonly number[],
  filter: Shape4D,
  { strides, pad, dataFormat, dimRoundingMode }: Omit<tf.Conv2DBackpropFilterAttrs, "filterShape">,
): Conv {
  if (dataFormat !== "NHWC") throw new TypeError(`wasm: convolutions take NHWC images, got ${dataFormat}`);
  return tf.backend_util.computeConv2DInfo(images as Shape4D, filter, strides, 1, pad, dimRoundingMode);
}

/** As many images at once as MOST_ENTRIES allows. */
function forEachTurn(conv: Conv, turn: (first: number, images: number) => void): void {
  const most = Math.max(1, Math.floor(MOST_ENTRIES / (positions(conv) * patchSize(conv))));
  for (let first = 0; first < conv.batchSize; first += most) turn(first, Math.min(most, conv.batchSize - first));
}

const multiply = (backend: BackendWasm, a: tf.TensorInfo, b: tf.TensorInfo): tf.TensorInfo =>
  call(backend, tf.BatchMatMul, { a, b }, { transposeA: false, transposeB: false });

/** A matrix of `rows` rows, or the first rows of a longer one, turned round into `to`. */
function transposeInto(from: Float32Array | Float64Array, rows: number, to: Float32Array): void {
  const columns = to.length / rows;
  for (let row = 0, at = 0; row < rows; row++)
    for (let column = 0; column < columns; column++) to[column * rows + row] = from[at++]!;
}
