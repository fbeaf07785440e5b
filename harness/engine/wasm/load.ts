import * as tf from "@tensorflow/tfjs-core";
import type { Ops } from "../ops.ts";
import { convGradients } from "./conv-gradients.ts";
import { register } from "./kernel.ts";
import { matMul } from "./mat-mul.ts";
import { maxoutKernels } from "./maxout.ts";
import { wasmOps } from "./ops.ts";
import { reductions } from "./reduce.ts";
import { split } from "./split.ts";

let registered = false;

/** The WebAssembly backend with our own kernels beside its own: one thread in Node, the same bits on every machine. */
export async function loadWasm(): Promise<Ops> {
  await import("@tensorflow/tfjs-backend-wasm");
  if (!(await tf.setBackend("wasm"))) throw new Error("the WebAssembly backend did not start");
  // After the start: it sets up the backend's own kernels, on which some of ours fall back.
  if (!registered) register([split, matMul, ...reductions, ...maxoutKernels, ...convGradients]);
  registered = true;
  return wasmOps;
}
