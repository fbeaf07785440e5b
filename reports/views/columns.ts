/** Columns of the tables beside the page, declared once: type, header, validator and the page's list derive from them. */
import type { Claim, Estimate, Judgement, PublishedValue } from "../../harness/contract/claims.ts";
import type { ReportData } from "../../harness/verdict/report-data.ts";
import { effectName } from "./effect.ts";
import { plannedAndRecorded } from "./run-view.ts";
import { drawnSpread } from "./spread.ts";

export type Cell = string | number | boolean | null;
export interface Column<Row> {
  readonly key: string;
  readonly unit: string;
  readonly meaning: string;
  readonly type: "text" | "number" | "integer" | "boolean";
  /** null: absent, which is an empty cell and never 0. */
  readonly value: (row: Row) => Cell;
}
/** A table made: what its columns mean, and its cells row by row. */
export interface Table {
  readonly name: string;
  readonly meaning: string;
  readonly columns: readonly Omit<Column<never>, "value">[];
  readonly rows: readonly (readonly Cell[])[];
}

function makeTable<Row>(name: string, meaning: string, columns: readonly Column<Row>[], rows: readonly Row[]): Table {
  return {
    name,
    meaning,
    columns: columns.map(({ key, unit, meaning, type }) => ({ key, unit, meaning, type })),
    rows: rows.map((row) => columns.map((column) => column.value(row))),
  };
}

type RunRow = ReturnType<typeof plannedAndRecorded>[number];
interface VerdictTableRow {
  readonly claim: Claim;
  readonly judgement: Judgement;
  readonly primary: boolean;
}
type EstimateRow = VerdictTableRow & { readonly estimate: Estimate };

const text = <Row>(key: string, meaning: string, value: Column<Row>["value"]): Column<Row> => ({
  key,
  unit: "",
  meaning,
  type: "text",
  value,
});
const integer = <Row>(key: string, unit: string, meaning: string, value: Column<Row>["value"]): Column<Row> => ({
  key,
  unit,
  meaning,
  type: "integer",
  value,
});
const number = <Row>(key: string, unit: string, meaning: string, value: Column<Row>["value"]): Column<Row> => ({
  key,
  unit,
  meaning,
  type: "number",
  value,
});
const boolean = <Row>(key: string, meaning: string, value: Column<Row>["value"]): Column<Row> => ({
  key,
  unit: "",
  meaning,
  type: "boolean",
  value,
});

const RUN_COLUMNS: readonly Column<RunRow>[] = [
  text("suite", "Suite id", ({ spec }) => spec.suite),
  integer("suiteVersion", "", "Version of the suite's protocol", ({ spec }) => spec.suiteVersion),
  text("profile", "paper, quick or smoke", ({ spec }) => spec.profile),
  text("budget", "What was really done: the profile or a smaller budget's name", ({ spec }) => spec.budget),
  text("model", "Model (arm)", ({ spec }) => spec.model),
  text("setting", "Reading of the paper", ({ spec }) => spec.setting),
  integer("replicate", "", "Replicate number, from 0", ({ spec }) => spec.replicate),
  text("path", "Key of the run's random streams", ({ spec }) => spec.path),
  boolean("planned", "Whether the plan names this run", ({ planned }) => planned),
  text("state", "finished, diverged, crashed, timed-out; empty: no record", ({ record }) => record?.state ?? null),
  text("failure", "Message of a run that did not finish", ({ record }) =>
    record && record.state !== "finished" ? record.failure.message : null,
  ),
  integer("updatesPlanned", "updates", "Planned updates", ({ spec }) => spec.updates),
  integer("updatesDone", "updates", "Updates done", ({ record }) => record?.updatesDone ?? null),
];
const RUN_PROVENANCE_COLUMNS: readonly Column<RunRow>[] = [
  text("settings", "Resolved settings, as JSON", ({ spec }) => JSON.stringify(spec.settings)),
  text(
    "engineClass",
    "Class of engine whose results may be compared",
    ({ record }) => record?.provenance.engine.class ?? null,
  ),
  text("revision", "Git revision", ({ record }) => record?.provenance.revision ?? null),
  boolean(
    "dirty",
    "Whether the working tree was modified; empty: unknown",
    ({ record }) => record?.provenance.dirty ?? null,
  ),
  text("startedAt", "Start, ISO 8601", ({ record }) => record?.provenance.startedAt ?? null),
  number("durationMs", "ms", "Wall time of the run", ({ record }) => record?.provenance.durationMs ?? null),
  number("trainMs", "ms", "Time in training steps", ({ record }) => record?.provenance.trainMs ?? null),
  number(
    "peakMemoryBytes",
    "bytes",
    "Peak resident memory",
    ({ record }) => record?.provenance.peakMemoryBytes ?? null,
  ),
  integer("resumes", "", "How often continued from a checkpoint", ({ record }) => record?.provenance.resumes ?? null),
  integer("attempts", "", "Attempts at the run", ({ record }) => record?.provenance.attempts ?? null),
  text("key", "Hash of everything that decides the run", ({ record }) => record?.key ?? null),
];

/** Throws when a run reports a metric that the suite does not declare: its column would silently be missing. */
export function runTableFile(data: ReportData): Table {
  const declared = new Set(data.metrics.map((metric) => metric.key));
  for (const record of data.records)
    if (record.state === "finished")
      for (const key of Object.keys(record.metrics))
        if (!declared.has(key))
          throw new Error(
            `Run "${record.spec.path}" reports a metric "${key}" that its suite does not declare. Declared: ${[...declared].join(", ")}. Add it to the suite's metrics.`,
          );
  return makeTable<RunRow>(
    "runs",
    "One row a run: planned or recorded.",
    [
      ...RUN_COLUMNS,
      ...data.metrics.map((metric) =>
        number<RunRow>(metric.key, metric.unit, metric.meaning, ({ record }) =>
          record?.state === "finished" ? (record.metrics[metric.key] ?? null) : null,
        ),
      ),
      ...RUN_PROVENANCE_COLUMNS,
    ],
    plannedAndRecorded(data),
  );
}

const printed = (claim: Claim): PublishedValue | null =>
  claim.kind === "point" || claim.kind === "gap" || claim.kind === "range" ? claim.published : null;
const spreadValue = (claim: Claim): number | null => {
  const spread = printed(claim)?.spread;
  return spread && spread.kind !== "none" ? spread.value : null;
};
const spreadAsSd = (claim: Claim): number | null => {
  const value = printed(claim);
  const drawn = value && drawnSpread(value.spread, value.n);
  return drawn?.draws === "sd" ? drawn.halfWidth : null;
};

const CLAIM_COLUMNS: readonly Column<VerdictTableRow>[] = [
  text("claim", "Claim id", ({ claim }) => claim.id),
  text("reading", "Reading of the paper", ({ judgement }) => judgement.reading),
  boolean("primary", "Whether this is the primary reading", ({ primary }) => primary),
];
const VERDICT_COLUMNS: readonly Column<VerdictTableRow>[] = [
  ...CLAIM_COLUMNS,
  text("kind", "Kind of claim", ({ claim }) => claim.kind),
  text("statement", "The claim in the paper's sense", ({ claim }) => claim.statement),
  text("place", "Where the paper says so", ({ claim }) => claim.place),
  text("axis", "What was repeated", ({ claim }) => claim.axis),
  text("family", "Claims corrected together (Holm)", ({ claim }) => claim.family),
  text(
    "assumption",
    "Version of the assumptions where the protocol is partly ours",
    ({ claim }) => claim.assumption ?? null,
  ),
  text("metric", "Key of the measured quantity", ({ claim }) =>
    claim.kind === "qualitative" ? null : claim.quantity.metric,
  ),
  text("unit", "Unit of the quantity", ({ claim }) => (claim.kind === "qualitative" ? null : claim.quantity.unit)),
  number(
    "printedMean",
    "see unit",
    "Printed value of a point, gap or range claim",
    ({ claim }) => printed(claim)?.mean ?? null,
  ),
  number("printedSpread", "see unit", "Number behind the printed ±", ({ claim }) => spreadValue(claim)),
  text(
    "printedSpreadKind",
    "What the ± is: sd, 3sd, 1.96sd, se, ci, unknown or none",
    ({ claim }) => printed(claim)?.spread.kind ?? null,
  ),
  number("printedSd", "see unit", "The printed ± as one SD, where its kind allows", ({ claim }) => spreadAsSd(claim)),
  integer("printedN", "", "Printed number of units; empty: not stated", ({ claim }) => printed(claim)?.n ?? null),
  number("margin", "see unit", "Equivalence margin fixed before any run", ({ claim }) =>
    "margin" in claim ? claim.margin.value : null,
  ),
  text("verdict", "Verdict against the paper", ({ judgement }) => judgement.verdict),
  text("reason", "Why", ({ judgement }) => judgement.reason),
  text("effectOf", "What the effect is the difference of", ({ claim, judgement }) =>
    judgement.effect ? effectName(claim) : null,
  ),
  number("effect", "see unit", "Difference of means, see effectOf", ({ judgement }) => judgement.effect?.value ?? null),
  number(
    "effectLow",
    "see unit",
    "Lower end of its interval",
    ({ judgement }) => judgement.effect?.interval.low ?? null,
  ),
  number(
    "effectHigh",
    "see unit",
    "Upper end of its interval",
    ({ judgement }) => judgement.effect?.interval.high ?? null,
  ),
  text("effectInterval", "Kind and coverage of the interval", ({ judgement }) =>
    judgement.effect ? `${judgement.effect.interval.kind} ${judgement.effect.interval.level}` : null,
  ),
  text(
    "tests",
    "Tests with p and p after Holm",
    ({ judgement }) =>
      judgement.tests.map((test) => `${test.name}: p=${test.p}, Holm p=${test.adjustedP}`).join("; ") || null,
  ),
  text(
    "directional",
    "Directional evidence of a reduced profile: no verdict",
    ({ judgement }) => judgement.directional,
  ),
  integer(
    "furtherReplicates",
    "replicates",
    "Further replicates an arm that would decide; further draws where the claim's axis is that of draws within a run",
    ({ judgement }) => judgement.wouldDecide?.furtherReplicates ?? null,
  ),
  number(
    "smallestMargin",
    "see unit",
    "Smallest margin decidable now",
    ({ judgement }) => judgement.wouldDecide?.smallestMargin ?? null,
  ),
  number(
    "smallestShown",
    "see unit",
    "Of CONSISTENT: smallest deviation of the truth from the printed value that these runs would have shown with 80 % power",
    ({ judgement }) => judgement.smallestShown?.deviation ?? null,
  ),
  number("smallestShownMargins", "margins", "smallestShown in equivalence margins", ({ judgement }) =>
    judgement.smallestShown?.deviation == null ? null : judgement.smallestShown.margins,
  ),
];
const ESTIMATE_COLUMNS: readonly Column<EstimateRow>[] = [
  ...CLAIM_COLUMNS,
  text("arm", "Model (arm)", ({ estimate }) => estimate.arm),
  integer("n", "", "Number of values", ({ estimate }) => estimate.n),
  integer(
    "failed",
    "",
    "Of them, runs that did not finish and count at the worst value",
    ({ estimate }) => estimate.failed,
  ),
  number("mean", "see unit", "Mean", ({ estimate }) => estimate.mean),
  number("sd", "see unit", "Sample SD (ddof 1)", ({ estimate }) => estimate.sd),
  number("min", "see unit", "Smallest value", ({ estimate }) => estimate.min),
  number("max", "see unit", "Largest value", ({ estimate }) => estimate.max),
  number(
    "intervalLow",
    "see unit",
    "Lower end of the interval of the mean",
    ({ estimate }) => estimate.interval?.low ?? null,
  ),
  number(
    "intervalHigh",
    "see unit",
    "Upper end of the interval of the mean",
    ({ estimate }) => estimate.interval?.high ?? null,
  ),
  text("interval", "Kind and coverage of the interval", ({ estimate }) =>
    estimate.interval ? `${estimate.interval.kind} ${estimate.interval.level}` : null,
  ),
  text("unit", "Unit of the quantity", ({ claim }) => (claim.kind === "qualitative" ? null : claim.quantity.unit)),
];

function verdictRows(data: ReportData): readonly VerdictTableRow[] {
  return data.judgements.map((judgement) => {
    const claim = data.claims.find((candidate) => candidate.id === judgement.claimId);
    if (!claim) throw new Error(`A judgement names the claim "${judgement.claimId}", which the suite does not have.`);
    return { claim, judgement, primary: judgement.reading === data.readings[0]?.id };
  });
}

export function verdictTableFile(data: ReportData): Table {
  return makeTable("verdicts", "One row a claim and reading.", VERDICT_COLUMNS, verdictRows(data));
}

export function estimateTableFile(data: ReportData): Table {
  return makeTable(
    "estimates",
    "One row a claim, reading and arm: what the verdict rests on.",
    ESTIMATE_COLUMNS,
    verdictRows(data).flatMap((row) => row.judgement.estimates.map((estimate) => ({ ...row, estimate }))),
  );
}
