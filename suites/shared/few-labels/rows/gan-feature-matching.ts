import {
  type FeatureMatchingSettings,
  ganFeatureMatching,
} from "../../../../baselines/models/gan-feature-matching/model.ts";
import { rowField } from "../protocol.ts";
import type { Row } from "../row.ts";
import { batchSizes, EPOCHS, improvedGan } from "./improved-gan.ts";

export const ganFeatureMatchingRow: Row<FeatureMatchingSettings> = {
  file: import.meta.filename,
  id: "gan-fm",
  title: "GAN (feature matching)",
  version: ganFeatureMatching.version,
  unlabelled: "all",
  variants: ["squared", "june-9"],
  amount(asked) {
    const { batch, settings, ...amount } = improvedGan(asked);
    const featureLoss = asked.variants.has("squared") ? "squared" : "absolute";
    return { ...amount, settings: { ...settings, featureLoss }, sizes: batchSizes(batch, 2) };
  },
  protocol: (said, dataset) => [
    rowField(said, {
      field: "GAN with feature matching",
      paper: "cited",
      code: `openai/improved-gan: ${EPOCHS.release[dataset]} epochs of 100 + 100, Adam 3e-4, β1 0.5, falling to 0; features ${dataset === "svhn" ? "64 and 128" : "96 and 192"}`,
      ours: `features × ${said.model("widthFactor")}, dropout × ${said.model("dropoutFactor")}, ${said.updates} updates of ${said.all(({ sizes }) => `${sizes.labelled} + ${sizes.unlabelled / 2}`)}, Adam ${said.model("learningRate")}`,
      why: "the scripts; the average for test time starts at the parameters and not at 0",
    }),
  ],
  build: (settings, ops) => ganFeatureMatching.build(settings, ops),
};
