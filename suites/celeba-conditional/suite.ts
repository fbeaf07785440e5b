/** Faces of one code under other attributes: ALI told 40 attributes of every image. */
import { conditionalAli } from "../../baselines/models/conditional-ali/images.ts";
import type { Suite } from "../../harness/contract/suite.ts";
import { officialData } from "../shared/images/data.ts";
import { CLAIMS, PLACE, REGRESSION } from "./claims.ts";
import { figures } from "./figures.ts";
import { METRICS } from "./metrics.ts";
import { planOf, SUITE, VERSION } from "./plan.ts";
import { conditionalProtocol } from "./protocol.ts";
import { AXES, READINGS } from "./readings.ts";
import { run } from "./run.ts";

export const celebaConditionalSuite: Suite = {
  id: SUITE,
  title: "Conditional generation on CelebA",
  version: VERSION,
  place: PLACE,
  claims: CLAIMS,
  readings: READINGS,
  readingAxes: AXES,
  protocol: conditionalProtocol,
  regression: REGRESSION,
  metrics: METRICS,
  usesPapersData: (profile) => officialData(["celeba"], profile),
  plan: (profile, engineClass, { replicates = 1 }) => planOf(profile, engineClass, replicates, conditionalAli.version),
  run,
  figures,
};
