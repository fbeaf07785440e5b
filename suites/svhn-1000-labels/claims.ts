/** What the paper says of SVHN with 1,000 labels, as claims; its two L2-SVMs are claims of svhn-l2-svm. */
import { type PublishedId, published } from "../../baselines/papers/ali/published.ts";
import type { Claim as AnyClaim, Margin } from "../../harness/contract/claims.ts";
import { ASSUMPTIONS, AXIS, ERROR, ONE_POINT } from "../shared/few-labels/claims.ts";
import type { MetricKey } from "../shared/few-labels/metrics.ts";

/** Rows that are trained here. */
export type RowId = "supervised" | "m1-m2" | "swwae" | "sdgm" | "gan-fm" | "ali-k1";
type Claim = AnyClaim<RowId, MetricKey>;

export const PLACE = "table tab:semi-supervised-svhn, 1000 labels";
/** Errors of about 16 to 36 %, cited without a ±. */
const TWO_POINTS: Margin = { value: 2, reason: "about a tenth of the errors that are cited without a ±" };

interface Printed {
  readonly arm: RowId;
  readonly name: string;
  readonly id: PublishedId;
  readonly margin: Margin;
  readonly assumption?: string;
}
const ROWS: readonly Printed[] = [
  {
    arm: "ali-k1",
    name: "ALI without feature matching",
    id: "svhn/ali/1000",
    margin: ONE_POINT,
    assumption: ASSUMPTIONS.aliK1,
  },
  { arm: "gan-fm", name: "GAN with feature matching", id: "svhn/gan-fm/1000", margin: ONE_POINT },
  { arm: "sdgm", name: "The SDGM", id: "svhn/sdgm/1000", margin: TWO_POINTS, assumption: ASSUMPTIONS.sdgm },
  {
    arm: "swwae",
    name: "The SWWAE with dropout",
    id: "svhn/swwae/1000",
    margin: TWO_POINTS,
    assumption: ASSUMPTIONS.swwae,
  },
  { arm: "m1-m2", name: "The VAE (M1 + M2)", id: "svhn/m1-m2/1000", margin: TWO_POINTS, assumption: ASSUMPTIONS.m1m2 },
];

export const CLAIMS: readonly Claim[] = [
  {
    kind: "qualitative",
    id: "comparable-without-feature-matching",
    place: `text beside ${PLACE}`,
    axis: AXIS,
    family: "ALI against feature matching",
    statement: "ALI does not require feature matching to obtain comparable results.",
    reason: "no number says what is comparable: both errors stand in the table, each with its claim",
  },
  ...ROWS.map(
    ({ arm, name, id, margin, assumption }): Claim => ({
      kind: "point",
      id: `${arm}-error`,
      place: PLACE,
      axis: AXIS,
      family: "errors",
      statement: `${name} has ${published(id).mean} % test error with 1,000 labels.`,
      quantity: ERROR,
      arm,
      published: published(id),
      margin,
      ...(assumption !== undefined && { assumption }),
    }),
  ),
];
