/** The suites, in the paper's order; the harness's own controls and measures last. */
import type { Suite } from "../harness/contract/suite.ts";
import { celebaConditionalSuite } from "./celeba-conditional/suite.ts";
import { celebaInterpolationsSuite } from "./celeba-interpolations/suite.ts";
import { cifar10LabelsSuite } from "./cifar10-labels/suite.ts";
import { controlsSuite } from "./controls/suite.ts";
import { samplesAndReconstructionsSuite } from "./samples-and-reconstructions/suite.ts";
import { stepTimeSuite } from "./step-time/suite.ts";
import { svhn1000LabelsSuite } from "./svhn-1000-labels/suite.ts";
import { svhnL2SvmSuite } from "./svhn-l2-svm/suite.ts";
import { theorySuite } from "./theory/suite.ts";
import { toyInferenceSuite } from "./toy-inference/suite.ts";
import { toyModesSuite } from "./toy-modes/suite.ts";

/** Whose claims are the paper's. */
export const PAPER_SUITES: readonly Suite[] = [
  theorySuite,
  samplesAndReconstructionsSuite,
  celebaInterpolationsSuite,
  svhnL2SvmSuite,
  svhn1000LabelsSuite,
  cifar10LabelsSuite,
  celebaConditionalSuite,
  toyModesSuite,
  toyInferenceSuite,
];
export const SUITES: readonly Suite[] = [...PAPER_SUITES, controlsSuite, stepTimeSuite];
