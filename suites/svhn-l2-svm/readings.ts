/** What the paper leaves open of the linear classifier. */
import type { OpenQuestion } from "../../harness/contract/readings.ts";
import { DRAWS } from "../../harness/svm/draws.ts";
import { metricName } from "./metrics.ts";

const SETS = ["hidden", "top", "mean"] as const;

export const QUESTIONS: readonly [OpenQuestion, ...OpenQuestion[]] = [
  {
    id: "label draws",
    question: "1,000 labels drawn class-balanced (the code) or at random (the text)?",
    options: [
      { id: "balanced", description: "the first 100 of each class in a random order", setting: "table" },
      {
        id: "at random",
        description: "1,000 images at random",
        setting: "table",
        metrics: Object.fromEntries(
          SETS.flatMap((set) =>
            (["error", "drawSd"] as const).map((what) => [
              metricName(what, set, "balanced"),
              metricName(what, set, "at random"),
            ]),
          ),
        ),
      },
    ],
  },
  {
    id: "features",
    question:
      "Which features? The text says 8,960 numbers; the printed table gives 5,376 of the layers that the code names.",
    options: [
      {
        id: "three hidden layers and μ",
        description: "batch-norm outputs of the encoder's last three hidden layers and μ: 5,376 numbers",
      },
      ...(["top", "mean"] as const).map((set) => ({
        id: set === "top" ? "two hidden layers and μ" : "μ",
        description: set === "top" ? "without the layer of 4 × 4 maps: 1,280 numbers" : "μ alone: 256 numbers",
        metrics: Object.fromEntries(
          DRAWS.flatMap((kind) =>
            (["error", "drawSd"] as const).map((what) => [
              metricName(what, "hidden", kind),
              metricName(what, set, kind),
            ]),
          ),
        ),
      })),
    ],
  },
  {
    id: "ddof",
    question: "Is the printed ± an SD with ddof 0 (the script's) or 1?",
    options: [
      { id: "ddof 0", description: "the printed SD has ddof 0, as the script's", printedDdof: 0 },
      { id: "ddof 1", description: "the printed SD has ddof 1" },
    ],
  },
];
