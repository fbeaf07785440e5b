/** Samples and reconstructions of ALI on four sets of images: the paper's pictures, with numbers beside them. */
import { imageAli } from "../../baselines/models/ali/images.ts";
import type { ImageModelSettings } from "../../baselines/models/image-settings.ts";
import type { ImageModel } from "../../harness/contract/model.ts";
import { crossReadings } from "../../harness/contract/readings.ts";
import type { Suite } from "../../harness/contract/suite.ts";
import { officialData } from "../shared/images/data.ts";
import { imageProtocol } from "../shared/images/protocol.ts";
import { CLAIMS, PLACE, REGRESSION } from "./claims.ts";
import { figures } from "./figures.ts";
import { METRICS } from "./metrics.ts";
import { planOf, SUITE, VERSION } from "./plan.ts";
import { AXES } from "./readings.ts";
import { run } from "./run.ts";
import { SLOTS } from "./settings.ts";

function samplesAndReconstructions(ali: ImageModel<ImageModelSettings>): Suite {
  return {
    id: SUITE,
    title: "Samples and reconstructions of images",
    version: VERSION,
    place: PLACE,
    claims: CLAIMS,
    readings: crossReadings(AXES),
    readingAxes: AXES,
    protocol: imageProtocol,
    regression: REGRESSION,
    metrics: METRICS,
    usesPapersData: (profile) => officialData(Object.values(SLOTS), profile),
    plan: (profile, engineClass, { replicates }) =>
      planOf(profile, engineClass, { modelVersion: ali.version, ...(replicates === undefined ? {} : { replicates }) }),
    run: (spec, context) => run(spec, ali, context),
    figures,
  };
}

export const samplesAndReconstructionsSuite = samplesAndReconstructions(imageAli);
