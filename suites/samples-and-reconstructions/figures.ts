/** Pictures of the suite's runs: samples, reconstructions, nearest training images, learning curves. */
import type { Figure } from "../../harness/contract/figures.ts";
import type { StoredRun } from "../../harness/contract/suite.ts";
import type { SettingsOf } from "../../harness/contract/suite-definition.ts";
import {
  IMAGE_CURVES,
  IMAGE_CURVES_CAPTION,
  metricNote,
  picturesOf,
  samplesAndPairs,
} from "../shared/images/picture-figures.ts";
import { runCurves, runDots } from "../shared/run-figures.ts";
import { METRICS } from "./metrics.ts";
import type { Settings } from "./settings.ts";

export function figures(runs: readonly StoredRun[], settingsOf: SettingsOf<Settings>): readonly Figure[] {
  if (runs.length === 0) return [];
  const trained = runs.filter(({ record }) => record.spec.updates > 0);
  return [
    ...samplesAndPairs(runs, settingsOf),
    {
      kind: "images",
      id: "nearest",
      title: "Nearest training images",
      caption: "Odd columns: samples. Even columns: the training image at the least squared pixel distance.",
      panels: picturesOf(runs, "nearest", settingsOf, {
        columns: 10,
        note: metricNote(
          "nearestRatio",
          (value) => `median distance ${value.toPrecision(3)} of that of held-out images`,
        ),
      }),
    },
    runDots(runs, METRICS),
    ...(trained.length > 0 ? [runCurves(trained, IMAGE_CURVES, IMAGE_CURVES_CAPTION)] : []),
  ];
}
