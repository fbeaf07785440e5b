/** Specifications of runs on images. */
import type { ImageData } from "../../../datasets/image-data.ts";
import type { Profile, RunSpec } from "../../../harness/contract/run.ts";
import type { Plan } from "../../../harness/contract/suite.ts";
import { specSha256 } from "../../../harness/store/run-key.ts";
import { budgetName } from "./data.ts";

export interface ImageRun {
  readonly suite: string;
  readonly suiteVersion: number;
  readonly profile: Profile;
  readonly budget: string;
  readonly model: string;
  readonly modelVersion: number;
  readonly setting: string;
  readonly replicate: number;
  readonly data: ImageData;
  readonly updates: number;
  readonly settings: object;
  /** The run whose trained state it starts from. */
  readonly from?: RunSpec;
}

/** A run's specification; data that are not the official ones stand in its budget's name. */
export function imageSpec({ data, from, budget: id, settings, ...run }: ImageRun): RunSpec {
  const { suite, model, setting, replicate } = run;
  const budget = budgetName(id, [data]);
  return {
    ...run,
    budget,
    path: `${suite}/${budget}/${model}/${setting}/replicate=${replicate}`,
    settings: JSON.parse(JSON.stringify(settings)) as RunSpec["settings"],
    dataSha256: data.sha256,
    ...(from && { needs: { suite: from.suite, path: from.path, specSha256: specSha256(from) } }),
  };
}

/** Of the paper profile's runs that train: what they would make on the paper's own images, where some of these are others. */
export function onPapersData(
  data: readonly ImageData[],
  runs: readonly RunSpec[],
  updates: (run: RunSpec) => number,
): Pick<Plan, "updatesOnPapersData"> {
  if (runs[0]?.profile !== "paper" || data.every(({ official }) => official)) return {};
  const trained = runs.filter((run) => run.updates > 0);
  return { updatesOnPapersData: Object.fromEntries(trained.map((run) => [run.path, updates(run)])) };
}

/** The numbers 0 to `count` − 1. */
export const replicatesUpTo = (count: number): readonly number[] => Array.from({ length: count }, (_, i) => i);
