/**
 * What a run of the toy does, per budget and reading. The paper gives no ranges for its random hyperparameters: they
 * stand here and nowhere else; why these ones, see README.md in this folder.
 */
import type { ToySettings } from "../../baselines/models/toy-settings.ts";
import type { Mixture } from "../../datasets/mixture.ts";
import type { Words2 } from "../../harness/philox.ts";
import { Stream } from "../../harness/seeds.ts";

/** Readings of the paper: hyperparameters drawn at random, or the authors' code's. */
export type ReadingId = "random" | "fixed";

/** The authors' code: Adam's β1 is 0.2 because Blocks of that time took 1 − β1 (0.8) as its argument. */
export const FIXED = { learningRate: 1e-4, beta1: 0.2, initialSd: 0.02 } as const;

/** Ranges of the reading `random`. Learning rate and initialisation are drawn log-uniformly, β1 uniformly. */
export const RANGES = {
  learningRate: [1e-5, 1e-3],
  beta1: [0, 0.9],
  initialSd: [0.005, 0.08],
} as const;

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
}

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
  },
  quick: {
    mixture: EASY_MIXTURE,
    trainSamples: 20_000,
    network: "quick",
    batchSize: 100,
    updates: 4_000,
    learningRateFactor: 10,
    curveEvery: 200,
    replicates: 10,
  },
  "quick-wasm": {
    mixture: EASY_MIXTURE,
    trainSamples: 20_000,
    network: "quick",
    batchSize: 50,
    updates: 300,
    learningRateFactor: 10,
    curveEvery: 50,
    replicates: 10,
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
  },
} as const satisfies Record<string, Budget>;
export type BudgetId = keyof typeof BUDGETS;

/** Hyperparameters of one run: drawn from its own stream under `random`, the authors' under `fixed`. */
export function hyperparameters(reading: ReadingId, budget: Budget, key: Words2) {
  const factor = budget.learningRateFactor;
  if (reading === "fixed") return { ...FIXED, learningRate: FIXED.learningRate * factor };
  const stream = new Stream(key);
  const uniform = ([low, high]: readonly [number, number]) => low + (high - low) * stream.uniform();
  const logUniform = ([low, high]: readonly [number, number]) => Math.exp(uniform([Math.log(low), Math.log(high)]));
  return {
    learningRate: logUniform(RANGES.learningRate) * factor,
    beta1: uniform(RANGES.beta1),
    initialSd: logUniform(RANGES.initialSd),
  };
}
