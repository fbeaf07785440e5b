/** Pictures of the controls, as plain data: sensitivity, false alarms and what they cost. */
import type { Figure, IntervalFigure } from "../../harness/contract/figures.ts";
import type { RegressionMetric, StoredRun } from "../../harness/contract/suite.ts";
import { wilsonInterval } from "../../harness/statistics/wilson.ts";
import { runCurves, runDots } from "../shared/run-figures.ts";
import { METRICS } from "./metrics.ts";
import { alarmAsRun, falseAlarms, type Rate, sensitivity } from "./sensitivity.ts";

/** The same model, seeded apart. */
const ALIKE = ["ali", "ali-other-seeds"] as const;
const PAIRS = [3, 5, 7, 10] as const;
const CURVES = ["share3sd", "latentEnergy", "reconstructionError", "discriminatorLoss", "generatorLoss"];

export function figures(
  runs: readonly StoredRun[],
  faults: readonly string[],
  metrics: readonly RegressionMetric[],
): readonly Figure[] {
  if (runs.length === 0) return [];
  const trained = runs.filter(({ record }) => record.spec.updates > 0);
  return [
    rates(runs, trained, faults, metrics),
    runDots(runs, METRICS),
    ...(trained.length === 0
      ? []
      : [runCurves(trained, CURVES, "What the trainings told as they went; counts and shares from 2,000 samples.")]),
  ];
}

function rates(
  runs: readonly StoredRun[],
  trained: readonly StoredRun[],
  faults: readonly string[],
  metrics: readonly RegressionMetric[],
): IntervalFigure {
  const nothing = PAIRS.map((pairs) => falseAlarms(runs, metrics, ALIKE, pairs));
  const minutes = (some: readonly StoredRun[]): string =>
    (some.reduce((sum, { record }) => sum + record.provenance.durationMs, 0) / 60_000).toFixed(1);
  const dealt = trained.filter(({ record }) => (ALIKE as readonly string[]).includes(record.spec.model)).length;
  const caption = [
    `Share of compares with an alarm, by their number of pairs. Of each fault: REGRESSED in 200 draws from the pairs that were run (all of them: one compare).`,
    `Of "nothing changed": REGRESSED or IMPROVED in 200 random deals of ${dealt} runs of ALI into two sides; stated: at most 5 of 100 compares. ${dealtInWords(nothing)}`,
    "95 % Wilson intervals of the draws and deals, which overlap: they say nothing of other runs. Dealing makes runs exchangeable, as the tests assume; that runs which were made together or of related seeds are so, it cannot show.",
    `${asRunInWords(alarmAsRun(runs, metrics, ALIKE))} With thousands of simulated compares: reports/calibration.md.`,
    `Cost: ${minutes(runs)} min of one core for ${runs.length} runs.`,
  ];
  return {
    kind: "intervals",
    id: "sensitivity",
    title: "Sensitivity, false alarms and cost",
    caption: caption.join(" "),
    x: "pairs in a compare",
    y: "share of compares with an alarm",
    xScale: "linear",
    domain: [0, 1],
    diagonal: false,
    plots: [
      ...faults.map((fault) => ({
        title: fault,
        series: [
          seriesOf(
            "sensitivity",
            PAIRS.map((pairs) => sensitivity(runs, metrics, "ali", fault, pairs)),
          ),
        ],
      })),
      { title: "nothing changed", series: [seriesOf("false alarms", nothing)] },
    ],
  };
}

function dealtInWords(nothing: readonly Rate[]): string {
  const { pairs, alarms, compares } = nothing.findLast((rate) => rate.compares > 0) ?? nothing.at(-1)!;
  return `At ${pairs} a side: ${alarms} of ${compares}.`;
}

/** The claim a-a asks the same of one metric, and asks for equivalence. */
const asRunInWords = ({ pairs, compares, alarms }: Rate): string =>
  compares === 0
    ? "The two arms have no pairs yet."
    : `The two arms as they were run, one compare of ${pairs}: ${alarms === 0 ? "no alarm" : "AN ALARM"}.`;

const seriesOf = (group: string, found: readonly Rate[]): IntervalFigure["plots"][number]["series"][number] => ({
  group,
  source: "ours",
  points: found
    .filter(({ compares }) => compares > 0)
    .map(({ pairs, compares, alarms }) => {
      // One compare of all pairs has no interval.
      const { low, high } = compares > 1 ? wilsonInterval(alarms, compares) : { low: null, high: null };
      return { x: pairs, y: alarms / compares, low, high };
    }),
});
