/** What the paper leaves open here, as open questions. */
import type { OpenQuestion } from "../../harness/contract/readings.ts";
import { hyperparameterQuestion } from "../toy-modes/readings.ts";

/** What the setting of a VAE's runs ends with when its likelihood has unit variance. */
export const UNIT_VARIANCE = "unit-variance";

type Question = OpenQuestion<"vae", never>;
export const QUESTIONS: readonly [Question, ...Question[]] = [
  hyperparameterQuestion("random", "random-narrow", "fixed", "fixed-beta1-0.8"),
  {
    id: "VAE likelihood",
    question: "The variance of the VAE's Gaussian likelihood, which decides how much it smears",
    options: [
      { id: "learned s", description: "the VAE's likelihood has one standard deviation s, learned from 1 on" },
      {
        id: "s = 1",
        description: "the VAE's likelihood has unit variance: a squared error",
        armSetting: { vae: UNIT_VARIANCE },
      },
    ],
  },
];
