/** How long a training step takes, in units of a calibration loop beside it: a slower step is a regression to be seen. */
import { ali } from "../../baselines/models/ali/model.ts";
import { gan } from "../../baselines/models/gan/model.ts";
import { vae } from "../../baselines/models/vae/model.ts";
import { budgetOf } from "../../harness/contract/profiles.ts";
import { singleReading } from "../../harness/contract/readings.ts";
import type { RunSpec } from "../../harness/contract/run.ts";
import type { Measurement, RunContext, Suite } from "../../harness/contract/suite.ts";
import { EXIT, HarnessError } from "../../harness/errors.ts";
import { thisMachine } from "../../harness/provenance/this-machine.ts";
import { alternate } from "./alternate.ts";
import { calibrationLoop } from "./calibration.ts";
import { BUDGETS, type BudgetId, type StepTimeSettings } from "./settings.ts";
import { trainingStep } from "./step.ts";

const SUITE = "step-time";
const VERSION = 2;
const MODELS = { ali, gan, vae };

/** A tenth slower is e^0.1: 10.5 % more time. */
const MARGIN = {
  value: 0.1,
  reason: "a step 10 % slower is worth a look; on a busy machine medians of the ratio differ by a few per cent",
};

export const stepTimeSuite: Suite = {
  id: SUITE,
  title: "Time of a training step",
  version: VERSION,
  place: "not an experiment of the paper: a measure of this harness",
  claims: [],
  readings: singleReading("captured", "the step as the engine compiles it for training"),
  readingAxes: [],
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
  regression: [
    {
      quantity: { metric: "logStep", label: "log time of a step", unit: "nats", better: "lower", worst: null },
      margin: MARGIN,
      timed: true,
    },
  ],
  metrics: [
    {
      key: "logStep",
      unit: "nats",
      meaning: "natural log of a step's time in calibration loops; 0.1 more is 10.5 % slower",
    },
    { key: "stepMs", unit: "ms", meaning: "median time of a step" },
    { key: "loopMs", unit: "ms", meaning: "median time of a calibration loop" },
  ],
  usesPapersData: () => false,
  plan: (profile, engineClass, { replicates }) => {
    const budget = budgetOf(profile, engineClass);
    const { scope, replicates: usual, ...settings } = BUDGETS[budget];
    const runs = Array.from({ length: replicates ?? usual }, (_, replicate) =>
      Object.values(MODELS).map(
        ({ id, version }): RunSpec => ({
          suite: SUITE,
          suiteVersion: VERSION,
          profile,
          budget,
          model: id,
          modelVersion: version,
          setting: "captured",
          replicate,
          path: `${SUITE}/${budget}/${id}/captured/replicate=${replicate}`,
          updates: 0, // they are measured, not trained
          // Ratios of two kinds of processors are no more comparable than times.
          settings: { ...settings, processor: thisMachine().cpu },
          dataSha256: "none",
        }),
      ),
    ).flat();
    return { profile, budget, runs, scope };
  },
  run,
  figures: () => [],
};

async function run(spec: RunSpec, { engine, seed }: RunContext): Promise<Measurement> {
  const settings = spec.settings as unknown as StepTimeSettings & { processor: string };
  const { cpu } = thisMachine();
  if (settings.processor !== cpu)
    throw new HarnessError(
      `${spec.path} is planned for the processor "${settings.processor}", and this is "${cpu}". Plan it where it runs.`,
      EXIT.cannotJudge,
    );
  const model = Object.values(MODELS).find(({ id }) => id === spec.model)!;
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
