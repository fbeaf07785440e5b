/** Interpolations between faces: codes of two validation images, and the decoded line between them. */
import { imageAli } from "../../baselines/models/ali/images.ts";
import { defineSuite } from "../../harness/plan/define-suite.ts";
import { officialData } from "../shared/images/data.ts";
import { imageProtocol } from "../shared/images/protocol.ts";
import { CLAIMS, PLACE, REGRESSION } from "./claims.ts";
import { figures } from "./figures.ts";
import { METRICS } from "./metrics.ts";
import { planOf, SETTINGS } from "./plan.ts";
import { run } from "./run.ts";

export const celebaInterpolationsSuite = defineSuite({
  file: import.meta.filename,
  id: "celeba-interpolations",
  title: "Interpolations on CelebA",
  version: 1,
  place: PLACE,
  settings: SETTINGS,
  arms: { "ali-celeba": imageAli },
  metrics: METRICS,
  claims: CLAIMS,
  reading: { id: "table", description: "networks as printed" },
  regression: REGRESSION,
  protocol: (plan, settingsOf) => [
    ...imageProtocol(plan, settingsOf),
    {
      field: "Interpolations",
      paper: "between pairs of validation images, linear in z; originals in the outer columns",
      code: "the same; codes are sampled",
      ours: "the same; the first images of the validation split, in pairs",
      why: "the figure's images are not named",
    },
  ],
  usesPapersData: (profile) => officialData(["celeba"], profile),
  plan: planOf,
  run,
  figures,
});
