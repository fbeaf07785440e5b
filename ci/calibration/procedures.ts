/** Every procedure that decides something, with what is true in a simulated study and what it must then not say. */
import { CHANGES } from "./changes.ts";
import { FAMILIES } from "./families.ts";
import { NESTED } from "./nested.ts";
import { NUMBERS } from "./numbers.ts";
import { ORDERINGS } from "./orderings.ts";
import type { Procedure } from "./procedure.ts";
import { RANGES } from "./ranges.ts";
import { UNSEEN } from "./unseen.ts";

export { TRIED } from "./tried.ts";

export const PROCEDURES: readonly Procedure[] = [
  ...NUMBERS,
  ...UNSEEN,
  ...ORDERINGS,
  ...RANGES,
  ...FAMILIES,
  ...NESTED,
  ...CHANGES,
];
