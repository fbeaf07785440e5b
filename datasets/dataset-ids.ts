/** What the paper's experiments want. */
export const DATASET_IDS = ["svhn", "cifar10", "celeba", "imagenet-64"] as const;
export type DatasetId = (typeof DATASET_IDS)[number];
