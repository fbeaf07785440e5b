/** Fields of planned runs on images. */
import type { ImageData } from "../../../datasets/image-data.ts";
import type { Profile } from "../../../harness/contract/run.ts";
import { budgetName } from "./data.ts";

/** The data of a run; data that are not the official ones stand in its budget's name. */
export const runOn = (budget: string, data: ImageData) => ({
  budget: budgetName(budget, [data]),
  dataSha256: data.sha256,
});

/** The updates that a run of the paper profile would make on the paper's own images, where these are others. */
export const onPapersData = (
  profile: Profile,
  { official }: ImageData,
  updatesOnPapersData: number,
): { readonly updatesOnPapersData?: number } => (profile !== "paper" || official ? {} : { updatesOnPapersData });

/** The numbers 0 to `count` − 1. */
export const replicatesUpTo = (count: number): readonly number[] => Array.from({ length: count }, (_, i) => i);
