/** The figure of conditional generation, one panel a run, and the learning curves. */
import type { Figure } from "../../harness/contract/figures.ts";
import type { StoredRun } from "../../harness/contract/suite.ts";
import type { SettingsOf } from "../../harness/contract/suite-definition.ts";
import { metricNote, picturesOf } from "../shared/images/picture-figures.ts";
import { runCurves, runDots } from "../shared/run-figures.ts";
import { CHANGES, PEOPLE } from "./attributes.ts";
import { METRICS } from "./metrics.ts";
import type { Settings } from "./plan.ts";

const list = (items: readonly { readonly title: string; readonly description: string }[]): string =>
  items.map(({ title, description }) => `${title} ${description}`).join("; ");

export function figures(runs: readonly StoredRun[], settingsOf: SettingsOf<Settings>): readonly Figure[] {
  if (runs.length === 0) return [];
  const panels = picturesOf(runs, "grid", settingsOf, {
    columns: CHANGES.length,
    titles: { columnTitles: CHANGES.map(({ title }) => title), rowTitles: PEOPLE.map(({ title }) => title) },
    note: metricNote("attributeEffect", (value) => `attributes change ${value.toPrecision(2)} of what z changes`),
  });
  return [
    {
      kind: "images",
      id: "conditional",
      title: "One code under other attributes",
      caption: `One z in every cell. Rows: ${list(PEOPLE)}. Columns: ${list(CHANGES)}.`,
      panels,
    },
    runDots(runs, METRICS),
    runCurves(runs, ["discriminatorLoss", "generatorLoss"], "Losses along training."),
  ];
}
