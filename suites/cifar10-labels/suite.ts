/** CIFAR10 with 1,000 to 8,000 labels: ALI with K + 1 classes, and what the table sets beside it. */
import { crossReadings } from "../../harness/contract/readings.ts";
import type { Suite } from "../../harness/contract/suite.ts";
import { REGRESSION } from "../shared/few-labels/claims.ts";
import { figuresOf } from "../shared/few-labels/figures.ts";
import { METRICS } from "../shared/few-labels/metrics.ts";
import { planTable } from "../shared/few-labels/plan.ts";
import { tableProtocol } from "../shared/few-labels/protocol.ts";
import { axes } from "../shared/few-labels/readings.ts";
import { rowOf } from "../shared/few-labels/rows.ts";
import { runTable } from "../shared/few-labels/run.ts";
import type { Arm, Table } from "../shared/few-labels/table.ts";
import { officialData } from "../shared/images/data.ts";
import { CLAIMS, LABELS, PLACE } from "./claims.ts";

const arm = (row: string, labels: number): Arm => ({ id: `${row}-${labels}`, row: rowOf(row), labels });
const everywhere = (row: string): readonly Arm[] => LABELS.map((labels) => arm(row, labels));

const TABLE: Table = {
  suite: "cifar10-labels",
  version: 1,
  dataset: "cifar10",
  arms: [
    ...everywhere("supervised"),
    arm("ladder", 4_000),
    arm("catgan", 4_000),

    ...everywhere("gan-fm"),
    ...everywhere("ali-k1"),
  ],
};
const AXES = axes((row) => TABLE.arms.filter((of) => of.row.id === row).map(({ id }) => id));

export const cifar10LabelsSuite: Suite = {
  id: TABLE.suite,
  title: "CIFAR10 with few labels",
  version: TABLE.version,
  place: PLACE,
  claims: CLAIMS,
  readings: crossReadings(AXES),
  readingAxes: AXES,
  protocol: (plan) => tableProtocol(TABLE, plan),
  regression: REGRESSION,
  metrics: METRICS,
  usesPapersData: (profile) => officialData([TABLE.dataset], profile),
  plan: (profile, engineClass, options) => planTable(TABLE, profile, engineClass, options),
  run: (spec, context) => runTable(spec, TABLE.dataset, context),
  figures: (runs) => figuresOf(TABLE, CLAIMS, runs),
};
