import type { M1_ID } from "../../../../baselines/models/vae-m1-m2/m1.ts";
import { type M2Settings, vaeM1M2 } from "../../../../baselines/models/vae-m1-m2/model.ts";
import { M2_PUBLISHED } from "../../../../baselines/models/vae-m1-m2/published.ts";
import type { BudgetId } from "../../images/budgets.ts";
import { m1Amount, plannedM1 } from "../plan-m1.ts";
import { rowField } from "../protocol.ts";
import type { Row } from "../row.ts";
import { PAPER_EXTRA_IMAGES, PAPER_IMAGES, trainingCount } from "../training-images.ts";

/** Passes through the training images, and minibatches in each. */
const [PASSES, MINIBATCHES] = [3_000, 200];

interface Reduced {
  readonly hidden: number;
  readonly latent: number;
  readonly learningRate: number;
  readonly initialSd: number;
  readonly minibatches: number;
  readonly updates: number;
}
const REDUCED: Readonly<Record<Exclude<BudgetId, "paper">, Reduced>> = {
  quick: { hidden: 200, latent: 30, learningRate: 1e-3, initialSd: 0.03, minibatches: 40, updates: 3_000 },
  "quick-wasm": { hidden: 50, latent: 10, learningRate: 1e-3, initialSd: 0.03, minibatches: 40, updates: 60 },
  smoke: { hidden: 10, latent: 4, learningRate: 1e-3, initialSd: 0.03, minibatches: 4, updates: 4 },
};

export const vaeM1M2Row: Row<M2Settings, typeof M1_ID> = {
  file: import.meta.filename,
  id: "m1-m2",
  title: "VAE (M1 + M2)",
  version: vaeM1M2.version,
  unlabelled: "others",
  variants: [],
  amount({ budget, images, labels }) {
    const common = { ...M2_PUBLISHED, cases: images, labels, m1: m1Amount(budget, 0).settings.sizes };
    const minibatches = budget === "paper" ? MINIBATCHES : REDUCED[budget].minibatches;
    const sizes = {
      labelled: Math.floor(labels / minibatches),
      unlabelled: Math.floor((images - labels) / minibatches),
    };
    if (budget === "paper") return { settings: common, network: "svhn", sizes, updates: PASSES * MINIBATCHES };
    const { hidden, latent, learningRate, initialSd, updates } = REDUCED[budget];
    return {
      settings: {
        ...common,
        sizes: { ...common.sizes, hidden, latent },
        learningRate,
        initialSd,
        // Of few images the weight of a labelled case would be small; it is that of the published number.
        alpha: (common.alpha * M2_PUBLISHED.cases) / images,
      },
      network: `svhn, ${hidden} units`,
      sizes,
      updates,
    };
  },
  startsFrom: (plan) => plannedM1(plan, trainingCount(plan.data, true), PAPER_IMAGES.svhn + PAPER_EXTRA_IMAGES),
  protocol: (said) => [
    rowField(said, {
      field: "VAE (M1 + M2)",
      paper: "cited",
      code: "M1 on 600 components of train and extra, until a bound stands still; M2 by a script for MNIST: 500 units, 50 latents, 200 minibatches, 3,000 passes",
      ours: `M1 on ${said.model("m1.components")} components; M2 of ${said.model("sizes.hidden")} units, ${said.model("sizes.latent")} latents, ${said.updates} updates of ${said.all(({ sizes }) => `${sizes.labelled} + ${sizes.unlabelled}`)}`,
      why: "M2's script for SVHN is not published; M1 ends after a fixed number of epochs, no image is held out; in reduced budgets it sees the components unwhitened, in a random basis",
    }),
  ],
  build: (settings, ops, { trained }) => vaeM1M2.buildOn(settings, ops, trained()),
};
