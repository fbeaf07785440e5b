/** Pictures of the suite's runs, as plain data. */
import { centres, type Mixture } from "../../datasets/mixture.ts";
import type { Figure, ScatterFigure } from "../../harness/contract/figures.ts";
import type { StoredRun } from "../../harness/contract/suite.ts";
import type { SettingsOf } from "../../harness/contract/suite-definition.ts";
import { groupOf, runCurves, runDots, shownRuns } from "../shared/run-figures.ts";
import { METRICS } from "./metrics.ts";
import type { RunSettings } from "./settings.ts";

const PANEL_POINTS = 1_000;
const CURVES = ["modes", "sharpModes", "share3sd", "discriminatorLoss", "generatorLoss"];
const CURVES_CAPTION =
  "Counts and shares from 2,000 samples. The lenient count is high from the start, before anything is learned; the sharp count and the share rise with learning.";

export function figures(runs: readonly StoredRun[], settingsOf: SettingsOf<RunSettings>): readonly Figure[] {
  const [first] = runs;
  if (!first) return [];
  const { mixture } = settingsOf(first.record.spec);
  return [runDots(runs, METRICS), scatter(runs, mixture), runCurves(runs, CURVES, CURVES_CAPTION)];
}

function scatter(runs: readonly StoredRun[], mixture: Mixture): ScatterFigure {
  const { shown, leftOut } = shownRuns(runs);
  const edge = Math.max(...mixture.grid) + 1;
  return {
    kind: "scatter",
    id: "samples",
    title: "Samples of every run over the mixture",
    caption: `The first ${PANEL_POINTS.toLocaleString("en")} of 10,000 samples; circles: 3σ about the component centres. A smear over the whole square touches nearly every mode, which the lenient count rewards: read the share within 3σ beside it.${leftOut}`,
    domain: [-edge, edge],
    centres: centres(mixture),
    radius: 3 * mixture.sd,
    panels: shown.map((run) => {
      const { record } = run;
      const done = record.state === "finished" ? record : null;
      return {
        title: `${record.spec.model} ${record.spec.replicate}`,
        note: done
          ? `${done.metrics.modes} modes, ${done.metrics.sharpModes} sharp, ${Math.round(100 * done.metrics.share3sd!)} % within 3σ`
          : record.state,
        group: groupOf(run),
        points: done ? run.array("samples").subarray(0, 2 * PANEL_POINTS) : new Float32Array(0),
      };
    }),
  };
}
