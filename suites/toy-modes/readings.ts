/** What the paper leaves open on the toy, as open questions. */
import type { OpenQuestion } from "../../harness/contract/readings.ts";
import type { MetricKey } from "./metrics.ts";
import type { HyperparameterSetting } from "./settings.ts";

const SETTINGS = {
  random:
    "ten runs with random learning rate, β1 and initialisation SD, as the text says, from wide ranges (a short budget's factor on the learning rate applies)",
  "random-narrow": "the same from ranges of a factor of two about the authors' code's values, β1 0.1 to 0.3",
  fixed: "ten seeds at the authors' settings (learning rate 1e-4, β1 0.2, SD 0.02; a short budget's factor applies)",
  "fixed-beta1-0.8": "the authors' settings as later versions of their library would read them: β1 0.8",
} as const satisfies Record<HyperparameterSetting, string>;

export function hyperparameterQuestion(
  ...ids: readonly [HyperparameterSetting, ...HyperparameterSetting[]]
): OpenQuestion<never, never> {
  const option = (id: HyperparameterSetting) => ({ id, description: SETTINGS[id], setting: id });
  const [first, ...others] = ids;
  return {
    id: "hyperparameters",
    question: "Hyperparameters of the runs, and the ranges of random ones",
    options: [option(first), ...others.map(option)],
  };
}

type Question = OpenQuestion<"ali" | "gan", MetricKey>;
export const QUESTIONS: readonly [Question, ...Question[]] = [
  hyperparameterQuestion("random", "random-narrow", "fixed", "fixed-beta1-0.8"),
  {
    id: "mode threshold",
    question: "How many of 10,000 samples make a mode covered",
    options: [
      { id: "≥ 1 sample", description: "a mode counts from one sample on, as the text says" },
      { id: "≥ 5 samples", description: "a mode counts from 5 samples on", metrics: { modes: "modes5" } },
      { id: "≥ 20 samples", description: "a mode counts from 20 samples on", metrics: { modes: "modes20" } },
    ],
  },
  {
    id: "printed SD",
    question: "What the printed ± divides by",
    options: [
      { id: "ddof 1", description: "printed SDs are sample SDs (n − 1)" },
      { id: "ddof 0", description: "printed SDs are population SDs (n)", printedDdof: 0 },
    ],
  },
];
