import { HarnessError } from "../errors.ts";

/** Index of the least error, the first of equal ones. @throws HarnessError for an error that is no number, or none at all. */
export function chooseC(errors: readonly number[]): number {
  if (errors.length === 0) throw new HarnessError("There is no validation error to choose a C by: the grid is empty.");
  const wrong = errors.findIndex((error) => !Number.isFinite(error));
  if (wrong >= 0) throw new HarnessError(`The validation error of C number ${wrong} is ${errors[wrong]}.`);
  return errors.indexOf(errors.reduce((least, error) => Math.min(least, error)));
}

/** exp(linspace(from, to, count)), e.g. (−20, 20, 50). */
export const expGrid = (from: number, to: number, count: number): number[] =>
  Array.from({ length: count }, (_, i) => Math.exp(count === 1 ? from : from + ((to - from) * i) / (count - 1)));
