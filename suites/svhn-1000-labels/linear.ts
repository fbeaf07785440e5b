/** The rows of the table that are L2-SVMs: the runs of svhn-l2-svm, classified on once more. */
import { imageAli } from "../../baselines/models/ali/images.ts";
import { dcgan } from "../../baselines/models/dcgan/images.ts";
import { published } from "../../baselines/papers/ali/published.ts";
import type { RunSpec } from "../../harness/contract/run.ts";
import type { RunContext } from "../../harness/contract/suite.ts";
import type { Measured, PlanAsked, PlannedRun, PlannedRuns } from "../../harness/contract/suite-definition.ts";
import type { TableSettings } from "../shared/few-labels/settings.ts";
import type { LinearArm } from "../shared/few-labels/table.ts";
import { imagesOfRun } from "../shared/images/data.ts";
import { classifyTrainedAli } from "../svhn-l2-svm/ali.ts";
import { classifyTrainedDcgan } from "../svhn-l2-svm/dcgan.ts";
import { isOfAli, type Settings, SLOTS, type Slot, settingsSchema } from "../svhn-l2-svm/settings.ts";
import { svhnL2SvmSuite } from "../svhn-l2-svm/suite.ts";

const note = "one encoder; judged in svhn-l2-svm";
export const LINEAR: readonly LinearArm[] = [
  { id: "dcgan-l2-svm", title: "DCGAN + L2-SVM", printed: published("svhn/dcgan-l2-svm/1000"), note },
  { id: "ali-l2-svm", title: "ALI (L2-SVM)", printed: published("svhn/ali-l2-svm/1000"), note },
];
/** The models of svhn-l2-svm, whose versions count here too. */
export const LINEAR_ARMS = { "ali-l2-svm": imageAli, "dcgan-l2-svm": dcgan } as const satisfies Record<Slot, object>;

export const isLinear = (arm: string): arm is Slot => (SLOTS as readonly string[]).includes(arm);
export const isOfLinear = (settings: object): settings is Settings => "svm" in settings;

/** The plan with a run on each encoder of svhn-l2-svm, one encoder a model as in the paper. */
export function withLinear<Name extends string>(
  plan: PlannedRuns<Name, TableSettings>,
  { profile, engineClass, rootSeed }: PlanAsked,
): PlannedRuns<Name | Slot, TableSettings | Settings> {
  const encoders = svhnL2SvmSuite.plan(profile, engineClass, { rootSeed, replicates: 1 });
  if (plan.runs.length === 0) {
    const leftOut = (encoders.missing ?? []).flatMap((without) => without.leftOut);
    const missing = plan.missing?.map((without) => ({ ...without, leftOut: [...without.leftOut, ...leftOut] }));
    return { ...plan, runs: [], ...(missing && { missing }) };
  }
  const runs = encoders.runs.map((from): PlannedRun<Slot, Settings> => {
    const { model, budget, setting, replicate, dataSha256 } = from;
    if (!isLinear(model)) throw new TypeError(`${from.path} is of no linear classifier`);
    const settings = settingsSchema(model).parse(from.settings);
    return { arm: model, budget, setting, replicate, dataSha256, updates: 0, settings, needs: from };
  });
  return { ...plan, runs: [...plan.runs, ...runs], updatesOnPapersData: encoders.updatesOnPapersData ?? {} };
}

/** The mean test error of the primary features over class-balanced draws; the draws are those of the encoder's own run. */
export async function runLinear(settings: Settings, spec: RunSpec, context: RunContext): Promise<Measured<"error">> {
  const data = imagesOfRun("svhn", spec);
  const { metrics } = isOfAli(settings)
    ? await classifyTrainedAli(settings, imageAli, data, context)
    : await classifyTrainedDcgan(settings, dcgan, data, context);
  return { metrics: { error: metrics.error! }, curve: {}, arrays: {} };
}
