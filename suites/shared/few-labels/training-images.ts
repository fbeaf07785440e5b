/** The images that the rows are trained on and tested with. */
import type { ImageData, ImageReader } from "../../../datasets/image-data.ts";
import { openImages } from "../../../datasets/images.ts";
import { HELD_OUT } from "../images/budgets.ts";
import { joinedReader } from "../images/joined-reader.ts";
import { imageSize } from "../images/pixels.ts";
import type { LabelledDataset } from "./row.ts";

/** The whole official training set: the published scripts hold none of it out. */
const SPLITS = ["train", HELD_OUT] as const;
export const PAPER_IMAGES: Readonly<Record<LabelledDataset, number>> = { svhn: 73_257, cifar10: 50_000 };
/** M1 alone takes SVHN's extra images as well. */
const EXTRA = "extra";
export const PAPER_EXTRA_IMAGES = 531_131;

export const trainingCount = ({ splits }: ImageData, extra = false): number =>
  [...SPLITS, ...(extra ? [EXTRA] : [])].reduce((sum, split) => sum + (splits[split] ?? 0), 0);

/** One split after the other. Closing it closes their files. */
export function openTraining(data: ImageData, extra = false): ImageReader {
  const splits = [...SPLITS, ...(extra ? [EXTRA] : [])];
  const order = Uint32Array.from({ length: trainingCount(data, extra) }, (_, row) => row);
  return joinedReader(
    splits.map((split) => openImages(data, split)),
    order,
    imageSize(data.shape),
  );
}
