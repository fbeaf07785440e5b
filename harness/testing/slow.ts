import { walker } from "./slotted.ts";

/** A model with a module of its own, as models have. */
export const slow = { ...walker({ target: 0.9 }), file: import.meta.filename };
