/** Kernels of our own for the WebAssembly backend: JavaScript that works on the backend's memory, without a copy. */
import type { BackendWasm } from "@tensorflow/tfjs-backend-wasm";
import * as tf from "@tensorflow/tfjs-core";

export interface KernelCall {
  readonly backend: BackendWasm;
  readonly inputs: Readonly<Record<string, tf.TensorInfo>>;
  readonly attrs: Readonly<Record<string, unknown>>;
}
export type Kernel = (call: KernelCall) => tf.TensorInfo | tf.TensorInfo[];

export interface OwnKernel {
  readonly name: string;
  /** The kernel; `stock` is the backend's own of this name, where it has one. */
  make(stock: Kernel | undefined): Kernel;
}

/** Adds kernels to the running backend, or puts them in the place of its own. */
export function register(kernels: readonly OwnKernel[]): void {
  for (const { name, make } of kernels) {
    const stock = tf.getKernel(name, "wasm");
    if (stock) tf.unregisterKernel(name, "wasm"); // registering over it would print a warning
    const kernelFunc = make(stock?.kernelFunc as unknown as Kernel | undefined);
    tf.registerKernel({ kernelName: name, backendName: "wasm", kernelFunc: kernelFunc as unknown as tf.KernelFunc });
  }
}

/** Calls a kernel of the backend from within another. The caller disposes of the result (`backend.disposeData`). */
export function call(
  backend: BackendWasm,
  name: string,
  inputs: KernelCall["inputs"],
  attrs: KernelCall["attrs"],
): tf.TensorInfo {
  const { kernelFunc } = tf.getKernel(name, "wasm");
  return (kernelFunc as unknown as Kernel)({ backend, inputs, attrs }) as tf.TensorInfo;
}

/** A float32 tensor's values in the backend's memory. Valid until the next allocation: make all outputs first. */
export function floats(backend: BackendWasm, tensor: tf.TensorInfo): Float32Array {
  if (tensor.dtype !== "float32") throw new TypeError(`this kernel takes float32, got ${tensor.dtype}`);
  return backend.typedArrayFromHeap(tensor) as Float32Array;
}

export const sizeOf = (shape: readonly number[]): number => shape.reduce((a, b) => a * b, 1);
