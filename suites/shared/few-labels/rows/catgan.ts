import { CATGAN, type CatganSettings, catgan } from "../../../../baselines/models/catgan/model.ts";
import type { BudgetId } from "../../images/budgets.ts";
import { rowField } from "../protocol.ts";
import type { Row } from "../row.ts";

/** Our own: none are published. */
const [EPOCHS, BATCH] = [200, 100];

interface Reduced {
  readonly widthFactor: number;
  readonly noiseFactor: number;
  readonly dropoutFactor: number;
  readonly learningRate: number;
  readonly batch: number;
  readonly updates: number;
}
const REDUCED: Readonly<Record<Exclude<BudgetId, "paper">, Reduced>> = {
  quick: { widthFactor: 0.125, noiseFactor: 0.5, dropoutFactor: 0.3, learningRate: 2e-3, batch: 32, updates: 800 },
  "quick-wasm": {
    widthFactor: 0.0625,
    noiseFactor: 0.5,
    dropoutFactor: 0.3,
    learningRate: 2e-3,
    batch: 20,
    updates: 60,
  },
  smoke: { widthFactor: 0.03125, noiseFactor: 1, dropoutFactor: 1, learningRate: 2e-3, batch: 10, updates: 4 },
};

export const catganRow: Row<CatganSettings> = {
  file: import.meta.filename,
  id: "catgan",
  title: "CatGAN",
  version: catgan.version,
  unlabelled: "all",
  variants: [],
  amount({ budget, images }) {
    if (budget === "paper")
      return {
        settings: CATGAN,
        network: "cifar10",
        sizes: { labelled: BATCH, unlabelled: BATCH },
        updates: EPOCHS * Math.floor(images / BATCH),
      };
    const { batch, updates, ...reduced } = REDUCED[budget];
    return {
      settings: { ...CATGAN, ...reduced },
      network: `cifar10 × ${reduced.widthFactor}`,
      sizes: { labelled: batch, unlabelled: batch },
      updates,
    };
  },
  protocol: (said) => [
    rowField(said, {
      field: "CatGAN",
      paper: "cited",
      code: null,
      ours: `features × ${said.model("widthFactor")}, noise × ${said.model("noiseFactor")}, dropout × ${said.model("dropoutFactor")}, ${said.updates} updates of ${said.all(({ sizes }) => `${sizes.labelled} + ${sizes.unlabelled}`)}, Adam ${said.model("learningRate")}`,
      why: `nothing of its training is known here: networks after recollection, ${EPOCHS} epochs, version 1`,
    }),
  ],
  build: (settings, ops) => catgan.build(settings, ops),
};
