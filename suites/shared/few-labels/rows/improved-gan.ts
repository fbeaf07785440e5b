/** How much the rows after openai/improved-gan's scripts are trained. */
import { type ImprovedGanSettings, JUNE_9, RELEASE } from "../../../../baselines/models/improved-gan-settings.ts";
import type { BudgetId } from "../../images/budgets.ts";
import type { BatchSizes } from "../batches.ts";
import type { Asked } from "../row.ts";

/** Epochs of the scripts as they stand; those of 2016-06-09 have a constant rate. */
export const EPOCHS = { release: { svhn: 900, cifar10: 1_200 }, "june-9": { svhn: 501, cifar10: 1_001 } } as const;
/** Labelled images of a step, and unlabelled ones for either network. */
const PUBLISHED_BATCH = 100;

interface Reduced {
  readonly widthFactor: number;
  readonly dropoutFactor: number;
  readonly learningRate: number;
  readonly averageRate: number;
  readonly batch: number;
  readonly updates: number;
}
/** Short budgets: fewer features and larger, fewer steps at a falling rate (measured: the notebook). */
const REDUCED: Readonly<Record<Exclude<BudgetId, "paper">, Reduced>> = {
  quick: { widthFactor: 0.125, dropoutFactor: 0, learningRate: 3e-3, averageRate: 5e-3, batch: 32, updates: 2_400 },
  "quick-wasm": {
    widthFactor: 0.125,
    dropoutFactor: 0.5,
    learningRate: 1e-3,
    averageRate: 0.02,
    batch: 20,
    updates: 100,
  },
  smoke: { widthFactor: 0.03125, dropoutFactor: 1, learningRate: 1e-3, averageRate: 0.1, batch: 10, updates: 6 },
};
/** Share of a short budget's updates at the full rate. */
const FLAT = 0.6;

export interface ImprovedGanAmount {
  readonly settings: ImprovedGanSettings;
  readonly network: string;
  readonly batch: number;
  readonly updates: number;
}

/** The recipe of a budget: as published in `paper`, by `script` "june-9" where the variants have that word. */
export function improvedGan({ budget, dataset, images, variants }: Asked): ImprovedGanAmount {
  const script = variants.has("june-9") ? "june-9" : "release";
  const published = { release: RELEASE, "june-9": JUNE_9 }[script][dataset];
  if (budget === "paper") {
    const updatesPerEpoch = Math.floor(images / PUBLISHED_BATCH);
    const { schedule } = published;
    return {
      settings: { ...published, ...(schedule && { schedule: { ...schedule, updatesPerEpoch } }) },
      network: dataset,
      batch: PUBLISHED_BATCH,
      updates: EPOCHS[script][dataset] * updatesPerEpoch,
    };
  }
  const { widthFactor, dropoutFactor, learningRate, averageRate, batch, updates } = REDUCED[budget];
  // Updates stand in for epochs: the rate falls to 0 with the last of them.
  const schedule = { updatesPerEpoch: 1, flatEpochs: Math.round(FLAT * updates), epochs: updates };
  return {
    settings: { ...published, widthFactor, dropoutFactor, learningRate, averageRate, schedule },
    network: `${dataset} × ${widthFactor}`,
    batch,
    updates,
  };
}

/** Labelled images, and unlabelled ones for `networks` that each take a batch of their own. */
export const batchSizes = (batch: number, networks: number): BatchSizes => ({
  labelled: batch,
  unlabelled: networks * batch,
});
