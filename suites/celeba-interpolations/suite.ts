/** Interpolations between faces: codes of two validation images, and the decoded line between them. */
import { singleReading } from "../../harness/contract/readings.ts";
import type { Suite } from "../../harness/contract/suite.ts";
import { samplesAndReconstructionsSuite } from "../samples-and-reconstructions/suite.ts";
import { officialData } from "../shared/images/data.ts";
import { imageProtocol } from "../shared/images/protocol.ts";
import { CLAIMS, PLACE, REGRESSION } from "./claims.ts";
import { figures } from "./figures.ts";
import { METRICS } from "./metrics.ts";
import { planOf, SUITE, VERSION } from "./plan.ts";
import { run } from "./run.ts";

export const celebaInterpolationsSuite: Suite = {
  id: SUITE,
  title: "Interpolations on CelebA",
  version: VERSION,
  place: PLACE,
  claims: CLAIMS,
  readings: singleReading("table", "networks as printed"),
  readingAxes: [],
  protocol: (plan) => [
    ...imageProtocol(plan),
    {
      field: "Interpolations",
      paper: "between pairs of validation images, linear in z; originals in the outer columns",
      code: "the same; codes are sampled",
      ours: "the same; the first images of the validation split, in pairs",
      why: "the figure's images are not named",
    },
  ],
  regression: REGRESSION,
  metrics: METRICS,
  usesPapersData: (profile) => officialData(["celeba"], profile),
  plan: (profile, engineClass, options) =>
    planOf(samplesAndReconstructionsSuite.plan(profile, engineClass, options), engineClass),
  run,
  figures,
};
