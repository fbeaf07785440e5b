/**
 * What a run of the toy does, per budget and reading. The paper gives no ranges for its random hyperparameters: they
 * stand here and nowhere else; why these ones, see README.md in this folder.
 */
import { z } from "zod";
import type { ToySettings } from "../../baselines/models/toy-settings.ts";
import type { Mixture } from "../../datasets/mixture.ts";
import type { Words2 } from "../../harness/random/philox.ts";
import { Stream, streamKey } from "../../harness/random/seeds.ts";

export { budgetOf } from "../../harness/contract/profiles.ts";

/** Where the hyperparameters of a run come from: drawn at random, or the authors' code's. */
export type HyperparameterSetting = "random" | "random-narrow" | "fixed" | "fixed-beta1-0.8";

/** The authors' code: Adam's β1 is 0.2 because Blocks of that time took 1 − β1 (0.8) as its argument. */
export const FIXED = { learningRate: 1e-4, beta1: 0.2, initialSd: 0.02 } as const;

interface Ranges {
  readonly learningRate: readonly [number, number];
  readonly beta1: readonly [number, number];
  readonly initialSd: readonly [number, number];
}
/** Ranges of the random draws. Learning rate and initialisation are drawn log-uniformly, β1 uniformly. */
export const RANGES: Readonly<Record<"random" | "random-narrow", Ranges>> = {
  random: { learningRate: [1e-5, 1e-3], beta1: [0, 0.9], initialSd: [0.005, 0.08] },
  "random-narrow": { learningRate: [5e-5, 2e-4], beta1: [0.1, 0.3], initialSd: [0.01, 0.04] },
};

export interface Budget {
  readonly mixture: Mixture;
  readonly trainSamples: number;
  readonly network: ToySettings["network"];
  readonly batchSize: number;
  readonly updates: number;
  /** Factor on the learning rate of both readings: short budgets need larger steps. */
  readonly learningRateFactor: number;
  readonly curveEvery: number;
  readonly replicates: number;
  /** A reduced budget leaves the readings out that cost runs and cannot give a verdict there. */
  readonly settings: readonly HyperparameterSetting[];
}
const ALL: readonly HyperparameterSetting[] = ["random", "random-narrow", "fixed", "fixed-beta1-0.8"];
const MAIN: readonly HyperparameterSetting[] = ["random", "fixed"];

/** The mixture of the paper: 25 components on a 5 × 5 grid, SD 0.05. */
export const PAPER_MIXTURE: Mixture = { grid: [-4, -2, 0, 2, 4], sd: 0.05 };
/** An easier one for short budgets: 9 components on a 3 × 3 grid, SD 0.2. */
export const EASY_MIXTURE: Mixture = { grid: [-2, 0, 2], sd: 0.2 };

export const BUDGETS = {
  paper: {
    mixture: PAPER_MIXTURE,
    trainSamples: 100_000,
    network: "paper",
    batchSize: 100,
    updates: 200_000,
    learningRateFactor: 1,
    curveEvery: 2_000,
    replicates: 10,
    settings: ALL,
  },
  quick: {
    mixture: EASY_MIXTURE,
    trainSamples: 20_000,
    network: "quick",
    batchSize: 100,
    updates: 8_000,
    learningRateFactor: 10,
    curveEvery: 400,
    replicates: 10,
    settings: MAIN,
  },
  "quick-wasm": {
    mixture: EASY_MIXTURE,
    trainSamples: 20_000,
    network: "quick",
    batchSize: 50,
    updates: 600,
    learningRateFactor: 10,
    curveEvery: 100,
    replicates: 10,
    settings: MAIN,
  },
  smoke: {
    mixture: EASY_MIXTURE,
    trainSamples: 1_000,
    network: "smoke",
    batchSize: 20,
    updates: 30,
    learningRateFactor: 10,
    curveEvery: 10,
    replicates: 2,
    settings: MAIN,
  },
} as const satisfies Record<string, Budget>;
export type BudgetId = keyof typeof BUDGETS;

/** Hyperparameters of one run: drawn from its own stream under the random settings, the authors' under the fixed ones. */
export function hyperparameters(setting: HyperparameterSetting, budget: Budget, key: Words2) {
  const factor = budget.learningRateFactor;
  const fixed = { ...FIXED, learningRate: FIXED.learningRate * factor };
  if (setting === "fixed") return fixed;
  if (setting === "fixed-beta1-0.8") return { ...fixed, beta1: 0.8 };
  const ranges = RANGES[setting];
  const stream = new Stream(key);
  const uniform = ([low, high]: readonly [number, number]) => low + (high - low) * stream.uniform();
  const logUniform = ([low, high]: readonly [number, number]) => Math.exp(uniform([Math.log(low), Math.log(high)]));
  return {
    learningRate: logUniform(ranges.learningRate) * factor,
    beta1: uniform(ranges.beta1),
    initialSd: logUniform(ranges.initialSd),
  };
}

/** Resolved settings of a run on the toy. */
export const SETTINGS = z.strictObject({
  network: z.enum(["paper", "quick", "smoke"] satisfies ToySettings["network"][]),
  batchSize: z.int().positive(),
  learningRate: z.number().positive(),
  beta1: z.number().min(0).lt(1),
  initialSd: z.number().positive(),
  curveEvery: z.int().positive(),
  trainSamples: z.int().positive(),
  mixture: z.strictObject({ grid: z.array(z.number()).min(1), sd: z.number().positive() }),
});
export type RunSettings = z.infer<typeof SETTINGS>;

export interface RunPlaceOnToy {
  readonly setting: HyperparameterSetting;
  readonly budgetId: BudgetId;
  readonly replicate: number;
  readonly rootSeed: string;
}

/** Resolved settings of a run. One draw of hyperparameters a replicate, the same for every model: the runs are pairs. */
export function runSettings({ setting, budgetId, replicate, rootSeed }: RunPlaceOnToy): RunSettings {
  const budget: Budget = BUDGETS[budgetId];
  const draw = streamKey(rootSeed, `toy-modes/${budgetId}/${setting}/replicate=${replicate}`, "hyperparameters");
  return {
    ...hyperparameters(setting, budget, draw),
    network: budget.network,
    batchSize: budget.batchSize,
    curveEvery: budget.curveEvery,
    trainSamples: budget.trainSamples,
    mixture: { grid: [...budget.mixture.grid], sd: budget.mixture.sd },
  };
}
