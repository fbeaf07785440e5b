/** Serves training steps of ALI on images of SVHN's size: `serve-svhn.ts [ENGINE]`. */
import * as tf from "@tensorflow/tfjs-core";
import { logOdds } from "../../baselines/models/ali/log-odds.ts";
import { buildSvhnAli, SVHN_SETTINGS, SVHN_SHAPE, syntheticImages } from "../../baselines/models/ali/svhn.ts";
import { serveSteps } from "../../harness/bench/serve.ts";
import type { EngineId } from "../../harness/engine/engine.ts";
import { openEngine } from "../../harness/engine/open.ts";

const BATCHES = 4;
const { batchSize } = SVHN_SETTINGS;
const count = BATCHES * batchSize;

const engine = await openEngine({ requested: process.argv[2] as EngineId | undefined, provision: false });
const images = syntheticImages(count, [1, 2]);
const { step, initialState } = buildSvhnAli(engine.ops, logOdds(images, images.length / count));
const program = engine.compile(step, initialState([3, 4]), { x: { shape: [count, ...SVHN_SHAPE], data: images } });
const rowsOf = (batch: number): Int32Array => Int32Array.from({ length: batchSize }, (_, i) => batch * batchSize + i);
let index = 0;

await serveSteps({
  step() {
    program.run(() => ({ rows: tf.tensor1d(rowsOf(index % BATCHES), "int32") }), [5, index]);
    index += 1;
  },
  finish: () => void program.metrics(),
  versions: engine.versions,
  warmUp: 2,
});
