/** What the paper leaves open here, as axes of readings. */
import type { ReadingAxis } from "../../harness/contract/readings.ts";
import { hyperparameterAxis } from "../toy-modes/readings.ts";

/** What the setting of a VAE's runs ends with when its likelihood has unit variance. */
export const UNIT_VARIANCE = "unit-variance";

type Axis = ReadingAxis<"vae", never>;
export const AXES: readonly [Axis, ...Axis[]] = [
  hyperparameterAxis("random", "random-narrow", "fixed", "fixed-beta1-0.8"),
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
