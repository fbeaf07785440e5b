/** The interpolations of every run. */
import type { Figure } from "../../harness/contract/figures.ts";
import type { StoredRun } from "../../harness/contract/suite.ts";
import type { SettingsOf } from "../../harness/contract/suite-definition.ts";
import { metricNote, picturesOf } from "../shared/images/picture-figures.ts";
import { runDots } from "../shared/run-figures.ts";
import { METRICS } from "./metrics.ts";
import { PAIRS, type Settings } from "./plan.ts";

export function figures(runs: readonly StoredRun[], settingsOf: SettingsOf<Settings>): readonly Figure[] {
  if (runs.length === 0) return [];
  const panels = picturesOf(runs, "interpolations", settingsOf, {
    columns: PAIRS.steps + 2,
    note: metricNote("largestStep", (value) => `largest step ${value.toPrecision(3)} of the mean one`),
  });
  const caption =
    "Outer columns: validation images. Between them: the decoded straight line from the code of the left one to that of the right one.";
  return [{ kind: "images", id: "interpolations", title: "Interpolations", caption, panels }, runDots(runs, METRICS)];
}
