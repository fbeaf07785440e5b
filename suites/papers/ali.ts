/** Adversarially Learned Inference, with the suites that test its claims. */
import { ALI } from "../../baselines/papers/ali/paper.ts";
import type { Paper } from "../../harness/contract/paper.ts";
import { celebaConditionalSuite } from "../celeba-conditional/suite.ts";
import { celebaInterpolationsSuite } from "../celeba-interpolations/suite.ts";
import { cifar10LabelsSuite } from "../cifar10-labels/suite.ts";
import { samplesAndReconstructionsSuite } from "../samples-and-reconstructions/suite.ts";
import { svhn1000LabelsSuite } from "../svhn-1000-labels/suite.ts";
import { svhnL2SvmSuite } from "../svhn-l2-svm/suite.ts";
import { theorySuite } from "../theory/suite.ts";
import { toyInferenceSuite } from "../toy-inference/suite.ts";
import { toyModesSuite } from "../toy-modes/suite.ts";

export const ali: Paper = {
  ...ALI,
  suites: [
    theorySuite,
    samplesAndReconstructionsSuite,
    celebaInterpolationsSuite,
    svhnL2SvmSuite,
    svhn1000LabelsSuite,
    cifar10LabelsSuite,
    celebaConditionalSuite,
    toyModesSuite,
    toyInferenceSuite,
  ],
};
