/** Samples and reconstructions of ALI on four sets of images: the paper's pictures, with numbers beside them. */
import { imageAli } from "../../baselines/models/ali/images.ts";
import { defineSuite } from "../../harness/plan/define-suite.ts";
import { officialData } from "../shared/images/data.ts";
import { imageProtocol } from "../shared/images/protocol.ts";
import { CLAIMS, PLACE, REGRESSION } from "./claims.ts";
import { figures } from "./figures.ts";
import { METRICS } from "./metrics.ts";
import { planOf } from "./plan.ts";
import { QUESTIONS } from "./readings.ts";
import { run } from "./run.ts";
import { SETTINGS, SLOTS } from "./settings.ts";

export const samplesAndReconstructionsSuite = defineSuite({
  file: import.meta.filename,
  id: "samples-and-reconstructions",
  title: "Samples and reconstructions of images",
  version: 2,
  place: PLACE,
  settings: SETTINGS,
  arms: { "ali-cifar10": imageAli, "ali-svhn": imageAli, "ali-celeba": imageAli, "ali-imagenet-64": imageAli },
  metrics: METRICS,
  claims: CLAIMS,
  questions: QUESTIONS,
  regression: REGRESSION,
  protocol: imageProtocol,
  usesPapersData: (profile) => officialData(Object.values(SLOTS), profile),
  plan: planOf,
  run,
  figures,
});
