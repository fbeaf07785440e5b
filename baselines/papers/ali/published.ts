/**
 * Every number the paper prints, once, with its place and what its ± is. "Adversarially Learned Inference", Dumoulin,
 * Belghazi, Poole, Mastropietro, Lamb, Arjovsky and Courville, arXiv 1606.00704, ICLR 2017. Errors are in percent.
 */
import type { PublishedValue } from "../../../harness/contract/claims.ts";
import { counts, percentagesOf } from "../../../harness/contract/grain.ts";
import { unknownName } from "../../../harness/errors.ts";

const TOY = 'section "Importance of learning inference jointly with generation"';
const SVHN = "table tab:semi-supervised-svhn, 1000 labels";
const SVHN_TEXT = "text beside table tab:semi-supervised-svhn";
const CIFAR10 = "table tab:semi-supervised-cifar10";
/** Errors on the test sets of SVHN and CIFAR10. */
const svhn = { place: SVHN, unit: "%", grain: percentagesOf(26_032) } as const;
const cifar10 = { place: CIFAR10, unit: "%", grain: percentagesOf(10_000) } as const;

/** Numbers of components, of 25. */
const toy = { place: TOY, unit: "modes", n: 10, axis: "run", grain: counts(25, 1) } as const;
/** Cited numbers of other papers, as this paper prints them: without ±, n or axis. */
const cited = { spread: { kind: "none" }, n: null, axis: null } as const;
/** Salimans et al. 2016 speak of ten splits of the labels and do not say what their ± is. */
const salimans = { n: 10, axis: "labelDraw" } as const;
/** The caption says that ALI's bars are three standard deviations; it does not say of how many what. */
const ali = { ...cifar10, n: null, axis: null } as const;

export const PUBLISHED = [
  // Toy, 25 Gaussians. The text does not define the ±; it is read as the SD over the ten runs.
  { ...toy, id: "toy/ali/modes", mean: 13.4, spread: { kind: "sd", value: 5.8 }, min: 8, max: 25 },
  { ...toy, id: "toy/gan/modes", mean: 10.4, spread: { kind: "sd", value: 9.2 }, min: 1, max: 22 },
  { ...toy, id: "toy/vae/modes", mean: 25, spread: { kind: "none" }, n: null, axis: null, grain: counts(25, 0) },

  // SVHN, test error.
  { ...svhn, ...cited, id: "svhn/m1-m2/1000", mean: 36.02 },
  { ...svhn, ...cited, id: "svhn/swwae/1000", mean: 23.56 },
  // The DCGAN paper itself prints 22.48.
  { ...svhn, ...cited, id: "svhn/dcgan-l2-svm/1000", mean: 22.18 },
  { ...svhn, ...cited, id: "svhn/sdgm/1000", mean: 16.61 },
  { ...svhn, ...salimans, id: "svhn/gan-fm/1000", mean: 8.11, spread: { kind: "unknown", value: 1.3 } },
  // Over 100 draws of labels on the features of one encoder (the authors' script, ddof = 0): no training-seed variance.
  {
    ...svhn,
    id: "svhn/ali-l2-svm/1000",
    mean: 19.14,
    spread: { kind: "sd", value: 0.5 },
    n: 100,
    axis: "labelDraw",
  },
  {
    ...svhn,
    id: "svhn/ali/1000",
    mean: 7.42,
    spread: { kind: "unknown", value: 0.65 },
    n: null,
    axis: null,
  },
  // "Roughly 3.00 ± 0.50 %" below DCGAN: first minus second, hence negative.
  {
    id: "svhn/ali-l2-svm-minus-dcgan-l2-svm/1000",
    place: SVHN_TEXT,
    unit: "percentage points",
    mean: -3,
    spread: { kind: "unknown", value: 0.5 },
    n: null,
    axis: null,
  },

  // CIFAR10, test error.
  { ...cifar10, ...cited, id: "cifar10/ladder/4000", mean: 20.4 },
  { ...cifar10, ...cited, id: "cifar10/catgan/4000", mean: 19.58 },
  { ...cifar10, ...salimans, id: "cifar10/gan-fm/1000", mean: 21.83, spread: { kind: "unknown", value: 2.01 } },
  { ...cifar10, ...salimans, id: "cifar10/gan-fm/2000", mean: 19.61, spread: { kind: "unknown", value: 2.09 } },
  { ...cifar10, ...salimans, id: "cifar10/gan-fm/4000", mean: 18.63, spread: { kind: "unknown", value: 2.32 } },
  { ...cifar10, ...salimans, id: "cifar10/gan-fm/8000", mean: 17.72, spread: { kind: "unknown", value: 1.82 } },
  { ...ali, id: "cifar10/ali/1000", mean: 19.98, spread: { kind: "3sd", value: 0.89 } },
  { ...ali, id: "cifar10/ali/2000", mean: 19.09, spread: { kind: "3sd", value: 0.44 } },
  { ...ali, id: "cifar10/ali/4000", mean: 17.99, spread: { kind: "3sd", value: 1.62 } },
  { ...ali, id: "cifar10/ali/8000", mean: 17.05, spread: { kind: "3sd", value: 1.49 } },
] as const satisfies readonly PublishedValue[];

export type PublishedId = (typeof PUBLISHED)[number]["id"];

/** The printed number of that id, with its literal type where the id is a literal. Throws for an id that is not printed. */
export function published<Id extends PublishedId>(id: Id): Extract<(typeof PUBLISHED)[number], { readonly id: Id }>;
export function published(id: string): PublishedValue;
export function published(id: string): PublishedValue {
  const value = PUBLISHED.find((entry) => entry.id === id);
  if (value === undefined)
    throw unknownName(
      "published value",
      id,
      PUBLISHED.map((entry) => entry.id),
    );
  return value;
}
