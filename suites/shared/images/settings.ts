/** Schemas of settings that runs on images share. */
import { z } from "zod";
import {
  type ImageModelSettings,
  type ImageNetworkId,
  PAPER_SETTINGS,
} from "../../../baselines/models/image-settings.ts";

export const SHAPE = z.tuple([z.int().positive(), z.int().positive(), z.int().positive()]).readonly();

/** Of Adam and batch norm. */
export const TRAINING = {
  learningRate: z.number().positive(),
  beta1: z.number(),
  beta2: z.number(),
  epsilon: z.number().positive(),
  initialSd: z.number().positive(),
  batchNormEpsilon: z.number().positive(),
};

/** Of every run that trains ALI on images. */
export const IMAGE_RUN = z.strictObject({
  ...TRAINING,
  network: z.enum(Object.keys(PAPER_SETTINGS) as ImageNetworkId[]),
  widthFactor: z.number().positive(),
  dropoutFactor: z.number().min(0).max(1).optional(),
  batchSize: z.int().positive(),
  latent: z.int().positive(),
  curveEvery: z.int().positive(),
  /** The data's own name. */
  data: z.string(),
  shape: SHAPE,
});
/** Resolved settings of a run that trains on images. */
export type ImageRunSettings = z.infer<typeof IMAGE_RUN> & ImageModelSettings;
