/** Images to train on: what is prepared on this machine, and random access to it. */
import { HarnessError } from "../harness/errors.ts";
import type { DatasetId } from "./dataset-ids.ts";
import { isGenerated, openGenerated } from "./generated-images.ts";
import type { ImageData, ImageReader } from "./image-data.ts";
import { type Manifest, preparedData } from "./prepared/manifest.ts";
import { openPrepared } from "./prepared/open.ts";
import { howToGet } from "./sources/catalogue.ts";

export { howToGet };

/** What is prepared here for it: the official data, else the stand-in that was imported last. Reads small files only. */
export function findImages(dataset: DatasetId): ImageData | undefined {
  const found = preparedData().find((manifest) => manifest.dataset === dataset);
  return found && imagesOf(found);
}

/** @throws HarnessError (exit 3) when the data are missing or broken, and (exit 2) for a split that there is not. */
export function openImages(data: ImageData, split: string): ImageReader {
  if (data.splits[split] === undefined)
    throw new HarnessError(`${data.name} has no split "${split}". Splits: ${Object.keys(data.splits).join(", ")}.`);
  return isGenerated(data) ? openGenerated(data, split) : openPrepared(data, split, howToGet(data.dataset));
}

/** What a manifest tells a suite. */
export function imagesOf({ name, dataset, official, sha256, shape, classes, attributes, splits }: Manifest): ImageData {
  return { name, dataset, official, sha256, shape, classes, attributes, splits };
}
