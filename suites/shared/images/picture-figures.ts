/** Pictures that the suites on images share, as plain data. */
import type { Figure, ImagesFigure } from "../../../harness/contract/figures.ts";
import type { StoredRun } from "../../../harness/contract/suite.ts";
import type { SettingsOf } from "../../../harness/contract/suite-definition.ts";
import { groupOf } from "../run-figures.ts";
import { asPixels } from "./reconstruct.ts";
import type { ImageRunSettings } from "./settings.ts";

/** Most runs of a suite whose pictures a page shows. */
const SHOWN = 12;

type Panel = ImagesFigure["panels"][number];
type OfImages = SettingsOf<Pick<ImageRunSettings, "shape" | "data">>;

/** One panel a run that has the array, of values in [0, 1]. */
export function picturesOf(
  runs: readonly StoredRun[],
  array: string,
  settingsOf: OfImages,
  options: {
    readonly columns: number;
    note(run: StoredRun): string;
    readonly titles?: Pick<Panel, "columnTitles" | "rowTitles">;
  },
): readonly Panel[] {
  const shown = runs.filter(({ record }) => record.state !== "finished" || array in record.artifacts).slice(0, SHOWN);
  return shown.map((run) => {
    const { record } = run;
    const { shape, data } = settingsOf(record.spec);
    return {
      title: `${groupOf(run)}, ${record.spec.replicate}: ${data}`,
      note: record.state === "finished" ? options.note(run) : record.state,
      columns: options.columns,
      shape,
      pixels: record.state === "finished" ? asPixels(run.array(array)) : new Uint8Array(0),
      ...options.titles,
    };
  });
}

export const metricNote =
  (key: string, say: (value: number) => string) =>
  ({ record }: StoredRun): string => {
    const value = record.state === "finished" ? record.metrics[key] : undefined;
    return value === undefined ? "" : say(value);
  };

/** Columns of a learning curve on images. */
export const IMAGE_CURVES = [
  "reconstructionMse",
  "matchedShare",
  "posteriorLogSd",
  "discriminatorLoss",
  "generatorLoss",
];
export const IMAGE_CURVES_CAPTION =
  "Reconstruction error of 200 held-out images; that error as a share of the error against another image (1: the codes do not tell images apart); mean log standard deviation of the posterior. Before the first update the decoder gives the mean image, whose error is in the table; it is what a model has to get below.";

/** The error of reconstructions at the end, and what it was along training where the run has a learning curve. */
export function errorNote({ record }: Pick<StoredRun, "record">): string {
  if (record.state !== "finished") return "";
  const { reconstructionMse, matchedShare } = record.metrics;
  if (reconstructionMse === undefined || matchedShare === undefined) return "";
  const along = (column: string, last: number): string => {
    const [first, ...more] = (record.curve[column] ?? []).filter((value) => value !== null);
    if (first === undefined) return last.toPrecision(3);
    const update = `${record.curve.update![0]} update${record.curve.update![0] === 1 ? "" : "s"}`;
    return `${last.toPrecision(3)} (after ${update} ${first.toPrecision(3)}, at the most ${Math.max(first, ...more).toPrecision(3)})`;
  };
  return `mean squared error ${along("reconstructionMse", reconstructionMse)}; over that against other images ${along("matchedShare", matchedShare)}`;
}

/** Samples and reconstructions of runs that keep them, as the paper sets them out. */
export function samplesAndPairs(runs: readonly StoredRun[], settingsOf: OfImages): readonly Figure[] {
  return [
    {
      kind: "images",
      id: "samples",
      title: "Samples",
      caption: "x̃ = Gx(z), z drawn from the prior; not chosen.",
      panels: picturesOf(runs, "samples", settingsOf, {
        columns: 10,
        note: metricNote("frechet", (value) => `Fréchet distance ${value.toPrecision(3)}`),
      }),
    },
    {
      kind: "images",
      id: "reconstructions",
      title: "Reconstructions",
      caption: "Odd columns: held-out images. Even columns: their reconstructions, Gx(ẑ), ẑ drawn from q(z | x).",
      panels: picturesOf(runs, "reconstructions", settingsOf, {
        columns: 10,
        note: errorNote,
      }),
    },
  ];
}
