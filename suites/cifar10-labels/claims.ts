/** What the paper says of CIFAR10 with few labels, as claims. */
import { published } from "../../baselines/papers/ali/published.ts";
import type { Claim as AnyClaim } from "../../harness/contract/claims.ts";
import { ASSUMPTIONS, AXIS, ERROR, ONE_POINT } from "../shared/few-labels/claims.ts";
import type { MetricKey } from "../shared/few-labels/metrics.ts";

export const PLACE = "table tab:semi-supervised-cifar10";
const TEXT = `text beside ${PLACE}`;
export const LABELS = [1_000, 2_000, 4_000, 8_000] as const;
type Labels = (typeof LABELS)[number];
/** A row at a number of labels. */
export type ArmId = `${"supervised" | "gan-fm" | "ali-k1"}-${Labels}` | "ladder-4000" | "catgan-4000";
type Claim = AnyClaim<ArmId, MetricKey>;
/** The text: a modest improvement, "more specifically for 1000 and 2000". */
const NAMED: readonly number[] = [1_000, 2_000];

const base = { place: PLACE, axis: AXIS } as const;
const ofAli = { assumption: ASSUMPTIONS.aliK1 } as const;
const said = (labels: number): string => labels.toLocaleString("en");

const orderings = LABELS.map(
  (labels): Claim => ({
    ...base,
    ...ofAli,
    kind: "ordering",
    id: `ali-below-gan-fm-${labels}`,
    place: TEXT,
    family: NAMED.includes(labels)
      ? "ALI against feature matching, 1,000 and 2,000 labels"
      : "ALI against feature matching, more labels",
    statement: `With ${said(labels)} labels ALI has a lower test error than GAN with feature matching.`,
    quantity: ERROR,
    arms: [`gan-fm-${labels}`, `ali-k1-${labels}`],
    published: [published(`cifar10/gan-fm/${labels}`), published(`cifar10/ali/${labels}`)],
    design: "paired",
  }),
);

const TRENDS: readonly Claim[] = [
  {
    ...base,
    ...ofAli,
    kind: "trend",
    id: "ali-falls",
    family: "trends",
    statement: "ALI's test error falls as labels grow from 1,000 to 8,000.",
    quantity: ERROR,
    arms: LABELS.map((labels) => `ali-k1-${labels}` as const),
    direction: "falling",
  },
  {
    ...base,
    kind: "trend",
    id: "gan-fm-falls",
    family: "trends",
    statement: "The test error of GAN with feature matching falls as labels grow from 1,000 to 8,000.",
    quantity: ERROR,
    arms: LABELS.map((labels) => `gan-fm-${labels}` as const),
    direction: "falling",
  },
];

const points = LABELS.flatMap((labels): Claim[] => {
  const ali = published(`cifar10/ali/${labels}`);
  const ganFm = published(`cifar10/gan-fm/${labels}`);
  return [
    {
      ...base,
      ...ofAli,
      kind: "point",
      id: `ali-error-${labels}`,
      family: "errors of ALI",
      statement: `ALI has ${ali.mean} % test error with ${said(labels)} labels.`,
      quantity: ERROR,
      arm: `ali-k1-${labels}`,
      published: ali,
      margin: ONE_POINT,
    },
    {
      ...base,
      kind: "point",
      id: `gan-fm-error-${labels}`,
      family: "errors of feature matching",
      statement: `GAN with feature matching has ${ganFm.mean} % test error with ${said(labels)} labels.`,
      quantity: ERROR,
      arm: `gan-fm-${labels}`,
      published: ganFm,
      margin: ONE_POINT,
    },
  ];
});

const CITED: readonly Claim[] = [
  {
    ...base,
    kind: "point",
    id: "ladder-error-4000",
    family: "cited errors",
    statement: "The Ladder network has 20.40 % test error with 4,000 labels.",
    quantity: ERROR,
    arm: "ladder-4000",
    published: published("cifar10/ladder/4000"),
    margin: ONE_POINT,
  },
  {
    ...base,
    kind: "point",
    id: "catgan-error-4000",
    family: "cited errors",
    statement: "CatGAN has 19.58 % test error with 4,000 labels.",
    quantity: ERROR,
    arm: "catgan-4000",
    published: published("cifar10/catgan/4000"),
    margin: ONE_POINT,
    assumption: ASSUMPTIONS.catgan,
  },
];

export const CLAIMS: readonly Claim[] = [...orderings, ...TRENDS, ...points, ...CITED];
