import { walker } from "./slotted.ts";

/** A model with a module of its own, as models have. */
export const fast = { ...walker(), file: import.meta.filename };
