/** Pictures of the controls, as plain data: sensitivity, false alarms and what they cost. */
import type { Figure, IntervalFigure } from "../../harness/figures.ts";
import { wilsonInterval } from "../../harness/statistics/wilson.ts";
import type { RegressionMetric, StoredRun } from "../../harness/suite.ts";
import { runCurves, runDots } from "../run-figures.ts";
import { METRICS } from "./metrics.ts";
import { falseAlarms, type Rate, sensitivity } from "./sensitivity.ts";

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
  const nothing = PAIRS.map((pairs) => falseAlarms(runs, metrics, ["ali", "ali-other-seeds"], pairs));
  const minutes = (some: readonly StoredRun[]): string =>
    (some.reduce((sum, { record }) => sum + record.provenance.durationMs, 0) / 60_000).toFixed(1);
  const alarms = nothing.at(-1)!;
  return {
    kind: "intervals",
    id: "sensitivity",
    title: "Sensitivity, false alarms and cost",
    caption: `Share of compares that say REGRESSED, by their number of pairs: of each fault 200 draws from the pairs that were run (all of them: one compare), of "nothing changed" 200 random cuts of ${trained.filter(({ record }) => ["ali", "ali-other-seeds"].includes(record.spec.model)).length} runs of ALI into two sides; 95 % Wilson intervals of the draws, which overlap: they say nothing of other runs. False alarms at ${alarms.pairs} a side: ${alarms.regressed} of ${alarms.compares}; stated: at most 5 of 100 (simulated: reports/calibration.md). Cost: ${minutes(runs)} min of one core for ${runs.length} runs.`,
    x: "pairs in a compare",
    y: "share of compares that say REGRESSED",
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

const seriesOf = (group: string, found: readonly Rate[]): IntervalFigure["plots"][number]["series"][number] => ({
  group,
  source: "ours",
  points: found
    .filter(({ compares }) => compares > 0)
    .map(({ pairs, compares, regressed }) => {
      // One compare of all pairs has no interval.
      const { low, high } = compares > 1 ? wilsonInterval(regressed, compares) : { low: null, high: null };
      return { x: pairs, y: regressed / compares, low, high };
    }),
});
