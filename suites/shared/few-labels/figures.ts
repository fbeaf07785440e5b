/** Pictures of a table's runs: the table rebuilt, error against labels, curves, confusions, calibration, mistakes. */
import type { Claim, PublishedValue } from "../../../harness/contract/claims.ts";
import type {
  Figure,
  ImagesFigure,
  IntervalFigure,
  MatrixFigure,
  TableCell,
} from "../../../harness/contract/figures.ts";
import type { StoredRun } from "../../../harness/contract/suite.ts";
import type { SettingsOf } from "../../../harness/contract/suite-definition.ts";
import { mean, meanInterval, summarize } from "../../../harness/statistics/descriptive.ts";
import { publishedSd } from "../../../harness/statistics/spread.ts";
import { wilsonInterval } from "../../../harness/statistics/wilson.ts";
import { worstValue } from "../../../harness/verdict/assemble.ts";
import { asPixels } from "../images/reconstruct.ts";
import { groupOf, runCurves, runDots } from "../run-figures.ts";
import { ERROR } from "./claims.ts";
import { METRICS } from "./metrics.ts";
import { isOfRow } from "./protocol.ts";
import type { RowSettings } from "./settings.ts";
import { PUBLISHED, type Table } from "./table.ts";

/** Most runs whose confusions, calibration and mistakes a page shows. */
const SHOWN = 24;
/** From so many runs on their spread says more than the number of test images. */
const ENOUGH_RUNS = 3;

const said = (labels: number): string => labels.toLocaleString("en");

export function figuresOf(
  table: Table,
  claims: readonly Claim[],
  runs: readonly StoredRun[],
  settingsOf: SettingsOf<object>,
): readonly Figure[] {
  if (runs.length === 0) return [];
  const columns = [...new Set(table.arms.map(({ labels }) => labels))];
  const withPictures = runs.filter(({ record }) => record.state === "finished" && "confusions" in record.artifacts);
  const shown = withPictures.slice(0, SHOWN).flatMap((run): ShownRun[] => {
    const settings = settingsOf(run.record.spec);
    return isOfRow(settings) ? [{ record: run.record, array: (name) => run.array(name), settings }] : [];
  });
  return [
    rebuilt(table, claims, runs, columns),
    ...(columns.length > 1 ? [againstLabels(table, claims, runs)] : []),
    runDots(runs, METRICS),
    runCurves(
      runs.filter(({ record }) => record.spec.updates > 0),
      ["heldOutError", ...lossesOf(runs)],
      "Error on the first 500 test images, in percent (chance is 90), and each model's own losses. Nothing is chosen by them.",
    ),
    confusions(shown),
    calibration(shown),
    mistakes(shown),
  ];
}

interface ShownRun extends Pick<StoredRun, "record" | "array"> {
  readonly settings: RowSettings;
}

/** Columns of the learning curves beside the error, in the order in which runs have them. */
const lossesOf = (runs: readonly StoredRun[]): readonly string[] => [
  ...new Set(
    runs
      .flatMap(({ record }) => Object.keys(record.curve))
      .filter((name) => !["update", "heldOutError"].includes(name)),
  ),
];

/** Runs of the primary reading of an arm. */
const runsOf = (runs: readonly StoredRun[], arm: string): readonly StoredRun[] =>
  runs.filter(({ record: { spec } }) => spec.model === arm && spec.setting === PUBLISHED);

const errorOf = ({ record }: Pick<StoredRun, "record">): number =>
  record.state === "finished" ? record.metrics[ERROR.metric]! : worstValue(ERROR);

const claimOf = (claims: readonly Claim[], arm: string) =>
  claims.find((claim) => claim.kind === "point" && claim.arm === arm) as Extract<Claim, { kind: "point" }> | undefined;

function rebuilt(
  table: Table,
  claims: readonly Claim[],
  runs: readonly StoredRun[],
  columns: readonly number[],
): Figure {
  const cell = (arm: { readonly id: string; readonly printed?: PublishedValue; readonly note?: string }): TableCell => {
    const claim = claimOf(claims, arm.id);
    return {
      claim: claim?.id ?? null,
      printed: arm.printed ?? claim?.published ?? null,
      unit: ERROR.unit,
      ours: runsOf(runs, arm.id).map((run) => ({ value: errorOf(run), finished: run.record.state === "finished" })),
      note: arm.note ?? "",
    };
  };
  const rows = [...new Set(table.arms.map(({ row }) => row))];
  return {
    kind: "table",
    id: "table",
    title: "The paper's table, with ours beside it",
    caption: `Test error in percent under the primary reading. A printed ± is of the kind that its source says; ours is one SD over runs, each with a draw of labels and an initialisation of its own.`,
    corner: "model",
    columns: columns.map((labels) => `${said(labels)} labels`),
    rows: [
      ...rows.map((row) => ({
        title: row.title,
        note: row.note ?? "",
        cells: columns.map((labels) => {
          const arm = table.arms.find((of) => of.row === row && of.labels === labels);
          return arm ? cell(arm) : null;
        }),
      })),
      ...(table.linear ?? []).map((arm) => ({ title: arm.title, note: "", cells: [cell(arm)] })),
    ],
  };
}

function againstLabels(table: Table, claims: readonly Claim[], runs: readonly StoredRun[]): IntervalFigure {
  const rows = [...new Set(table.arms.map(({ row }) => row))];
  const armsOf = (row: (typeof rows)[number]) => table.arms.filter((arm) => arm.row === row);
  const ours = rows.map((row) => ({
    group: row.title,
    source: "ours" as const,
    points: armsOf(row).flatMap(({ id, labels }) => {
      const of = runsOf(runs, id);
      return of.length === 0 ? [] : [{ x: labels, ...errorWithInterval(of) }];
    }),
  }));
  const printed = rows.map((row) => ({
    group: row.title,
    source: "paper" as const,
    points: armsOf(row).flatMap(({ id, labels }) => {
      const published = claimOf(claims, id)?.published;
      if (!published) return [];
      const sd = publishedSd(published);
      return [{ x: labels, y: published.mean, low: sd && published.mean - sd, high: sd && published.mean + sd }];
    }),
  }));
  return {
    kind: "intervals",
    id: "error-against-labels",
    title: "Error against the number of labels",
    caption: `Ours, with 95 % intervals: of the mean over runs where there are ${ENOUGH_RUNS} or more; else of one classifier's share of test images (Wilson), which says nothing of other draws of labels. The paper's numbers with one SD where the kind of their ± tells one.`,
    x: "labelled images",
    y: "test error, %",
    xScale: "log",
    domain: null,
    diagonal: false,
    plots: [{ title: "", series: [...ours, ...printed].filter(({ points }) => points.length > 0) }],
  };
}

function errorWithInterval(runs: readonly StoredRun[]): { y: number; low: number; high: number } {
  const errors = runs.map(errorOf);
  const y = mean(errors);
  if (errors.length >= ENOUGH_RUNS) {
    const { low, high } = meanInterval(summarize(errors));
    return { y, low, high };
  }
  const images = testImages(runs) ?? 1;
  const { low, high } = wilsonInterval((y / 100) * images, images);
  return { y, low: 100 * low, high: 100 * high };
}

function testImages(runs: readonly StoredRun[]): number | undefined {
  const finished = runs.find(({ record }) => record.state === "finished");
  return finished?.array("confusions").reduce((sum, count) => sum + count, 0);
}

const nameOf = (run: ShownRun): string => `${groupOf(run)}, ${run.record.spec.replicate}`;
const errorNote = (run: ShownRun): string => `test error ${errorOf(run).toFixed(1)} %`;

function confusions(runs: readonly ShownRun[]): MatrixFigure {
  return {
    kind: "matrices",
    id: "confusions",
    title: "Confusions",
    caption:
      "Test images of the class of a row that were taken for the class of a column; shades are shares of the row.",
    rowAxis: "class",
    columnAxis: "taken for",
    labels: runs[0]?.settings.classes ?? [],
    panels: runs.map((run) => ({ title: nameOf(run), note: errorNote(run), counts: [...run.array("confusions")] })),
  };
}

function calibration(runs: readonly ShownRun[]): IntervalFigure {
  return {
    kind: "intervals",
    id: "calibration",
    title: "Calibration",
    caption:
      "Accuracy against confidence on the test set, in 15 bins of equal width, with 95 % intervals (Wilson). On the diagonal a classifier is right as often as it says.",
    x: "confidence",
    y: "accuracy",
    xScale: "linear",
    domain: [0, 1],
    diagonal: true,
    plots: runs.map((run) => {
      const bins = run.array("calibration");
      const points = Array.from({ length: bins.length / 3 }, (_, bin) => bins.subarray(3 * bin, 3 * bin + 3)).flatMap(
        ([images, confidence, accuracy]) => {
          if (images === 0) return [];
          const { low, high } = wilsonInterval(Math.round(accuracy! * images!), images!);
          return [{ x: confidence!, y: accuracy!, low, high }];
        },
      );
      return { title: nameOf(run), series: [{ group: "test images", source: "ours" as const, points }] };
    }),
  };
}

function mistakes(runs: readonly ShownRun[]): ImagesFigure {
  return {
    kind: "images",
    id: "mistakes",
    title: "The most confident mistakes",
    caption:
      "Test images, the most confident mistake first: what it is, what it was taken for, and with which confidence.",
    panels: runs.flatMap((run) => {
      const { classes, shape } = run.settings;
      const mistakenFor = run.array("mistakenFor");
      const count = mistakenFor.length / 3;
      if (count === 0) return [];
      const titles = Array.from({ length: count }, (_, i) => {
        const [label, told, confidence] = mistakenFor.subarray(3 * i, 3 * i + 3);
        return `${classes[label!]} as ${classes[told!]}, ${confidence!.toFixed(2)}`;
      });
      const pixels = asPixels(run.array("mistakes"));
      return [{ title: nameOf(run), note: errorNote(run), columns: count, shape, pixels, columnTitles: titles }];
    }),
  };
}
