/** A linear classifier on the features of an encoder that never saw a label: ALI and DCGAN on SVHN, 1,000 labels. */
import { imageAli } from "../../baselines/models/ali/images.ts";
import { dcgan } from "../../baselines/models/dcgan/images.ts";
import { crossReadings } from "../../harness/contract/readings.ts";
import type { Suite } from "../../harness/contract/suite.ts";
import { imagesOfRun, officialData } from "../shared/images/data.ts";
import { runAli } from "./ali.ts";
import { CLAIMS, PLACE, REGRESSION } from "./claims.ts";
import { runDcgan } from "./dcgan.ts";
import { figures } from "./figures.ts";
import { METRICS } from "./metrics.ts";
import { planOf, SUITE, VERSION } from "./plan.ts";
import { linearProtocol } from "./protocol.ts";
import { AXES } from "./readings.ts";
import type { Slot } from "./settings.ts";

type Models = { readonly "ali-l2-svm": typeof imageAli; readonly "dcgan-l2-svm": typeof dcgan };

function svhnL2Svm(models: Models): Suite {
  const versions = Object.fromEntries(Object.entries(models).map(([slot, { version }]) => [slot, version]));
  return {
    id: SUITE,
    title: "SVHN, 1,000 labels: an L2-SVM on learned features",
    version: VERSION,
    place: PLACE,
    claims: CLAIMS,
    readings: crossReadings(AXES),
    readingAxes: AXES,
    protocol: linearProtocol,
    regression: REGRESSION,
    metrics: METRICS,
    usesPapersData: (profile) => officialData(["svhn"], profile),
    plan: (profile, engineClass, { replicates = 1 }) =>
      planOf(profile, engineClass, replicates, versions as Record<Slot, number>),
    run(spec, context) {
      const data = imagesOfRun("svhn", spec);
      return spec.model === "ali-l2-svm"
        ? runAli(spec, models["ali-l2-svm"], data, context)
        : runDcgan(spec, models["dcgan-l2-svm"], data, context);
    },
    figures,
  };
}

export const svhnL2SvmSuite = svhnL2Svm({ "ali-l2-svm": imageAli, "dcgan-l2-svm": dcgan });
