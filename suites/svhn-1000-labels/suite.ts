/** SVHN with 1,000 labels: every row of the paper's table. */
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
import type { Table } from "../shared/few-labels/table.ts";
import { officialData } from "../shared/images/data.ts";
import { CLAIMS, PLACE } from "./claims.ts";
import { isLinear, LINEAR, runLinear, withLinear } from "./linear.ts";

const LABELS = 1_000;
const TABLE: Table = {
  suite: "svhn-1000-labels",
  version: 1,
  dataset: "svhn",
  arms: ["supervised", "m1-m2", "swwae", "sdgm", "gan-fm", "ali-k1"].map((row) => ({
    id: row,
    row: rowOf(row),
    labels: LABELS,
  })),
  linear: LINEAR,
};
const AXES = axes((row) => TABLE.arms.filter((arm) => arm.row.id === row).map(({ id }) => id));

export const svhn1000LabelsSuite: Suite = {
  id: TABLE.suite,
  title: "SVHN with 1,000 labels",
  version: TABLE.version,
  place: PLACE,
  claims: CLAIMS,
  readings: crossReadings(AXES),
  readingAxes: AXES,
  protocol: (plan) => tableProtocol(TABLE, plan),
  regression: REGRESSION,
  metrics: METRICS,
  usesPapersData: (profile) => officialData([TABLE.dataset], profile),
  plan: (profile, engineClass, options) =>
    withLinear(planTable(TABLE, profile, engineClass, options), TABLE, engineClass, options.rootSeed),
  run: (spec, context) => (isLinear(spec) ? runLinear(spec, context) : runTable(spec, TABLE.dataset, context)),
  figures: (runs) => figuresOf(TABLE, CLAIMS, runs),
};
