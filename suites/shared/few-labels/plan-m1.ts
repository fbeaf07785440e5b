/** The run of M1, which M1 + M2 starts from: on all training images without their labels. */
import { M1_ID, type M1Settings } from "../../../baselines/models/vae-m1-m2/m1.ts";
import { M1_PUBLISHED } from "../../../baselines/models/vae-m1-m2/published.ts";
import type { PlannedRun } from "../../../harness/contract/suite-definition.ts";
import type { BudgetId } from "../images/budgets.ts";
import { updatesPerEpoch } from "../images/minibatches.ts";
import { onPapersData, runOn } from "../images/plan.ts";
import type { RunPlan } from "./row.ts";
import type { M1RunSettings } from "./settings.ts";

/** The authors stop when a bound has not improved for 10,000 epochs; here the number is fixed (assumption, version 1). */
const EPOCHS = 1_000;
const CURVE_ROWS = 20;

interface M1Budget {
  readonly settings: M1Settings;
  /** Images that the principal components are of. */
  readonly whitenedBy: number;
  /** As in the authors' code; else the components keep their variances, in a basis drawn at random (`inRandomBasis`). */
  readonly whitened: boolean;
  readonly batchSize: number;
  readonly updates: number;
}

/** @param images training images, extra ones included; only the paper's updates depend on them */
export function m1Amount(budget: BudgetId, images: number): M1Budget {
  switch (budget) {
    case "paper": {
      const batchSize = 5_000;
      const updates = images > 0 ? EPOCHS * updatesPerEpoch(images, Math.min(batchSize, images)) : 0;
      return { settings: M1_PUBLISHED, whitenedBy: 10_000, whitened: true, batchSize, updates };
    }
    case "quick":
      return reduced({ components: 100, hidden: 200, latent: 50 }, 1_000, 250, 2_000);
    case "quick-wasm":
      return reduced({ components: 50, hidden: 50, latent: 20 }, 200, 50, 60);
    case "smoke":
      return reduced({ components: 10, hidden: 10, latent: 5 }, 50, 20, 4);
  }
}
const reduced = (sizes: M1Settings["sizes"], whitenedBy: number, batchSize: number, updates: number): M1Budget => ({
  settings: { ...M1_PUBLISHED, learningRate: 1e-3, sizes },
  whitenedBy,
  // In uncorrelated components M1 finds nothing worth coding in a few minutes (measured: the notebook).
  whitened: false,
  batchSize,
  updates,
});

/** @param images training images, extra ones included, here and in the paper; only the paper's updates depend on them */
export function plannedM1(
  { profile, budget, data, setting, replicate }: RunPlan,
  images: number,
  papersImages: number,
): PlannedRun<typeof M1_ID, M1RunSettings> {
  const { settings, updates, ...amount } = m1Amount(budget, images);
  return {
    arm: M1_ID,
    setting,
    replicate,
    updates,
    ...runOn(budget, data),
    settings: {
      ...amount,
      model: settings,
      curveEvery: Math.ceil(updates / CURVE_ROWS),
      data: data.name,
      shape: data.shape,
    },
    ...onPapersData(profile, data, m1Amount("paper", papersImages).updates),
  };
}
