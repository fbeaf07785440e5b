/** Images with labels, for a classifier: those to train on, and others to see how well it tells them. */
import type { Labelling } from "../../../baselines/models/feature-classifier/objective.ts";
import type { ImageData, ImageReader } from "../../../datasets/image-data.ts";
import { openImages } from "../../../datasets/images.ts";

export interface LabelledImages {
  readonly reader: ImageReader;
  /** The first of its rows, and the one after the last. */
  readonly from: number;
  readonly to: number;
  /** Of all images of the reader: a class each, or all attributes of each as 0 and 1. */
  readonly labels: Uint8Array;
}
export interface LabelledData {
  readonly labelling: Labelling;
  /** Classes, or attributes. */
  readonly outputs: number;
  readonly training: LabelledImages;
  /** The validation images, or where these have no labels the last tenth of the training images. */
  readonly heldOut: LabelledImages;
  close(): void;
}

/** What an image is told by. @throws RangeError for data with neither classes nor attributes. */
export function labellingOf({ name, classes, attributes }: ImageData): Pick<LabelledData, "labelling" | "outputs"> {
  if (classes) return { labelling: "classes", outputs: classes.length };
  if (attributes) return { labelling: "attributes", outputs: attributes.length };
  throw new RangeError(`${name} has neither classes nor attributes: no classifier can be trained on it`);
}

/** @throws RangeError for data whose training images have no labels. */
export function openLabelled(data: ImageData): LabelledData {
  const told = labellingOf(data);
  const readers: ImageReader[] = [];
  const close = (): void => {
    for (const reader of readers) reader.close();
  };
  const open = (split: string): LabelledImages | undefined => {
    const reader = openImages(data, split);
    readers.push(reader);
    const labels = reader.labels();
    return labels.length > 0 ? { reader, from: 0, to: reader.count, labels } : undefined;
  };
  try {
    const all = open("train");
    if (!all) throw new RangeError(`the training images of ${data.name} have no labels`);
    const validation = data.splits.validation ? open("validation") : undefined;
    const cut = validation ? all.to : all.to - Math.ceil(all.to / 10);
    return {
      ...told,
      training: { ...all, to: cut },
      heldOut: validation ?? { ...all, from: cut },
      close,
    };
  } catch (error) {
    close();
    throw error;
  }
}
