import type { ImprovedGanSettings } from "../../../../baselines/models/improved-gan-settings.ts";
import { supervised } from "../../../../baselines/models/supervised/model.ts";
import { rowField } from "../protocol.ts";
import type { Row } from "../row.ts";
import { batchSizes, improvedGan } from "./improved-gan.ts";

/** A little of it is the best floor at an eighth of the features; without unlabelled images none overfits (the notebook). */
const QUICK_DROPOUT = 0.3;

/** Not in the paper: the floor that every row has to beat. */
export const supervisedRow: Row<ImprovedGanSettings> = {
  file: import.meta.filename,
  id: "supervised",
  title: "The labelled images alone",
  note: "not in the paper: the floor",
  version: supervised.version,
  unlabelled: "none",
  variants: [],
  amount(asked) {
    const { batch, ...amount } = improvedGan(asked);
    const settings = asked.budget === "quick" ? { ...amount.settings, dropoutFactor: QUICK_DROPOUT } : amount.settings;
    return { ...amount, settings, sizes: batchSizes(batch, 0) };
  },
  protocol: (said) => [
    rowField(said, {
      field: "Supervised floor",
      paper: null,
      code: null,
      ours: `the discriminator of feature matching on the labelled images alone: features × ${said.model("widthFactor")}, dropout × ${said.model("dropoutFactor").replace("undefined", "1")}, ${said.updates} updates of ${said.all(({ sizes }) => sizes.labelled)}`,
      why: "not in the paper: what every row has to beat with the same labels",
    }),
  ],
  build: (settings, ops) => supervised.build(settings, ops),
};
