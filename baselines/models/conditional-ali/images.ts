import type * as tf from "@tensorflow/tfjs-core";
import type { ImageModel } from "../../../harness/contract/model.ts";
import { narrowedWidth } from "../ali/networks/narrowed.ts";
import { networksOf } from "../ali/networks/networks-of.ts";
import { type ImageModelSettings, PAPER_SETTINGS } from "../image-settings.ts";
import { buildConditionalAli } from "./model.ts";
import { conditioned, type Embedding } from "./networks.ts";

export interface ConditionalSettings extends ImageModelSettings {
  readonly attributes: number;
  /** Units of the attributes' embedding before `widthFactor`. */
  readonly embeddingUnits: number;
  readonly embedding: Embedding;
}

/** The authors' code: the paper prints nothing of it. */
export const CONDITIONAL_CELEBA: ConditionalSettings = {
  ...PAPER_SETTINGS["celeba-code"],
  batchSize: 128,
  attributes: 40,
  embeddingUnits: 256,
  embedding: "fixed",
};

/** Conditional ALI on images. State and abilities: see `buildConditionalAli`. */
export const conditionalAli: ImageModel<ConditionalSettings, [y: tf.Tensor2D]> = {
  file: import.meta.filename,
  id: "conditional-ali",
  version: 1,
  build(settings, ops, outputBias) {
    const { attributes, embedding, embeddingUnits, widthFactor } = settings;
    const units = narrowedWidth(embeddingUnits, widthFactor);
    const networks = conditioned(networksOf(settings), { attributes, units, embedding });
    return buildConditionalAli(networks, settings, ops, outputBias);
  },
};
