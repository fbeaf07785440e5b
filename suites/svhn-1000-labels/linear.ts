/** The rows of the table that are L2-SVMs: the runs of svhn-l2-svm, classified on once more. */
import { imageAli } from "../../baselines/models/ali/images.ts";
import { dcgan } from "../../baselines/models/dcgan/images.ts";
import { published } from "../../baselines/papers/ali/published.ts";
import type { RunSpec } from "../../harness/contract/run.ts";
import type { Measurement, Plan, RunContext } from "../../harness/contract/suite.ts";
import { specSha256 } from "../../harness/store/run-key.ts";
import type { LinearArm } from "../shared/few-labels/table.ts";
import { imagesOfRun } from "../shared/images/data.ts";
import { classifyTrainedAli } from "../svhn-l2-svm/ali.ts";
import { classifyTrainedDcgan } from "../svhn-l2-svm/dcgan.ts";
import { svhnL2SvmSuite } from "../svhn-l2-svm/suite.ts";

const note = "one encoder; judged in svhn-l2-svm";
export const LINEAR: readonly LinearArm[] = [
  { id: "dcgan-l2-svm", title: "DCGAN + L2-SVM", printed: published("svhn/dcgan-l2-svm/1000"), note },
  { id: "ali-l2-svm", title: "ALI (L2-SVM)", printed: published("svhn/ali-l2-svm/1000"), note },
];

export const isLinear = ({ model }: RunSpec): boolean => LINEAR.some(({ id }) => id === model);

/** The plan with a run on each encoder of svhn-l2-svm, one encoder a model as in the paper. */
export function withLinear(
  plan: Plan,
  { suite, version }: { readonly suite: string; readonly version: number },
  engineClass: string,
  rootSeed: string,
): Plan {
  const encoders = svhnL2SvmSuite.plan(plan.profile, engineClass, { rootSeed, replicates: 1 });
  if (plan.runs.length === 0) {
    const leftOut = (encoders.missing ?? []).flatMap((without) => without.leftOut);
    const missing = plan.missing?.map((without) => ({ ...without, leftOut: [...without.leftOut, ...leftOut] }));
    return { ...plan, ...(missing && { missing }) };
  }
  const runs = encoders.runs.map((from): RunSpec => {
    const path = `${suite}${from.path.slice(from.suite.length)}`;
    const needs = { suite: from.suite, path: from.path, specSha256: specSha256(from) };
    return { ...from, suite, suiteVersion: version, path, updates: 0, needs };
  });
  const onPapersData = { ...plan.updatesOnPapersData, ...encoders.updatesOnPapersData };
  return {
    ...plan,
    runs: [...plan.runs, ...runs],
    needs: [...(plan.needs ?? []), ...encoders.runs],
    ...(plan.updatesOnPapersData && { updatesOnPapersData: onPapersData }),
  };
}

/** The test error of the primary features and class-balanced draws, which are as many as the encoder's own run has. */
export async function runLinear(spec: RunSpec, context: RunContext): Promise<Measurement> {
  const data = imagesOfRun("svhn", spec);
  const { metrics, draws } =
    spec.model === "ali-l2-svm"
      ? await classifyTrainedAli(spec, imageAli, data, context)
      : await classifyTrainedDcgan(spec, dcgan, data, context);
  return { metrics: { error: metrics.error! }, draws: { error: draws.error! }, curve: {}, arrays: {} };
}
