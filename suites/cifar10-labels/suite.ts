/** CIFAR10 with 1,000 to 8,000 labels: ALI with K + 1 classes, and what the table sets beside it. */
import type { z } from "zod";
import { defineSuite } from "../../harness/plan/define-suite.ts";
import { REGRESSION } from "../shared/few-labels/claims.ts";
import { figuresOf } from "../shared/few-labels/figures.ts";
import { METRICS } from "../shared/few-labels/metrics.ts";
import { planTable } from "../shared/few-labels/plan.ts";
import { isOfRow, tableProtocol } from "../shared/few-labels/protocol.ts";
import { questions } from "../shared/few-labels/readings.ts";
import { aliK1Row } from "../shared/few-labels/rows/ali-k1.ts";
import { catganRow } from "../shared/few-labels/rows/catgan.ts";
import { ganFeatureMatchingRow } from "../shared/few-labels/rows/gan-feature-matching.ts";
import { ladderRow } from "../shared/few-labels/rows/ladder.ts";
import { supervisedRow } from "../shared/few-labels/rows/supervised.ts";
import { runTable } from "../shared/few-labels/run.ts";
import { ROW_SETTINGS, type TableSettings } from "../shared/few-labels/settings.ts";
import { armsOf, type Table } from "../shared/few-labels/table.ts";
import { officialData } from "../shared/images/data.ts";
import { type ArmId, CLAIMS, LABELS, PLACE } from "./claims.ts";

const TABLE: Table<ArmId> = {
  dataset: "cifar10",
  arms: [
    ...LABELS.map((labels) => ({ id: `supervised-${labels}`, row: supervisedRow, labels }) as const),
    { id: "ladder-4000", row: ladderRow, labels: 4_000 },
    { id: "catgan-4000", row: catganRow, labels: 4_000 },
    ...LABELS.map((labels) => ({ id: `gan-fm-${labels}`, row: ganFeatureMatchingRow, labels }) as const),
    ...LABELS.map((labels) => ({ id: `ali-k1-${labels}`, row: aliK1Row, labels }) as const),
  ],
};

export const cifar10LabelsSuite = defineSuite({
  file: import.meta.filename,
  id: "cifar10-labels",
  title: "CIFAR10 with few labels",
  version: 1,
  place: PLACE,
  settings: (): z.ZodType<TableSettings> => ROW_SETTINGS,
  arms: armsOf(TABLE),
  metrics: METRICS,
  claims: CLAIMS,
  questions: questions((row) => TABLE.arms.filter((of) => of.row.id === row).map(({ id }) => id)),
  regression: REGRESSION,
  protocol: (plan, settingsOf) => tableProtocol(TABLE, plan, settingsOf),
  usesPapersData: (profile) => officialData([TABLE.dataset], profile),
  plan: (asked) => planTable(TABLE, asked),
  async run(settings, context, { spec, arm, model }) {
    if (!isOfRow(settings)) throw new TypeError(`${arm} is no row of the table`);
    return runTable(settings, model.row, spec, TABLE.dataset, context);
  },
  figures: (runs, settingsOf) => figuresOf(TABLE, CLAIMS, runs, settingsOf),
});
