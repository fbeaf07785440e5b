import { aliK1 } from "../../../../baselines/models/ali-k1/model.ts";
import { type AliK1Settings, JOINED, PRINTED } from "../../../../baselines/models/ali-k1/settings.ts";
import type { BudgetId } from "../../images/budgets.ts";
import { rowField } from "../protocol.ts";
import type { Asked, Row } from "../row.ts";
import { batchSizes, EPOCHS, improvedGan } from "./improved-gan.ts";

/** The variant whose discriminator is openai/improved-gan's. */
const JOINED_VARIANT = "improved-gan";
const BATCH = 100;

interface Reduced {
  readonly widthFactor: number;
  readonly dropoutFactor: number;
  readonly learningRate: number;
  readonly initialSd: number;
  readonly testDraws: number;
  readonly batch: number;
  readonly updates: number;
}
/** Of ALI's printed networks: without dropout, as for its pictures (the notebook, "What a few minutes reach on images"). */
const REDUCED: Readonly<Record<Exclude<BudgetId, "paper">, Reduced>> = {
  quick: {
    widthFactor: 0.125,
    dropoutFactor: 0,
    learningRate: 1e-3,
    initialSd: 0.1,
    testDraws: 5,
    batch: 32,
    updates: 2_000,
  },
  "quick-wasm": {
    widthFactor: 0.0625,
    dropoutFactor: 0,
    learningRate: 1e-3,
    initialSd: 0.05,
    testDraws: 3,
    batch: 20,
    updates: 60,
  },
  smoke: {
    widthFactor: 0.03125,
    dropoutFactor: 1,
    learningRate: 1e-3,
    initialSd: 0.05,
    testDraws: 3,
    batch: 10,
    updates: 4,
  },
};

/** The recipe of no code is known: the epochs of the script that the author says it is based on, for either network. */
function amount(asked: Asked) {
  const { budget, dataset, images, variants } = asked;
  if (variants.has(JOINED_VARIANT)) {
    const { settings, batch, ...recipe } = improvedGan({ ...asked, variants: new Set() });
    return {
      ...recipe,
      settings: { ...JOINED[dataset], ...settings },
      sizes: batchSizes(batch, 1),
      network: `${recipe.network}, joined`,
    };
  }
  if (budget === "paper")
    return {
      settings: PRINTED[dataset],
      network: dataset,
      sizes: batchSizes(BATCH, 1),
      updates: EPOCHS.release[dataset] * Math.floor(images / BATCH),
    };
  const { batch, updates, ...reduced } = REDUCED[budget];
  return {
    settings: { ...PRINTED[dataset], ...reduced },
    network: `${dataset} × ${reduced.widthFactor}`,
    sizes: batchSizes(batch, 1),
    updates,
  };
}

export const aliK1Row: Row<AliK1Settings> = {
  file: import.meta.filename,
  id: "ali-k1",
  title: "ALI (no feature matching)",
  version: aliK1.version,
  unlabelled: "all",
  variants: [JOINED_VARIANT],
  amount,
  protocol: (said, dataset) => [
    rowField(said, {
      field: "ALI with K + 1 classes",
      paper:
        "D(x, z) has K + 1 classes: labelled pairs, unlabelled pairs real, generated pairs fake; no feature matching",
      code: "not published; by the author a script based on openai/improved-gan's",
      ours: `ALI's printed networks with K logits and the generated class's fixed at 0, features × ${said.model("widthFactor")}, dropout × ${said.model("dropoutFactor").replace("undefined", "1")}, ${said.updates} updates of ${said.all(({ sizes }) => `${sizes.labelled} + ${sizes.unlabelled}`)}, Adam ${said.model("learningRate")}`,
      why: `networks, weights of the terms and the ${EPOCHS.release[dataset]} epochs of that script are assumptions, version 1; its discriminator with z joined is a reading`,
    }),
  ],
  build: (settings, ops) => aliK1.build(settings, ops),
};
