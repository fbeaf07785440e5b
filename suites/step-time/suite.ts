/** How long a training step takes, in units of a calibration loop beside it: a slower step is a regression to be seen. */
import { ali } from "../../baselines/models/ali/model.ts";
import { gan } from "../../baselines/models/gan/model.ts";
import { type VaeSettings, vae } from "../../baselines/models/vae/model.ts";
import type { Model } from "../../harness/contract/model.ts";
import { budgetOf } from "../../harness/contract/profiles.ts";
import type { RunContext } from "../../harness/contract/suite.ts";
import type { Measured, RunAsked } from "../../harness/contract/suite-definition.ts";
import { EXIT, HarnessError } from "../../harness/errors.ts";
import { defineSuite } from "../../harness/plan/define-suite.ts";
import { thisMachine } from "../../harness/provenance/this-machine.ts";
import { alternate } from "./alternate.ts";
import { calibrationLoop } from "./calibration.ts";
import { BUDGETS, type BudgetId, type RunSettings, SETTINGS } from "./settings.ts";
import { trainingStep } from "./step.ts";

const ARMS: Readonly<Record<"ali" | "gan" | "vae", Model<VaeSettings>>> = { ali, gan, vae };

/** A tenth slower is e^0.1: 10.5 % more time. */
const MARGIN = {
  value: 0.1,
  reason: "a step 10 % slower is worth a look; on a busy machine medians of the ratio differ by a few per cent",
};

export const stepTimeSuite = defineSuite({
  file: import.meta.filename,
  id: "step-time",
  title: "Time of a training step",
  version: 2,
  place: "not an experiment of the paper: a measure of this harness",
  settings: SETTINGS,
  arms: ARMS,
  metrics: [
    {
      key: "logStep",
      unit: "nats",
      meaning: "natural log of a step's time in calibration loops; 0.1 more is 10.5 % slower",
    },
    { key: "stepMs", unit: "ms", meaning: "median time of a step" },
    { key: "loopMs", unit: "ms", meaning: "median time of a calibration loop" },
  ],
  claims: [],
  reading: { id: "captured", description: "the step as the engine compiles it for training" },
  regression: [
    {
      quantity: { metric: "logStep", label: "log time of a step", unit: "nats", better: "lower", worst: null },
      margin: MARGIN,
      timed: true,
    },
  ],
  protocol: ({ budget }) => {
    const { network, alternations, steps } = BUDGETS[budget as BudgetId];
    return [
      {
        field: "Time of a step",
        paper: null,
        code: null,
        ours: `${network} networks, batch 100: ${alternations} alternations of ${steps} steps and ${steps} calibration loops (products of matrices by the engine) in one process`,
        why: "times of different machines and hours cannot be compared, ratios within a process can",
      },
    ];
  },
  usesPapersData: () => false,
  plan: ({ profile, engineClass, replicates }) => {
    const budget = budgetOf(profile, engineClass);
    const { scope, replicates: usual, ...settings } = BUDGETS[budget];
    const shared = {
      setting: "captured",
      updates: 0, // they are measured, not trained
      // Ratios of two kinds of processors are no more comparable than times.
      settings: { ...settings, processor: thisMachine().cpu },
    };
    const runs = Array.from({ length: replicates ?? usual }, (_, replicate) =>
      (["ali", "gan", "vae"] as const).map((arm) => ({ ...shared, arm, replicate })),
    ).flat();
    return { budget, runs, scope };
  },
  run,
  figures: () => [],
});

async function run(
  settings: RunSettings,
  { engine, seed }: RunContext,
  { spec, model }: RunAsked<typeof ARMS>,
): Promise<Measured<"logStep" | "stepMs" | "loopMs">> {
  const { cpu } = thisMachine();
  if (settings.processor !== cpu)
    throw new HarnessError(
      `${spec.path} is planned for the processor "${settings.processor}", and this is "${cpu}". Plan it where it runs.`,
      EXIT.cannotJudge,
    );
  const step = trainingStep(model, settings, engine, seed);
  const loop = calibrationLoop(settings.loopSize, engine.ops, seed("calibration"));
  try {
    const { ratio, firstMs, secondMs } = await alternate(step.once, loop.once, settings);
    return {
      metrics: { logStep: Math.log(ratio), stepMs: firstMs, loopMs: secondMs },
      curve: {},
      arrays: {},
    };
  } finally {
    step.dispose();
    loop.dispose();
  }
}
