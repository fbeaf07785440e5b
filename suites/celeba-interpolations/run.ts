/** One run: codes of pairs of validation images, the straight line between them, decoded. */
import * as tf from "@tensorflow/tfjs-core";
import type { ImageModelSettings } from "../../baselines/models/image-settings.ts";
import { openImages } from "../../datasets/images.ts";
import type { ImageModel } from "../../harness/contract/model.ts";
import type { RunContext } from "../../harness/contract/suite.ts";
import type { Measured, RunAsked } from "../../harness/contract/suite-definition.ts";
import { HELD_OUT } from "../shared/images/budgets.ts";
import { imagesOfRun } from "../shared/images/data.ts";
import { imageSize, rowsBetween, unitImages } from "../shared/images/pixels.ts";
import { joined, normals, values } from "../shared/images/reconstruct.ts";
import { onDevice } from "../shared/images/train.ts";
import type { MetricKey } from "./metrics.ts";
import type { Settings } from "./plan.ts";
import { smoothness, type Way } from "./smoothness.ts";

export async function run(
  settings: Settings,
  context: RunContext,
  { spec, model }: RunAsked<{ readonly "ali-celeba": ImageModel<ImageModelSettings> }>,
): Promise<Measured<MetricKey>> {
  const { pairs, latent } = settings;
  const data = imagesOfRun("celeba", spec);
  const size = imageSize(data.shape);
  const { encode, decode } = model.build(settings, context.engine.ops, new Float32Array(size));
  const reader = openImages(data, HELD_OUT);
  try {
    return await onDevice(context.needed().weights, (state) => {
      const count = Math.min(pairs.measured, Math.floor(reader.count / 2));
      const ways = Array.from({ length: count }, (_, pair): Way => {
        const x = unitImages(reader.readSync(rowsBetween(2 * pair, 2 * pair + 2)), data.shape);
        const noise = normals(2, latent, context.seed(`encoder noise ${pair}`));
        const decoded = values(() => {
          const [from, to] = tf.split(encode!(state, x, noise), 2) as [tf.Tensor2D, tf.Tensor2D];
          const along = tf.reshape(tf.linspace(0, 1, pairs.steps), [pairs.steps, 1]);
          return decode!(state, tf.add(from, tf.mul(along, tf.sub(to, from))));
        });
        const originals = (x.dataSync() as Float32Array).slice();
        tf.dispose([x, noise]);
        const image = (of: Float32Array, at: number) => of.subarray(at * size, (at + 1) * size);
        return {
          first: image(originals, 0),
          steps: Array.from({ length: pairs.steps }, (_, i) => image(decoded, i)),
          second: image(originals, 1),
        };
      });
      const shown = ways.slice(0, pairs.shown);
      const interpolations = {
        shape: [shown.length * (pairs.steps + 2), ...data.shape],
        data: joined(shown.flatMap(({ first, steps, second }) => [first, ...steps, second])),
      };
      return { metrics: smoothness(ways), curve: {}, arrays: { interpolations } };
    });
  } finally {
    reader.close();
  }
}
