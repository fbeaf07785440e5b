/** Which images a run of a profile reads, and what a suite says where they are not here. */
import type { DatasetId } from "../../../datasets/dataset-ids.ts";
import { generatedImages } from "../../../datasets/generated-images.ts";
import type { ImageData } from "../../../datasets/image-data.ts";
import { findImages, howToGet } from "../../../datasets/images.ts";
import type { Profile, RunSpec } from "../../../harness/contract/run.ts";
import type { MissingData } from "../../../harness/contract/suite.ts";
import { EXIT, HarnessError } from "../../../harness/errors.ts";

/** Generated images in each split, for runs of seconds. */
const GENERATED = 300;

/** The images of a dataset: generated ones in `smoke`, else what is prepared here; undefined where nothing is. */
export function imagesFor(dataset: DatasetId, profile: Profile): ImageData | undefined {
  return profile === "smoke" ? generatedImages(dataset, GENERATED) : findImages(dataset);
}

/** True where everything a profile reads is the paper's own. */
export function officialData(datasets: readonly DatasetId[], profile: Profile): boolean {
  return datasets.every((dataset) => imagesFor(dataset, profile)?.official === true);
}

export const missing = (dataset: DatasetId, what: string, leftOut: MissingData["leftOut"]): MissingData => ({
  what,
  how: howToGet(dataset),
  leftOut,
});

/** A budget's name, with those of the data that are not the official ones: it stands in every file name and table. */
export function budgetName(budget: string, data: readonly ImageData[]): string {
  const others = data.filter(({ official }) => !official).map(({ name }) => name);
  return [budget, ...new Set(others)].join("-");
}

/** The sentence on the data of a plan, for its scope. */
export function dataScope(data: readonly ImageData[]): string {
  return data
    .map(({ name, dataset, official, splits }) => {
      const counts = Object.entries(splits).map(([split, count]) => `${split} ${count.toLocaleString("en")}`);
      return official
        ? `Data: ${name} (${counts.join(", ")}).`
        : `Data: ${name}, which is not ${TITLES[dataset]} but stands in for it (${counts.join(", ")}).`;
    })
    .join(" ");
}

/** Names of the datasets as the paper has them. */
export const TITLES: Readonly<Record<DatasetId, string>> = {
  svhn: "SVHN",
  cifar10: "CIFAR10",
  celeba: "CelebA",
  "imagenet-64": "Tiny ImageNet (ILSVRC2012 at 64 × 64)",
};

/** The images of a run's specification. @throws HarnessError (exit 3) where they are not here any more. */
export function imagesOfRun(dataset: DatasetId, { profile, dataSha256, path }: RunSpec): ImageData {
  const data = imagesFor(dataset, profile);
  if (data?.sha256 === dataSha256) return data;
  throw new HarnessError(
    `The images that ${path} reads are not here: ${data ? `${data.name} took their place` : howToGet(dataset)}. Import them again, or run the suite anew.`,
    EXIT.cannotJudge,
  );
}
