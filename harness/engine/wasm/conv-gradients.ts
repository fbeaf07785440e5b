import type { BackendWasm } from "@tensorflow/tfjs-backend-wasm";
import * as tf from "@tensorflow/tfjs-core";
import { call, floats, type OwnKernel } from "./kernel.ts";
import { type Convolution, gatherPatches, imageSize, patchSize, positions, scatterPatches } from "./patches.ts";

/** Entries of a patch matrix held at once, 4 MB: more images go in several turns. */
const MOST_ENTRIES = 1024 * 1024;

/** Gradient of tf.conv2d with respect to its filter, which the backend lacks: patchesᵀ · dy. */
const ofFilter: OwnKernel = {
  name: tf.Conv2DBackpropFilter,
  make:
    () =>
    ({ backend, inputs, attrs }) => {
      const { filterShape, ...how } = attrs as unknown as tf.Conv2DBackpropFilterAttrs;
      const [x, dy] = [inputs.x!, inputs.dy!];
      const conv = convolution(x.shape, filterShape, how);
      const out = backend.makeOutput(filterShape, "float32");
      floats(backend, out).fill(0);
      forEachTurn(conv, (first, images) => {
        const patches = backend.makeOutput([images * positions(conv), patchSize(conv)], "float32");
        const of = floats(backend, x).subarray(first * imageSize(conv), (first + images) * imageSize(conv));
        gatherPatches(conv, of, floats(backend, patches));
        const right = rowsOf(backend, conv, dy, first, images);
        const product = multiply(backend, patches, right, true);
        add(floats(backend, product), floats(backend, out));
        for (const used of [patches, right, product]) backend.disposeData(used.dataId);
      });
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
      const matrix = { ...filter, shape: [patchSize(conv), conv.outChannels] };
      const right = call(backend, tf.Transpose, { x: matrix }, { perm: [1, 0] });
      const out = backend.makeOutput(inputShape, "float32");
      floats(backend, out).fill(0);
      forEachTurn(conv, (first, images) => {
        const left = rowsOf(backend, conv, dy, first, images);
        const patches = multiply(backend, left, right, false);
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

/** Those images' rows of dy, as a matrix [images · positions, outputs] of its own: the backend keeps what it packs by tensor. */
function rowsOf(backend: BackendWasm, conv: Conv, dy: tf.TensorInfo, first: number, images: number): tf.TensorInfo {
  const rows = backend.makeOutput([images * positions(conv), conv.outChannels], "float32");
  const size = positions(conv) * conv.outChannels;
  floats(backend, rows).set(floats(backend, dy).subarray(first * size, (first + images) * size));
  return rows;
}

const multiply = (backend: BackendWasm, a: tf.TensorInfo, b: tf.TensorInfo, transposeA: boolean): tf.TensorInfo =>
  call(backend, tf.BatchMatMul, { a, b }, { transposeA, transposeB: false });

function add(from: Float32Array, to: Float32Array): void {
  for (let i = 0; i < to.length; i++) to[i]! += from[i]!;
}
