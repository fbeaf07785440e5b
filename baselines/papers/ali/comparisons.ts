/** Printed numbers that the paper compares, and statements that they must bear out: data for the audit. */
import type { Comparison, CrossCheck } from "../../../harness/contract/comparisons.ts";
import { published } from "./published.ts";

const LABELS = [1000, 2000, 4000, 8000] as const;

export const COMPARISONS: readonly Comparison[] = [
  {
    id: "toy/ali-gan",
    statement: "ALI covers more modes than GAN",
    first: published("toy/ali/modes"),
    second: published("toy/gan/modes"),
  },
  {
    id: "svhn/ali-l2-svm-dcgan",
    statement: "SVHN: ALI with an L2-SVM errs less than DCGAN with an L2-SVM",
    first: published("svhn/ali-l2-svm/1000"),
    second: published("svhn/dcgan-l2-svm/1000"),
  },
  {
    id: "svhn/ali-gan-fm",
    statement: "SVHN: ALI is comparable to GAN with feature matching",
    first: published("svhn/ali/1000"),
    second: published("svhn/gan-fm/1000"),
  },
  ...LABELS.map((labels) => ({
    id: `cifar10/ali-gan-fm/${labels}`,
    statement: `CIFAR10, ${labels} labels: ALI errs less than GAN with feature matching`,
    first: published(`cifar10/ali/${labels}`),
    second: published(`cifar10/gan-fm/${labels}`),
  })),
];

const stated = published("svhn/ali-l2-svm-minus-dcgan-l2-svm/1000");
const ali = published("svhn/ali-l2-svm/1000");
const dcgan = published("svhn/dcgan-l2-svm/1000");
const DCGAN_PAPER = { source: "the DCGAN paper, section 5.2", mean: 22.48 } as const;

export const CROSS_CHECKS: readonly CrossCheck[] = [
  {
    id: "svhn/text-against-table",
    statement: "Text: ALI with an L2-SVM is roughly 3.00 ± 0.50 below DCGAN; the table's difference",
    kind: "difference",
    first: ali,
    second: dcgan,
    stated,
    decimals: 2,
  },
  {
    id: "svhn/text-against-dcgan-paper",
    statement: "The same against the number that the DCGAN paper itself prints",
    kind: "difference",
    first: ali,
    second: DCGAN_PAPER,
    stated,
    decimals: 2,
  },
  {
    id: "svhn/text-plus-minus",
    statement: "The ± 0.50 of that difference follows from those of its terms",
    kind: "difference spread",
    first: ali,
    second: dcgan,
    stated,
    decimals: 2,
  },
  {
    id: "svhn/dcgan-citation",
    statement: "DCGAN with an L2-SVM is cited as printed there",
    kind: "citation",
    cited: dcgan,
    elsewhere: DCGAN_PAPER,
    decimals: 2,
  },
  {
    id: "cifar10/ali-falls",
    statement: "CIFAR10: ALI's error falls as labels grow",
    kind: "falling",
    values: LABELS.map((labels) => published(`cifar10/ali/${labels}`)),
  },
  {
    id: "cifar10/gan-fm-falls",
    statement: "CIFAR10: the error of GAN with feature matching falls as labels grow",
    kind: "falling",
    values: LABELS.map((labels) => published(`cifar10/gan-fm/${labels}`)),
  },
  {
    id: "cifar10/gains-at-1000-and-2000",
    statement: "Text: ALI improves on GAN with feature matching, more specifically for 1000 and 2000 labels",
    kind: "greatest gaps",
    pairs: LABELS.map((labels) => ({
      label: String(labels),
      first: published(`cifar10/ali/${labels}`),
      second: published(`cifar10/gan-fm/${labels}`),
      named: labels <= 2000,
    })),
  },
];

export const NOTES: readonly string[] = [
  "The text does not define the ± of the toy: it is read as the SD over the ten runs, with ddof 1 and with ddof 0.",
  "n = 10 of GAN with feature matching is the ten splits that Salimans et al. 2016 speak of; they do not say what their ± is.",
  "The caption says that ALI's bars on CIFAR10 are three SDs, and not of how many what.",
  "The ± of ALI with an L2-SVM is over 100 label draws of one encoder: it holds no variance of training.",
];
