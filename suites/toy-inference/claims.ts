/** What the paper says of the toy's figure: how ALI, two encoders put on a GAN afterwards, and a VAE infer and generate. */
import { published } from "../../baselines/papers/ali/published.ts";
import type { Claim, OrderingClaim } from "../../harness/contract/claims.ts";
import type { RegressionMetric } from "../../harness/contract/suite.ts";
import { PLACE } from "../toy-modes/claims.ts";
import { type MetricKey, QUANTITIES } from "./metrics.ts";
import type { Slot } from "./plan.ts";

export const ASSUMPTION =
  "toy-inference protocol, version 1: runs as in the toy protocol, version 1; the second stage and every measure are ours";

const TEXT = `${PLACE}, text on the figure`;
const CAPTION = `${PLACE}, caption of the figure`;

/** `arms` [greater, lesser] in a quantity, pair by pair. */
function ordering(
  id: string,
  place: string,
  family: string,
  quantity: keyof typeof QUANTITIES,
  arms: OrderingClaim<Slot>["arms"],
  statement: string,
): Claim<Slot, MetricKey> {
  return {
    kind: "ordering",
    id,
    statement,
    place,
    axis: "run",
    family,
    assumption: ASSUMPTION,
    quantity: QUANTITIES[quantity],
    arms,
    published: null,
    design: "paired",
  };
}

const INVERSE = "toy-inference inverse mapping";
const POST_HOC = "toy-inference post-hoc";
const VAE = "toy-inference VAE";
const FIGURE = "toy-inference caption";
const reconstructsBest = (other: Slot, name: string): Claim<Slot, MetricKey> =>
  ordering(
    `vae-reconstructs-better-than-${other}`,
    TEXT,
    VAE,
    "reconstructionError",
    [other, "vae"],
    `The VAE reconstructs best: ${name}'s reconstruction error is above its.`,
  );

// biome-ignore format: one line is one claim
export const CLAIMS: readonly Claim<Slot, MetricKey>[] = [
  {
    kind: "qualitative",
    id: "ali-matches-prior",
    statement: "ALI's q(z) matches p(z) fairly well.",
    place: TEXT,
    axis: "run",
    family: "toy-inference ALI",
    assumption: ASSUMPTION,
    reason:
      "No number and no threshold for “fairly well”. Beside it: latentEnergy, the distance of q(z) to the prior, and latentEnergyNull95, what 10,000 draws of the prior itself stay below in 95 of 100 cases.",
  },
  ordering("ali-organised-over-inverse", TEXT, INVERSE, "latentPurity", ["ali", "inverse"], "ALI's clusters of codes are organised, those of the learned inverse mapping are not: its codes are purer."),
  ordering("inverse-covers-prior-worse", TEXT, INVERSE, "latentHoles", ["inverse", "ali"], "The learned inverse mapping covers the prior poorly: its q(z) has more holes than ALI's."),
  ordering("inverse-matches-prior-worse", TEXT, INVERSE, "latentEnergy", ["inverse", "ali"], "The learned inverse mapping's q(z) is further from the prior than ALI's."),
  ordering("inverse-drops-modes-ali", TEXT, INVERSE, "reconstructedModes", ["ali", "inverse"], "The learned inverse mapping's reconstructions drop modes: ALI keeps more."),
  ordering("inverse-drops-modes-vae", TEXT, INVERSE, "reconstructedModes", ["vae", "inverse"], "The learned inverse mapping's reconstructions drop modes: the VAE keeps more."),
  ordering("post-hoc-over-inverse", TEXT, POST_HOC, "latentEnergy", ["inverse", "post-hoc"], "Post-hoc inference matches q(z) to p(z) better than the learned inverse mapping."),
  ordering("post-hoc-under-ali", TEXT, POST_HOC, "latentEnergy", ["post-hoc", "ali"], "Post-hoc inference matches q(z) to p(z) worse than ALI."),
  {
    kind: "point",
    id: "vae-modes",
    statement: "The VAE covers all 25 modes.",
    place: TEXT,
    axis: "run",
    family: VAE,
    assumption: ASSUMPTION,
    quantity: QUANTITIES.modes,
    arm: "vae",
    published: published("toy/vae/modes"),
    margin: { value: 0.5, reason: "“all” is kept when fewer than one run in two loses a mode" },
  },
  reconstructsBest("inverse", "the learned inverse mapping"),
  reconstructsBest("post-hoc", "post-hoc inference"),
  reconstructsBest("ali", "ALI"),
  ordering("vae-smears", TEXT, VAE, "smear", ["vae", "ali"], "The VAE smears its samples between the modes: more of them lie off every mode than ALI's."),
  ordering("vae-leaves-holes", TEXT, VAE, "latentHoles", ["vae", "ali"], "The VAE leaves holes in q(z): more of them than ALI."),
  ordering("ali-covers-latent-over-post-hoc", CAPTION, FIGURE, "latentHoles", ["post-hoc", "ali"], "ALI covers the latent space better than post-hoc inference."),
  ordering("ali-samples-better", CAPTION, FIGURE, "smear", ["inverse", "ali"], "ALI makes better samples than the GAN that both encoders are put on: fewer lie off every mode."),
];

/** What a changed model is judged by. Distances first: counts are at their ceiling in `quick`. */
export const REGRESSION: readonly RegressionMetric<MetricKey>[] = [
  { quantity: QUANTITIES.latentHoles, margin: { value: 0.05, reason: "one twentieth of the prior's mass" } },
  { quantity: QUANTITIES.latentPurity, margin: { value: 0.05, reason: "one neighbour in twenty" } },
  { quantity: QUANTITIES.reconstructionError, margin: { value: 0.1, reason: "half a component's SD in quick" } },
  { quantity: QUANTITIES.smear, margin: { value: 0.05, reason: "one sample in twenty" } },
];
