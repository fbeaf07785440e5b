/** Which images of a training set have labels. */

import type { Words2 } from "../../../harness/random/philox.ts";
import { Stream, streamKey } from "../../../harness/random/seeds.ts";
import { drawRows } from "../../../harness/svm/draws.ts";

/** Key of the draws from these data: no model is in it, so that all are compared on the same labels. */
export const labelKey = (rootSeed: string, data: string): Words2 => streamKey(rootSeed, `${data}/labels`, "label draw");

export interface LabelDraw {
  readonly key: Words2;
  /** Number of the draw. */
  readonly draw: number;
  /** Labelled images, a multiple of the classes. */
  readonly labels: number;
}

/**
 * Rows of the labelled images, as many of each class. Of the same draw, fewer labels are a part of more.
 *
 * @param classOf class of each training image
 * @throws HarnessError where there are too few images of a class, or the labels cannot be shared out.
 */
export function labelledRows({ key, draw, labels }: LabelDraw, classOf: Uint8Array, classes: number): Uint32Array {
  return drawRows(classOf, { kind: "balanced", size: labels, classes }, new Stream(key, draw));
}

/** The other rows of a training set, in their order. */
export function rowsWithout(labelled: Uint32Array, count: number): Uint32Array {
  const taken = new Set(labelled);
  return Uint32Array.from({ length: count }, (_, row) => row).filter((row) => !taken.has(row));
}
