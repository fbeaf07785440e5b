/** Opens an engine, computes something on it, and ends: `open-engine.ts [ENGINE]`. */
import * as tf from "@tensorflow/tfjs-core";
import type { EngineId } from "../../harness/engine/engine.ts";
import { openEngine } from "../../harness/engine/open.ts";

const { ops } = await openEngine({ requested: process.argv[2] as EngineId | undefined, provision: false });
tf.tidy(() => ops.matMul(tf.ones([2, 2]), tf.ones([2, 2])).dataSync());
