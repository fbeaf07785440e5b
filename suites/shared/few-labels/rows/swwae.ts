import { SWWAE_RECIPE, type SwwaeSettings, swwae } from "../../../../baselines/models/swwae/model.ts";
import type { BudgetId } from "../../images/budgets.ts";
import { channelStatistics } from "../channel-statistics.ts";
import { rowField } from "../protocol.ts";
import type { Row } from "../row.ts";

/** All but what is taken from the training images. */
type Settings = Omit<SwwaeSettings, "channelMean" | "channelSd">;

/** Our own: none are published. */
const [EPOCHS, BATCH] = [100, 100];

interface Reduced {
  readonly widthFactor: number;
  readonly dropout: number;
  readonly batch: number;
  readonly updates: number;
}
const REDUCED: Readonly<Record<Exclude<BudgetId, "paper">, Reduced>> = {
  quick: { widthFactor: 0.125, dropout: 0.25, batch: 32, updates: 1_500 },
  "quick-wasm": { widthFactor: 0.0625, dropout: 0.25, batch: 20, updates: 60 },
  smoke: { widthFactor: 0.03125, dropout: 0.5, batch: 10, updates: 4 },
};

export const swwaeRow: Row<Settings> = {
  file: import.meta.filename,
  id: "swwae",
  title: "SWWAE with dropout",
  version: swwae.version,
  unlabelled: "all",
  variants: [],
  amount({ budget, images }) {
    const common = { ...SWWAE_RECIPE, images: [32, 32, 3], classes: 10, widthFactor: 1 } as const;
    if (budget === "paper")
      return {
        settings: common,
        network: "svhn",
        sizes: { labelled: BATCH, unlabelled: BATCH },
        updates: EPOCHS * Math.floor(images / BATCH),
      };
    const { widthFactor, dropout, batch, updates } = REDUCED[budget];
    return {
      settings: { ...common, widthFactor, dropout },
      network: `svhn × ${widthFactor}`,
      sizes: { labelled: batch, unlabelled: batch },
      updates,
    };
  },
  protocol: (said) => [
    rowField(said, {
      field: "SWWAE with dropout",
      paper: "cited",
      code: null,
      ours: `features × ${said.model("widthFactor")}, λ_rec ${said.model("imageWeight")}, λ_M ${said.model("middleWeight")}, dropout ${said.model("dropout")}, ${said.updates} updates of ${said.all(({ sizes }) => `${sizes.labelled} + ${sizes.unlabelled}`)}, Adam ${said.model("learningRate")}`,
      why: "nothing of it is published: our own configuration, version 1",
    }),
  ],
  build(settings, ops, { training, shape }) {
    const { mean, sd } = channelStatistics(training, shape);
    return swwae.build({ ...settings, channelMean: mean, channelSd: sd }, ops);
  },
};
