/** Faces of one code under other attributes: ALI told 40 attributes of every image. */
import { conditionalAli } from "../../baselines/models/conditional-ali/images.ts";
import { defineSuite } from "../../harness/plan/define-suite.ts";
import { officialData } from "../shared/images/data.ts";
import { CLAIMS, PLACE, REGRESSION } from "./claims.ts";
import { figures } from "./figures.ts";
import { METRICS } from "./metrics.ts";
import { planOf, SETTINGS } from "./plan.ts";
import { conditionalProtocol } from "./protocol.ts";
import { QUESTIONS } from "./readings.ts";
import { run } from "./run.ts";

export const celebaConditionalSuite = defineSuite({
  file: import.meta.filename,
  id: "celeba-conditional",
  title: "Conditional generation on CelebA",
  version: 1,
  place: PLACE,
  settings: SETTINGS,
  arms: { "conditional-ali": conditionalAli },
  metrics: METRICS,
  claims: CLAIMS,
  questions: QUESTIONS,
  regression: REGRESSION,
  protocol: conditionalProtocol,
  usesPapersData: (profile) => officialData(["celeba"], profile),
  plan: planOf,
  run,
  figures,
});
