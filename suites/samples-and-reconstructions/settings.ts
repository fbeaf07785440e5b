/** What a run does, per budget and dataset. */
import { z } from "zod";
import type { ImageNetworkId } from "../../baselines/models/image-settings.ts";
import type { DatasetId } from "../../datasets/dataset-ids.ts";
import { IMAGE_RUN, type ImageRunSettings } from "../shared/images/settings.ts";

/** Slots: a model on a dataset. */
export const SLOTS = {
  "ali-cifar10": "cifar10",
  "ali-svhn": "svhn",
  "ali-celeba": "celeba",
  "ali-imagenet-64": "imagenet-64",
} as const satisfies Record<string, DatasetId>;
export type Slot = keyof typeof SLOTS;

/** The networks as the table prints them, or as the authors' code has them. */
export const CODE = "table-code";
export type NetworkReading = "table" | typeof CODE;
export const NETWORKS: Readonly<Record<Slot, Readonly<Partial<Record<NetworkReading, ImageNetworkId>>>>> = {
  "ali-cifar10": { table: "cifar10", [CODE]: "cifar10-code" },
  "ali-svhn": { table: "svhn" },
  "ali-celeba": { table: "celeba", [CODE]: "celeba-code" },
  "ali-imagenet-64": { table: "tiny-imagenet" },
};

/** Training, and the images that a run measures on. */
export const SETTINGS = IMAGE_RUN.extend({
  reconstructed: z.int().positive(),
  compared: z.int().positive(),
  classifierUpdates: z.int().positive(),
});
export type Settings = z.infer<typeof SETTINGS> & ImageRunSettings;
