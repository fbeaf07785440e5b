/** The encoder's pictures, learning curves, and a mark a run. */
import type { Figure } from "../../harness/contract/figures.ts";
import type { StoredRun } from "../../harness/contract/suite.ts";
import type { SettingsOf } from "../../harness/contract/suite-definition.ts";
import { IMAGE_CURVES, IMAGE_CURVES_CAPTION, samplesAndPairs } from "../shared/images/picture-figures.ts";
import { runCurves, runDots } from "../shared/run-figures.ts";
import { METRICS } from "./metrics.ts";
import type { Settings } from "./settings.ts";

export function figures(runs: readonly StoredRun[], settingsOf: SettingsOf<Settings>): readonly Figure[] {
  if (runs.length === 0) return [];
  return [
    ...samplesAndPairs(runs, settingsOf),
    runDots(runs, METRICS),
    runCurves(runs, IMAGE_CURVES, IMAGE_CURVES_CAPTION),
  ];
}
