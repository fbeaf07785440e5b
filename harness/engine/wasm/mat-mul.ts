import type { BackendWasm } from "@tensorflow/tfjs-backend-wasm";
import * as tf from "@tensorflow/tfjs-core";
import { call, type OwnKernel, sizeOf } from "./kernel.ts";

/** tf.matMul. The backend multiplies by a transposed matrix 8 times slower than by a plain one: transpose it first. */
export const matMul: OwnKernel = {
  name: tf.BatchMatMul,
  make: (stock) => (product) => {
    const { backend, inputs, attrs } = product;
    const [a, b] = [inputs.a!, inputs.b!];
    const { transposeA, transposeB } = attrs as unknown as tf.BatchMatMulAttrs;
    const batched = [a, b].some(({ shape }) => sizeOf(shape.slice(0, -2)) !== 1);
    if (batched || !(transposeA || transposeB)) return stock!(product);
    const plain = (m: tf.TensorInfo, transposed: boolean) => (transposed ? transpose(backend, m) : m);
    const [left, right] = [plain(a, transposeA), plain(b, transposeB)];
    const out = stock!({ backend, inputs: { a: left, b: right }, attrs: { transposeA: false, transposeB: false } });
    for (const [used, given] of [[left, a], [right, b]] as const) if (used !== given) backend.disposeData(used.dataId); // biome-ignore format: pairs
    return out;
  },
};

/** The matrix or matrices with their last two dimensions exchanged. */
function transpose(backend: BackendWasm, x: tf.TensorInfo): tf.TensorInfo {
  const axes = x.shape.map((_, i) => i);
  return call(backend, tf.Transpose, { x }, { perm: [...axes.slice(0, -2), axes.at(-1)!, axes.at(-2)!] });
}
