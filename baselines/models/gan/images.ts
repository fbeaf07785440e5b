import type { ImageModel } from "../../../harness/contract/model.ts";
import { networksOf } from "../ali/networks/networks-of.ts";
import type { ImageModelSettings } from "../image-settings.ts";
import { buildImageGan } from "./image-model.ts";
import { withoutLatent } from "./image-networks.ts";

/** GAN on images. State and abilities: see `buildImageGan`. */
export const imageGan: ImageModel<ImageModelSettings> = {
  id: "gan",
  version: 1,
  build: (settings, ops, outputBias) => buildImageGan(withoutLatent(networksOf(settings)), settings, ops, outputBias),
};
