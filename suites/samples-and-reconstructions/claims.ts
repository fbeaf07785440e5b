/** What the paper says of its pictures, as claims. */
import type { Claim, Quantity } from "../../harness/contract/claims.ts";
import type { RegressionMetric } from "../../harness/contract/suite.ts";
import type { MetricKey } from "./metrics.ts";
import type { Slot } from "./settings.ts";

export const PLACE = 'sections "Samples and reconstructions", figures of CIFAR10, SVHN, CelebA and Tiny ImageNet';
export const RECONSTRUCTION: Quantity<MetricKey> = {
  metric: "reconstructionMse",
  label: "reconstruction error",
  unit: "squared pixel value",
  better: "lower",
  worst: null,
};

const lessFaithful = (other: "svhn" | "celeba" | "imagenet-64", name: string): Claim<Slot, MetricKey> => ({
  kind: "ordering",
  id: `cifar10-less-faithful-than-${other}`,
  place: PLACE,
  axis: "run",
  family: "faithfulness",
  statement: `Reconstructions on CIFAR10 are less faithful than on ${name}.`,
  quantity: RECONSTRUCTION,
  arms: ["ali-cifar10", `ali-${other}`],
  published: null,
  design: "unpaired",
  assumption: "faithfulness, version 1: squared pixel error of validation images, a measure the paper does not name",
});

export const CLAIMS: readonly Claim<Slot, MetricKey>[] = [
  lessFaithful("svhn", "SVHN"),
  lessFaithful("celeba", "CelebA"),
  lessFaithful("imagenet-64", "Tiny ImageNet"),
  {
    kind: "qualitative",
    id: "samples-look-good",
    place: PLACE,
    axis: "run",
    family: "pictures",
    statement: "Samples and reconstructions look as those of the figures.",
    reason: "a picture has no number; the Fréchet distance and the reconstruction error stand beside ours",
  },
  {
    kind: "qualitative",
    id: "encoder-becomes-deterministic",
    place: PLACE,
    axis: "run",
    family: "pictures",
    statement: "The encoder tends to become deterministic during training.",
    reason: "no number is printed; the posterior's standard deviation along training stands in the learning curves",
  },
];

export const REGRESSION: readonly RegressionMetric<MetricKey>[] = [
  {
    quantity: RECONSTRUCTION,
    margin: {
      value: 0.005,
      reason: "an eighth of the error of the mean image on CIFAR10 and SVHN, about 0.04 to 0.06",
    },
  },
];
