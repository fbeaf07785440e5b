/** The grain of printed means: of counts, and of percentages of a test set. */
import type { Grain } from "./claims.ts";

/** A mean of counts from 0 to `most`, printed with `decimals` places after the point. */
export const counts = (most: number, decimals: number): Grain => ({
  decimals,
  step: 1,
  stepText: "1",
  low: 0,
  high: most,
});

/** A mean of percentages of `cases` test cases, printed with `decimals` places after the point. */
export const percentagesOf = (cases: number, decimals = 2): Grain => ({
  decimals,
  step: 100 / cases,
  stepText: `100/${cases}`,
  low: 0,
  high: 100,
});
