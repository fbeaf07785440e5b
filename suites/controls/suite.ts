/** Positive control: can the toy's budget tell ALI from a copy with a planted fault? Nothing here is a claim of the paper. */
import { ali } from "../../baselines/models/ali/model.ts";
import { aliEncoderCut } from "../../ci/faults/encoder-cut.ts";
import type { Claim, Quantity } from "../../harness/claims.ts";
import { hyperparameterAxis } from "../toy-modes/readings.ts";
import { toyModes } from "../toy-modes/suite.ts";

const quantities: readonly Quantity[] = [
  { metric: "modes", label: "modes covered", unit: "modes", better: "higher", worst: 0 },
  { metric: "sharpModes", label: "sharp modes", unit: "modes", better: "higher", worst: 0 },
  { metric: "share3sd", label: "share within 3σ", unit: "share", better: "higher", worst: 0 },
];

const claims = quantities.map(
  (quantity): Claim => ({
    kind: "ordering",
    id: `ali-over-encoder-cut-${quantity.metric}`,
    statement: `ALI is above a copy whose encoder gets no gradient in ${quantity.label}.`,
    place: "a control of this harness, not a claim of the paper",
    axis: "run",
    family: "controls",
    quantity,
    arms: ["ali", "ali-encoder-cut"],
    published: null,
    design: "paired",
  }),
);

export const controlsSuite = toyModes({
  id: "controls",
  title: "Controls: a planted fault on the mixture of Gaussians",
  models: { ali, "ali-encoder-cut": aliEncoderCut },
  claims,
  axes: [hyperparameterAxis("fixed")],
  tests: "the harness",
});
