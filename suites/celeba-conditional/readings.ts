/** What the sources leave open of the attributes. */
import type { ReadingAxis } from "../../harness/contract/readings.ts";

type Axis = ReadingAxis<never, never>;
export const AXES: readonly [Axis, ...Axis[]] = [
  {
    id: "embedding",
    question: "Does the linear embedding of the attributes learn? In the code its parameters are in neither update.",
    options: [
      { id: "trained", description: "it learns with the encoder and decoder", setting: "trained" },
      { id: "fixed", description: "it stays at its random start, as in the code", setting: "fixed" },
    ],
  },
];
