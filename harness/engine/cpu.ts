import "@tensorflow/tfjs-backend-cpu";
import * as tf from "@tensorflow/tfjs-core";
import { compositeOps, type Ops } from "./ops.ts";

/** The plain JavaScript backend: slow, everywhere, the reference of tests. */
export async function loadCpu(): Promise<Ops> {
  await tf.setBackend("cpu");
  (tf.backend() as unknown as { firstUse: boolean }).firstUse = false; // it prints an advertisement at its first use
  return compositeOps;
}
