import { LADDER, type LadderSettings, ladder } from "../../../../baselines/models/ladder/model.ts";
import { fitWhitening } from "../../../../baselines/models/ladder/preprocessing.ts";
import type { Zca } from "../../../../harness/statistics/zca.ts";
import type { BudgetId } from "../../images/budgets.ts";
import { imageSize, rowsBetween } from "../../images/pixels.ts";
import { rowField } from "../protocol.ts";
import type { BuiltOn, Row } from "../row.ts";

const BATCH = 100;

interface Reduced {
  readonly widthFactor: number;
  readonly noiseFactor: number;
  readonly denoisingWeight: number;
  readonly batch: number;
  readonly updates: number;
}
/** Without whitening, whose decomposition takes longer than such a budget; a cost of 4 keeps it from classifying for as long (measured: the notebook). */
const REDUCED: Readonly<Record<Exclude<BudgetId, "paper">, Reduced>> = {
  quick: { widthFactor: 0.125, noiseFactor: 0.5, denoisingWeight: 0.4, batch: 32, updates: 1_200 },
  "quick-wasm": { widthFactor: 0.0625, noiseFactor: 0.5, denoisingWeight: 0.4, batch: 20, updates: 60 },
  smoke: { widthFactor: 0.03125, noiseFactor: 1, denoisingWeight: 4, batch: 10, updates: 4 },
};

export const ladderRow: Row<LadderSettings> = {
  file: import.meta.filename,
  id: "ladder",
  title: "Ladder network",
  version: ladder.version,
  unlabelled: "all",
  variants: [],
  amount({ budget }) {
    const { epochs, flatEpochs, updatesPerEpoch } = LADDER.schedule;
    if (budget === "paper")
      return {
        settings: LADDER,
        network: "Conv-Large",
        sizes: { labelled: BATCH, unlabelled: BATCH },
        updates: epochs * updatesPerEpoch,
        settlingBatches: updatesPerEpoch,
      };
    const { batch, updates, ...reduced } = REDUCED[budget];
    const schedule = { updatesPerEpoch: 1, flatEpochs: Math.round((updates * flatEpochs) / epochs), epochs: updates };
    return {
      settings: { ...LADDER, ...reduced, schedule, preprocessing: "gcn" },
      network: `Conv-Large × ${reduced.widthFactor}`,
      sizes: { labelled: batch, unlabelled: batch },
      updates,
      settlingBatches: Math.ceil(updates / epochs),
    };
  },
  protocol: (said) => [
    rowField(said, {
      field: "Ladder network",
      paper: "cited",
      code: "CuriousAI/ladder: Γ model, Conv-Large, 70 epochs of 500 updates of 100 + 100, Adam 2e-3, contrast normalisation and ZCA",
      ours: `features × ${said.model("widthFactor")}, noise × ${said.model("noiseFactor")}, denoising cost × ${said.model("denoisingWeight")}, ${said.model("preprocessing")}, ${said.updates} updates of ${said.all(({ sizes }) => `${sizes.labelled} + ${sizes.unlabelled}`)}, Adam ${said.model("learningRate")}`,
      why: "the code; statistics of batch norm by a pass over the training stream after the last update",
    }),
  ],
  build: (settings, ops, on) =>
    settings.preprocessing === "gcn" ? ladder.build(settings, ops) : ladder.build(settings, ops, whitening(on)),
};

/** Of all training images; where steps are only timed the identity stands in for the decomposition of many minutes. */
function whitening({ training, shape, rehearsed }: BuiltOn): Zca {
  const size = imageSize(shape);
  if (rehearsed) {
    const matrix = new Float32Array(size * size);
    for (let i = 0; i < size; i++) matrix[i * size + i] = 1;
    return { mean: new Float32Array(size), matrix };
  }
  const bytes = training.readSync(rowsBetween(0, training.count));
  return fitWhitening(
    Float32Array.from(bytes, (value) => value / 255),
    training.count,
    size,
  );
}
