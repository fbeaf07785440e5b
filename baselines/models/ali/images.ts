import type { ImageModel } from "../../../harness/contract/model.ts";
import type { ImageModelSettings } from "../image-settings.ts";
import { buildImageAli } from "./image-model.ts";
import { networksOf } from "./networks/networks-of.ts";

/** ALI on images. State and abilities: see `buildImageAli`. */
export const imageAli: ImageModel<ImageModelSettings> = {
  file: import.meta.filename,
  id: "ali",
  version: 1,
  build: (settings, ops, outputBias) => buildImageAli(networksOf(settings), settings, ops, outputBias),
};
