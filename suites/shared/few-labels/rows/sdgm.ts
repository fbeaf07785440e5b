import { type SdgmSettings, sdgm } from "../../../../baselines/models/sdgm/model.ts";
import { SDGM_PUBLISHED } from "../../../../baselines/models/sdgm/published.ts";
import type { BudgetId } from "../../images/budgets.ts";
import { channelStatistics } from "../channel-statistics.ts";
import { rowField } from "../protocol.ts";
import type { Row } from "../row.ts";

/** All but what is taken from the training images. */
type Settings = Omit<SdgmSettings, "channelSd">;

const [EPOCHS, DECAY_EPOCHS, PUBLISHED_BATCH] = [1_000, 200, 100];

interface Reduced {
  readonly hidden: number;
  readonly latent: number;
  readonly samples: number;
  readonly testSamples: number;
  readonly learningRate: number;
  readonly batch: number;
  readonly updates: number;
}
const REDUCED: Readonly<Record<Exclude<BudgetId, "paper">, Reduced>> = {
  quick: { hidden: 200, latent: 40, samples: 1, testSamples: 20, learningRate: 2e-3, batch: 50, updates: 1_200 },
  "quick-wasm": { hidden: 50, latent: 10, samples: 1, testSamples: 5, learningRate: 1e-3, batch: 20, updates: 60 },
  smoke: { hidden: 10, latent: 4, samples: 1, testSamples: 2, learningRate: 1e-3, batch: 10, updates: 4 },
};

export const sdgmRow: Row<Settings> = {
  file: import.meta.filename,
  id: "sdgm",
  title: "SDGM",
  version: sdgm.version,
  unlabelled: "all",
  variants: ["paper-expectations"],
  amount({ budget, images, labels, variants }) {
    const expectations = variants.has("paper-expectations") ? "paper" : "code";
    const common = { ...SDGM_PUBLISHED, expectations, cases: images, labels } as const;
    if (budget === "paper") {
      const perEpoch = Math.floor(images / PUBLISHED_BATCH);
      return {
        settings: { ...common, decay: { ...common.decay, every: DECAY_EPOCHS * perEpoch } },
        network: "svhn",
        sizes: { labelled: PUBLISHED_BATCH, unlabelled: PUBLISHED_BATCH },
        updates: EPOCHS * perEpoch,
      };
    }
    const { hidden, latent, samples, testSamples, learningRate, batch, updates } = REDUCED[budget];
    return {
      settings: {
        ...common,
        sizes: { ...common.sizes, hidden, latent, auxiliary: latent },
        samples,
        testSamples,
        learningRate,
        // Of few images the weight of a labelled case would be small; it is that of SVHN's own number.
        alpha: (common.alpha * SDGM_PUBLISHED.cases) / images,
        decay: { ...common.decay, every: Math.ceil((updates * DECAY_EPOCHS) / EPOCHS) },
      },
      network: `svhn, ${hidden} units`,
      sizes: { labelled: batch, unlabelled: batch },
      updates,
    };
  },
  protocol: (said) => [
    rowField(said, {
      field: "SDGM",
      paper: "cited",
      code: "a script for MNIST: five networks of 500 + 500, 1,000 epochs of 100 + 100, Adam 3e-4, 5 samples of a",
      ours: `${said.model("sizes.hidden")} units, ${said.model("samples")} samples, ${said.updates} updates of ${said.all(({ sizes }) => `${sizes.labelled} + ${sizes.unlabelled}`)}, Adam ${said.model("learningRate")}; a Gaussian likelihood`,
      why: "the script for SVHN is not published",
    }),
  ],
  build: (settings, ops, { training, shape }) =>
    sdgm.build({ ...settings, channelSd: channelStatistics(training, shape).sd }, ops),
};
