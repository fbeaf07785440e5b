/** Resolved settings of the tables' runs, with their schemas. */
import { z } from "zod";
import { SHAPE } from "../images/settings.ts";

const count = z.int().nonnegative();

/** Of a row's run, beside the settings of its model, which are the row's affair. */
export const ROW_SETTINGS = z.strictObject({
  /** Id of its row. */
  row: z.string(),
  /** Rows of one family and network have steps of one cost. */
  family: z.string(),
  network: z.string(),
  sizes: z.strictObject({ labelled: count, unlabelled: count }),
  settlingBatches: z.int().positive().optional(),
  labels: z.int().positive(),
  labelKey: z.tuple([z.number(), z.number()]).readonly(),
  model: z.record(z.string(), z.json()),
  curveEvery: z.int().positive(),
  /** Names of the classes. */
  classes: z.array(z.string()).readonly(),
  /** The data's own name. */
  data: z.string(),
  shape: SHAPE,
});
export type RowSettings = Omit<z.infer<typeof ROW_SETTINGS>, "model"> & { readonly model: object };

const size = z.int().positive();
/** Of M1's run. */
export const M1_SETTINGS = z.strictObject({
  model: z.strictObject({
    sizes: z.strictObject({ components: size, hidden: size, latent: size }),
    learningRate: z.number().positive(),
    beta1: z.number(),
    beta2: z.number(),
    epsilon: z.number().positive(),
  }),
  /** Images that the principal components are of. */
  whitenedBy: size,
  /** As in the authors' code; else the components keep their variances, in a basis drawn at random (`inRandomBasis`). */
  whitened: z.boolean(),
  batchSize: size,
  curveEvery: z.int().nonnegative(),
  data: z.string(),
  shape: SHAPE,
});
export type M1RunSettings = z.infer<typeof M1_SETTINGS>;
export type TableSettings = RowSettings | M1RunSettings;
