/** Serves training steps of ALI on images of SVHN's size: `serve-svhn.ts [ENGINE]`. */
import * as tf from "@tensorflow/tfjs-core";
import { imageAli } from "../../baselines/models/ali/images.ts";
import { logOdds } from "../../baselines/models/ali/log-odds.ts";
import { svhn } from "../../baselines/models/ali/networks/svhn.ts";
import { PAPER_SETTINGS } from "../../baselines/models/image-settings.ts";
import { serveSteps } from "../../harness/bench/serve.ts";
import type { EngineId } from "../../harness/engine/engine.ts";
import { openEngine } from "../../harness/engine/open.ts";
import { standardNormal } from "../../harness/engine/stateless-normal.ts";

const BATCHES = 4;
const settings = PAPER_SETTINGS.svhn;
const { batchSize } = settings;
const count = BATCHES * batchSize;
const shape = [count, ...svhn.encoder.input];

const engine = await openEngine({ requested: process.argv[2] as EngineId | undefined, provision: false });
// Independent pixels in (0, 1): a step takes as long on them as on real images.
const images = standardNormal(
  shape.reduce((a, b) => a * b, 1),
  [1, 2],
).map((n) => 1 / (1 + Math.exp(-n)));
const { step, initialState } = imageAli.build(settings, engine.ops, logOdds(images, images.length / count));
const program = engine.compile(step, initialState([3, 4]), { x: { shape, data: images } });
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
