/** The linear classifiers: features, draws of labels, values of C, per budget. */
import { z } from "zod";
import type { DcganModelSettings } from "../../baselines/models/dcgan/images.ts";
import { expGrid } from "../../harness/svm/choose.ts";
import type { BudgetId } from "../shared/images/budgets.ts";
import { IMAGE_RUN, type ImageRunSettings, SHAPE, TRAINING } from "../shared/images/settings.ts";

export const SLOTS = ["ali-l2-svm", "dcgan-l2-svm"] as const;
export type Slot = (typeof SLOTS)[number];

/** Which of a model's features are concatenated, by name of the set. The first is the primary one. */
export type FeatureSets = Readonly<Record<string, readonly string[]>>;

/** The authors' script of DCGAN: `svhn_semisup_analysis.py`. */
const DCGAN_GRID = [1e-4, 2e-4, 5e-4, 1e-3, 2e-3, 5e-3, 1e-2];

const SVM = z.strictObject({
  /** Labelled images of a draw. */
  labels: z.int().positive(),
  /** Values of C, rising. */
  grid: z.array(z.number().positive()).min(1),
  /** Draws that C is chosen on, by the least mean validation error; the first best wins. */
  chosenOn: z.int().positive(),
  /** Draws that are validated at that C. */
  validationDraws: z.int().nonnegative(),
  /** Draws that are tested at that C. */
  testDraws: z.int().positive(),
});
export type SvmSettings = z.infer<typeof SVM>;

const OF_ALI = IMAGE_RUN.extend({ reconstructed: z.int().positive(), svm: SVM });
export type AliSettings = z.infer<typeof OF_ALI> & ImageRunSettings;
const OF_DCGAN = z.strictObject({
  ...TRAINING,
  initialScaleSd: z.number().positive().optional(),
  l2: z.number().nonnegative(),
  widthFactor: z.number().positive(),
  batchSize: z.int().positive(),
  latent: z.int().positive(),
  curveEvery: z.int().positive(),
  data: z.string(),
  shape: SHAPE,
  svm: SVM,
});
export type DcganRunSettings = z.infer<typeof OF_DCGAN> & DcganModelSettings;
export type Settings = AliSettings | DcganRunSettings;

export const settingsSchema = (arm: Slot): z.ZodType<Settings> => (arm === "ali-l2-svm" ? OF_ALI : OF_DCGAN);
export const isOfAli = (settings: Settings): settings is AliSettings => "network" in settings;

const SIZES: Readonly<
  Record<BudgetId, Pick<SvmSettings, "labels" | "testDraws" | "validationDraws"> & { grid: number }>
> = {
  paper: { labels: 1_000, validationDraws: 10, testDraws: 100, grid: 50 },
  quick: { labels: 1_000, validationDraws: 2, testDraws: 10, grid: 25 },
  "quick-wasm": { labels: 200, validationDraws: 2, testDraws: 5, grid: 25 },
  smoke: { labels: 50, validationDraws: 2, testDraws: 3, grid: 11 },
};

/** ALI chooses C on one draw of 50 values; DCGAN on ten draws of seven values, without a validation of its own. */
export function svmSettings(budget: BudgetId, slot: Slot): SvmSettings {
  const { grid, ...sizes } = SIZES[budget];
  if (slot === "ali-l2-svm") return { ...sizes, grid: expGrid(-20, 20, grid), chosenOn: 1 };
  return { ...sizes, grid: DCGAN_GRID, chosenOn: sizes.validationDraws, validationDraws: 0 };
}

/** Epochs and updates of DCGAN. */
export const DCGAN_EPOCHS = 200;
export const DCGAN_PAPER_IMAGES = 63_257;
export const DCGAN_UPDATES: Readonly<Record<Exclude<BudgetId, "paper">, number>> = {
  quick: 1_500,
  "quick-wasm": 100,
  smoke: 6,
};
