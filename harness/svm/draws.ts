/** Which rows of a pool are taken as the labelled ones, many times over. */
import { HarnessError } from "../errors.ts";
import type { Stream } from "../random/seeds.ts";

/**
 * balanced: the first k of each class in a random order of the pool. at random: rows uniformly without replacement,
 * whatever their classes.
 */
export const DRAWS = ["balanced", "at random"] as const;
export type DrawKind = (typeof DRAWS)[number];

export interface DrawPlan {
  readonly kind: DrawKind;
  /** Labelled rows in one draw; of balanced ones a multiple of the classes. */
  readonly size: number;
  readonly classes: number;
}

/**
 * Rows of `labels` (0 … classes − 1) in the order they were met.
 *
 * @throws HarnessError when the pool has too few rows, or too few of a class, or the size cannot be shared out.
 */
export function drawRows(labels: ArrayLike<number>, plan: DrawPlan, stream: Stream): Uint32Array {
  const { kind, size, classes } = plan;
  if (!Number.isInteger(size) || size < 1) throw new HarnessError(`A draw of ${size} rows: it has to be 1 or more.`);
  if (size > labels.length)
    throw new HarnessError(`A draw of ${size} rows from a pool of ${labels.length}. Draw fewer.`);
  const order = stream.permutation(labels.length);
  if (kind === "at random") return order.slice(0, size);
  if (size % classes !== 0)
    throw new HarnessError(
      `${size} rows cannot be shared equally by ${classes} classes. Draw a multiple of ${classes}.`,
    );
  return firstOfEach(order, labels, classes, size / classes);
}

function firstOfEach(order: Uint32Array, labels: ArrayLike<number>, classes: number, each: number): Uint32Array {
  const taken = new Uint32Array(classes);
  const rows = order.filter((row) => {
    const label = labels[row]!;
    if (!(Number.isInteger(label) && label >= 0 && label < classes))
      throw new HarnessError(`The label of row ${row} is ${label}. Labels are 0 … ${classes - 1}.`);
    return taken[label]!++ < each;
  });
  const scarce = taken.findIndex((count) => count < each);
  if (scarce >= 0)
    throw new HarnessError(
      `The pool has ${taken[scarce]} rows of class ${scarce}, and a draw takes ${each} of each. Draw fewer.`,
    );
  return rows;
}
