/** A linear classifier on the features of an encoder that never saw a label: ALI and DCGAN on SVHN, 1,000 labels. */
import { imageAli } from "../../baselines/models/ali/images.ts";
import { dcgan } from "../../baselines/models/dcgan/images.ts";
import { defineSuite } from "../../harness/plan/define-suite.ts";
import { imagesOfRun, officialData } from "../shared/images/data.ts";
import { runAli } from "./ali.ts";
import { CLAIMS, PLACE, REGRESSION } from "./claims.ts";
import { runDcgan } from "./dcgan.ts";
import { figures } from "./figures.ts";
import { METRICS } from "./metrics.ts";
import { planOf } from "./plan.ts";
import { linearProtocol } from "./protocol.ts";
import { QUESTIONS } from "./readings.ts";
import { isOfAli, settingsSchema } from "./settings.ts";

export const svhnL2SvmSuite = defineSuite({
  file: import.meta.filename,
  id: "svhn-l2-svm",
  title: "SVHN, 1,000 labels: an L2-SVM on learned features",
  version: 2,
  place: PLACE,
  settings: settingsSchema,
  arms: { "ali-l2-svm": imageAli, "dcgan-l2-svm": dcgan },
  metrics: METRICS,
  claims: CLAIMS,
  questions: QUESTIONS,
  regression: REGRESSION,
  protocol: linearProtocol,
  usesPapersData: (profile) => officialData(["svhn"], profile),
  plan: planOf,
  run(settings, context, { spec }) {
    const data = imagesOfRun("svhn", spec);
    return isOfAli(settings)
      ? runAli(settings, spec, imageAli, data, context)
      : runDcgan(settings, spec, dcgan, data, context);
  },
  figures,
});
