/** SVHN with 1,000 labels: every row of the paper's table. */
import type { z } from "zod";
import { M1_ID } from "../../baselines/models/vae-m1-m2/m1.ts";
import { defineSuite } from "../../harness/plan/define-suite.ts";
import { REGRESSION } from "../shared/few-labels/claims.ts";
import { figuresOf } from "../shared/few-labels/figures.ts";
import { m1 } from "../shared/few-labels/m1.ts";
import { METRICS } from "../shared/few-labels/metrics.ts";
import { planTable } from "../shared/few-labels/plan.ts";
import { isOfRow, tableProtocol } from "../shared/few-labels/protocol.ts";
import { questions } from "../shared/few-labels/readings.ts";
import { aliK1Row } from "../shared/few-labels/rows/ali-k1.ts";
import { ganFeatureMatchingRow } from "../shared/few-labels/rows/gan-feature-matching.ts";
import { sdgmRow } from "../shared/few-labels/rows/sdgm.ts";
import { supervisedRow } from "../shared/few-labels/rows/supervised.ts";
import { swwaeRow } from "../shared/few-labels/rows/swwae.ts";
import { vaeM1M2Row } from "../shared/few-labels/rows/vae-m1-m2.ts";
import { runTable } from "../shared/few-labels/run.ts";
import { M1_SETTINGS, ROW_SETTINGS, type TableSettings } from "../shared/few-labels/settings.ts";
import { armsOf, type Table } from "../shared/few-labels/table.ts";
import { officialData } from "../shared/images/data.ts";
import { type Settings as LinearSettings, settingsSchema } from "../svhn-l2-svm/settings.ts";
import { CLAIMS, PLACE, type RowId } from "./claims.ts";
import { isLinear, isOfLinear, LINEAR, LINEAR_ARMS, runLinear, withLinear } from "./linear.ts";

const labels = 1_000;
const TABLE: Table<RowId> = {
  dataset: "svhn",
  arms: [
    { id: "supervised", row: supervisedRow, labels },
    { id: "m1-m2", row: vaeM1M2Row, labels },
    { id: "swwae", row: swwaeRow, labels },
    { id: "sdgm", row: sdgmRow, labels },
    { id: "gan-fm", row: ganFeatureMatchingRow, labels },
    { id: "ali-k1", row: aliK1Row, labels },
  ],
  linear: LINEAR,
};

const schemaOf = (arm: string): z.ZodType<TableSettings | LinearSettings> => {
  if (isLinear(arm)) return settingsSchema(arm);
  return arm === M1_ID ? M1_SETTINGS : ROW_SETTINGS;
};

export const svhn1000LabelsSuite = defineSuite({
  file: import.meta.filename,
  id: "svhn-1000-labels",
  title: "SVHN with 1,000 labels",
  version: 1,
  place: PLACE,
  settings: schemaOf,
  arms: { ...armsOf(TABLE), [M1_ID]: m1, ...LINEAR_ARMS },
  metrics: [
    ...METRICS.map((metric) => ({ ...metric, optional: true as const })),
    { optional: true, key: "autoencoderLoss", unit: "nats", meaning: "M1's loss at its last update, on a minibatch" },
  ],
  claims: CLAIMS,
  questions: questions((row) => TABLE.arms.filter((arm) => arm.row.id === row).map(({ id }) => id)),
  regression: REGRESSION,
  protocol: (plan, settingsOf) => tableProtocol(TABLE, plan, settingsOf),
  usesPapersData: (profile) => officialData([TABLE.dataset], profile),
  plan: (asked) => withLinear(planTable(TABLE, asked), asked),
  async run(settings, context, { spec, arm, model }) {
    if (isOfLinear(settings)) return runLinear(settings, spec, context);
    if (!isOfRow(settings)) return m1.run(settings, spec, context);
    if (!("row" in model)) throw new TypeError(`${arm} is no row of the table`);
    return runTable(settings, model.row, spec, TABLE.dataset, context);
  },
  figures: (runs, settingsOf) => figuresOf(TABLE, CLAIMS, runs, settingsOf),
});
