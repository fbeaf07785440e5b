/** How much is timed, by budget. */
import { z } from "zod";
import type { ToySettings } from "../../baselines/models/toy-settings.ts";
import type { Alternations } from "./alternate.ts";

export interface StepTimeSettings extends Alternations {
  readonly network: ToySettings["network"];
  /** Side of the matrices that the calibration loop multiplies. */
  readonly loopSize: number;
}
interface Budget extends StepTimeSettings {
  readonly replicates: number;
  readonly scope: string;
}

const NOTHING = "It says nothing of the paper.";

export const BUDGETS = {
  paper: {
    network: "paper",
    loopSize: 256,
    alternations: 21,
    steps: 50,
    replicates: 10,
    scope: `The step of the paper's toy networks, timed at length. ${NOTHING}`,
  },
  quick: {
    network: "paper",
    loopSize: 256,
    alternations: 7,
    steps: 10,
    replicates: 10,
    scope: `The step of the paper's toy networks, timed for some seconds a run. ${NOTHING}`,
  },
  "quick-wasm": {
    network: "paper",
    loopSize: 256,
    alternations: 5,
    steps: 2,
    replicates: 10,
    scope: `The step of the paper's toy networks, timed a few times: the engine is slow. ${NOTHING}`,
  },
  smoke: {
    network: "smoke",
    loopSize: 32,
    alternations: 3,
    steps: 2,
    replicates: 2,
    scope: `It shows that steps can be timed; steps of the smallest networks are nearly all overhead. ${NOTHING}`,
  },
} as const satisfies Record<string, Budget>;
export type BudgetId = keyof typeof BUDGETS;

/** Resolved settings of a run. */
export const SETTINGS = z.strictObject({
  network: z.enum(["paper", "quick", "smoke"] satisfies ToySettings["network"][]),
  loopSize: z.int().positive(),
  alternations: z.int().positive(),
  steps: z.int().positive(),
  /** Name of the processor that it is planned for. */
  processor: z.string(),
});
export type RunSettings = z.infer<typeof SETTINGS>;
