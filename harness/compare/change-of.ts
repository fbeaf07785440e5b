/** The change data of a compare: the two sides, the plan, and the command. */

import { relative } from "node:path";
import type { OpenEngine } from "../execute/open-engine.ts";
import { planOf } from "../plan/plan-of.ts";
import { thisProject } from "../project.ts";
import type { BaselineRun } from "./baseline.ts";
import type { BaselineRuns, BaselineSide } from "./baseline-side.ts";
import type { ChangeData } from "./change-data.ts";
import { type CompareChoice, compareCommandLine } from "./compare-command.ts";
import type { CandidateSide, Compare } from "./sides.ts";

/** All of the change data but the verdict and its look. */
export function changeOf(
  compare: Compare,
  opened: OpenEngine,
  { baseline, source }: BaselineSide,
  { made, warnings }: BaselineRuns,
  { plan, places, records, origin }: CandidateSide,
  compared: readonly BaselineRun[],
): Omit<ChangeData, "change" | "look" | "next"> {
  const { args, suite, changed } = compare;
  const { seed, profile } = args;
  const { machine, engine } = records[0]!.provenance;
  const { revision, dirty, sourceSha256, lockfileSha256 } = origin;
  const { id, title, version, place } = suite;
  const judged = [...new Set(places.map(({ spec }) => spec.model))];
  const planned = new Set(planOf(suite, { profile, seed }, opened.engine.class).runs.map(({ model }) => model));
  return {
    suite: { id, title, version, place },
    plan: { profile: plan.profile, budget: plan.budget, scope: plan.scope },
    engineClass: opened.engine.class,
    rootSeed: seed,
    module: changed && {
      slot: changed.slot,
      path: relative(thisProject().root, changed.module),
      sha256: changed.sha256,
      id: changed.model.id,
      version: changed.model.version,
    },
    slots: { judged, left: [...planned].filter((name) => !judged.includes(name)) },
    baseline: { ...baseline.provenance, ...made, dirty: false, models: versionsOf(compared), source },
    candidate: {
      revision,
      dirty,
      sourceSha256,
      lockfileSha256,
      engine,
      machine,
      models: versionsOf(places.map(({ spec }) => spec)),
    },
    warnings: [...(opened.choice.reason === undefined ? [] : [opened.choice.reason]), ...warnings],
    generatedAt: new Date().toISOString(),
    command: compareCommandLine(suite, choiceOf(compare)),
  };
}

/** The given options, with the module's path relative to the project. */
export const choiceOf = ({ args, changed, slot }: Compare): CompareChoice => ({
  ...args,
  slot,
  model: changed ? relative(thisProject().root, changed.module) : undefined,
});

const versionsOf = (runs: readonly { readonly model: string; readonly modelVersion: number }[]) =>
  Object.fromEntries(runs.map(({ model, modelVersion }) => [model, modelVersion]));
