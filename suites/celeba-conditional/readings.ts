/** What the sources leave open of the attributes. */
import type { OpenQuestion } from "../../harness/contract/readings.ts";

type Question = OpenQuestion<never, never>;
export const QUESTIONS: readonly [Question, ...Question[]] = [
  {
    id: "embedding",
    question: "Does the linear embedding of the attributes learn? In the code its parameters are in neither update.",
    options: [
      { id: "trained", description: "it learns with the encoder and decoder", setting: "trained" },
      { id: "fixed", description: "it stays at its random start, as in the code", setting: "fixed" },
    ],
  },
];
