/** ALI's step on every table of networks is PyTorch's: SVHN's at its full size, the others narrowed. */

import { type ImageModelSettings, type ImageNetworkId, PAPER_SETTINGS } from "../image-settings.ts";
import { imageParityTests } from "../testing/image-parity-tests.ts";
import { imageAli } from "./images.ts";
import { IMAGE_NETWORKS } from "./networks/networks-of.ts";

const NETWORKS = Object.entries(IMAGE_NETWORKS) as [ImageNetworkId, (typeof IMAGE_NETWORKS)[ImageNetworkId]][];

for (const [id, { encoder }] of NETWORKS) {
  const images = encoder.input;
  imageParityTests<Partial<ImageModelSettings>>(
    `ALI, ${id}`,
    new URL(`fixtures/image-steps-${id}.json`, import.meta.url),
    {
      images,
      build: (settings, ops) =>
        imageAli.build(
          { ...PAPER_SETTINGS[id], ...settings },
          ops,
          new Float32Array(images[0] * images[1] * images[2]),
        ),
    },
  );
}
