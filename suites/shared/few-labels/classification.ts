/** How well images are classified: error, confusions, calibration, confident mistakes. */

/** Guo et al. 2017, "On Calibration of Modern Neural Networks", section 2: M = 15 bins of equal width. */
const BINS = 15;

/** Images that a classifier gives the confidence of a bin to. */
export interface CalibrationBin {
  readonly images: number;
  /** Mean of the largest class probability; null without images. */
  readonly confidence: number | null;
  /** Share that is classified right; null without images. */
  readonly accuracy: number | null;
}
export interface Classification {
  /** Misclassified images, percent. */
  readonly error: number;
  /** Images of class row that were taken for class column, [classes · classes]. */
  readonly confusions: Uint32Array;
  /** From confidence 0 to 1. */
  readonly bins: readonly CalibrationBin[];
  /** Mean absolute difference of accuracy and confidence over bins, weighted by their images. */
  readonly calibrationError: number;
  /** Misclassified images, the most confident first. */
  readonly mistakes: readonly Mistake[];
}
export interface Mistake {
  readonly row: number;
  readonly label: number;
  readonly told: number;
  readonly confidence: number;
}

/**
 * @param probabilities p(y | x) [images, classes], flat
 * @param labels class of each image
 * @throws RangeError when they do not fit each other, there are none, or a probability is no number.
 */
export function classification(probabilities: Float32Array, labels: Uint8Array, classes: number): Classification {
  const count = labels.length;
  if (count === 0 || probabilities.length !== count * classes)
    throw new RangeError(`${probabilities.length} probabilities of ${classes} classes for ${count} images`);
  const confusions = new Uint32Array(classes * classes);
  const sums = Array.from({ length: BINS }, () => ({ images: 0, confidence: 0, right: 0 }));
  const mistakes: Mistake[] = [];
  for (let row = 0; row < count; row++) {
    const of = probabilities.subarray(row * classes, (row + 1) * classes);
    const confidence = Math.max(...of);
    if (!Number.isFinite(confidence)) throw new RangeError(`image ${row} has the class probability ${confidence}`);
    const [told, label] = [of.indexOf(confidence), labels[row]!];
    confusions[label * classes + told]! += 1;
    const bin = sums[Math.max(0, Math.min(BINS - 1, Math.ceil(confidence * BINS) - 1))]!;
    bin.images += 1;
    bin.confidence += confidence;
    bin.right += Number(told === label);
    if (told !== label) mistakes.push({ row, label, told, confidence });
  }
  const gap = sums.reduce((sum, { confidence, right }) => sum + Math.abs(right - confidence), 0);
  return {
    error: (100 * mistakes.length) / count,
    confusions,
    bins: sums.map(({ images, confidence, right }) => ({
      images,
      confidence: images > 0 ? confidence / images : null,
      accuracy: images > 0 ? right / images : null,
    })),
    calibrationError: gap / count,
    mistakes: mistakes.toSorted((a, b) => b.confidence - a.confidence || a.row - b.row),
  };
}
