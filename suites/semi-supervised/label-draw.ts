/** Which images of a training set have labels. */

import { Stream, streamKey } from "../../harness/seeds.ts";
import { drawRows } from "../../harness/svm/draws.ts";

export interface LabelDraw {
  readonly rootSeed: string;
  /** The data's own name. */
  readonly data: string;
  /** Number of the draw. */
  readonly draw: number;
  /** Labelled images, a multiple of the classes. */
  readonly labels: number;
}

/**
 * Rows of the labelled images, as many of each class. It does not depend on the model, so that models are compared on the same labels;
 * of the same draw, fewer labels are a part of more.
 *
 * @param classOf class of each training image
 * @throws HarnessError where there are too few images of a class, or the labels cannot be shared out.
 */
export function labelledRows(
  { rootSeed, data, draw, labels }: LabelDraw,
  classOf: Uint8Array,
  classes: number,
): Uint32Array {
  const stream = new Stream(streamKey(rootSeed, `${data}/labels`, "label draw"), draw);
  return drawRows(classOf, { kind: "balanced", size: labels, classes }, stream);
}

/** The other rows of a training set, in their order. */
export function rowsWithout(labelled: Uint32Array, count: number): Uint32Array {
  const taken = new Set(labelled);
  return Uint32Array.from({ length: count }, (_, row) => row).filter((row) => !taken.has(row));
}
