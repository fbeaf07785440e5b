/** Makes a suite of its author's description: builds the specifications of its runs and checks their settings. */
import type { z } from "zod";
import type { DependentModel, Model } from "../contract/model.ts";
import { crossReadings, singleReading } from "../contract/readings.ts";
import type { RunSpec } from "../contract/run.ts";
import type { Measurement, MetricColumn, Plan, SlotModel, Suite } from "../contract/suite.ts";
import type { Arm, Arms, NameOf, PlanAsked, PlannedRun, SuiteDefinition } from "../contract/suite-definition.ts";
import { HarnessError, unknownName } from "../errors.ts";
import { knowSuiteFiles } from "../provenance/suite-files.ts";
import { specSha256 } from "../store/run-key.ts";
import { settingsBy } from "./run-settings.ts";
import { requireDistinctRuns } from "./sound-suite.ts";

/** Throws HarnessError when a slot is no arm that is a model. A plan throws it for a wrong setting, and for two runs of one path. */
export function defineSuite<
  const Of extends Arms,
  const Metrics extends readonly MetricColumn[],
  Settings extends object,
>(definition: SuiteDefinition<Of, Metrics, Settings>): Suite {
  const { id, file, arms } = definition;
  knowSuiteFiles(id, {
    file,
    arms: new Map(Object.entries(arms).flatMap(([name, arm]) => (arm.file === undefined ? [] : [[name, arm.file]]))),
  });
  return suiteOf(definition);
}

function suiteOf<Of extends Arms, Metrics extends readonly MetricColumn[], Settings extends object>(
  definition: SuiteDefinition<Of, Metrics, Settings>,
): Suite {
  const {
    id,
    title,
    version,
    place,
    claims,
    regression,
    metrics,
    literal,
    figures,
    measure,
    arms,
    questions,
    interimAnalyses,
  } = definition;
  const schemaOf = (arm: string): z.ZodType<Settings> =>
    typeof definition.settings === "function" ? definition.settings(armNamed(arm)) : definition.settings;
  const armNamed = (name: string): NameOf<Of> => {
    if (!Object.hasOwn(arms, name)) throw unknownName("arm", name, Object.keys(arms));
    return name as NameOf<Of>;
  };
  const settingsOf = (spec: RunSpec): Settings => settingsBy(schemaOf(spec.model), id, spec);
  const slots = slotsOf(definition);
  return {
    id,
    title,
    version,
    place,
    claims,
    regression,
    metrics,
    file: definition.file,
    readings: questions
      ? crossReadings(questions)
      : singleReading(definition.reading.id, definition.reading.description),
    questions: questions ?? [],
    protocol: (plan) => definition.protocol(plan, settingsOf),
    ...(interimAnalyses && { interimAnalyses }),
    ...(literal && { literal }),
    usesPapersData: (profile) => definition.usesPapersData(profile),
    plan(profile, engineClass, options) {
      const asked: PlanAsked = { profile: literal ? "paper" : profile, engineClass, ...options };
      return planBy(definition, asked, settingsOf);
    },
    async run(spec, context) {
      const arm = armNamed(spec.model);
      const measured = await definition.run(settingsOf(spec), context, { spec, arm, model: arms[arm] });
      return measured as Measurement; // harness/worker checks that no metric is undefined
    },
    ...(measure && {
      measure: (spec, array) => measure(settingsOf(spec), array, spec) as Readonly<Record<string, number>>,
    }),
    figures: (runs) => figures(runs, settingsOf),
    ...(slots && {
      slots,
      withModel(slot, model) {
        if (!Object.hasOwn(slots, slot)) throw unknownName("slot", slot, Object.keys(slots));
        return suiteOf({ ...definition, arms: { ...arms, [slot]: model } });
      },
    }),
  };
}

/** The models that others may replace; undefined where there are none. */
function slotsOf({
  id,
  arms,
  slots,
}: {
  readonly id: string;
  readonly arms: Arms;
  readonly slots?: readonly string[];
}): Readonly<Record<string, SlotModel>> | undefined {
  return (
    slots &&
    Object.fromEntries(
      slots.map((name) => {
        const arm = arms[name];
        if (!arm) throw unknownName("arm", name, Object.keys(arms));
        if (!isModel(arm)) throw new HarnessError(`Suite "${id}": the arm "${name}" is a slot, but it is no model.`);
        return [name, arm];
      }),
    )
  );
}

const isModel = (arm: Arm): arm is Arm & (Model<never> | DependentModel<never>) => "build" in arm || "buildOn" in arm;

function planBy<Of extends Arms, Metrics extends readonly MetricColumn[], Settings extends object>(
  definition: SuiteDefinition<Of, Metrics, Settings>,
  asked: PlanAsked,
  settingsOf: (spec: RunSpec) => Settings,
): Plan {
  const { id, version, arms } = definition;
  const { profile } = asked;
  const planned = definition.plan(asked, arms);
  const { budget = profile, scope, missing, draws } = planned;
  const needs = new Map<string, RunSpec>();
  const onPapersData = new Map(Object.entries(planned.updatesOnPapersData ?? {}));

  const specOf = (run: PlannedRun<NameOf<Of>, Settings>): RunSpec => {
    const { arm, setting, replicate, updates, settings, dataSha256 = "none" } = run;
    const model = arms[arm];
    if (!model) throw unknownName("arm", arm, Object.keys(arms));
    const from = run.needs && ("suite" in run.needs ? run.needs : specOf(run.needs));
    const ofBudget = run.budget ?? budget;
    const spec: RunSpec = {
      suite: id,
      suiteVersion: version,
      profile,
      budget: ofBudget,
      model: arm,
      modelVersion: model.version,
      setting,
      replicate,
      updates,
      dataSha256,
      path: `${id}/${ofBudget}/${arm}/${setting}/replicate=${replicate}`,
      settings: JSON.parse(JSON.stringify(settings)),
      ...(from && { needs: { suite: from.suite, path: from.path, specSha256: specSha256(from) } }),
    };
    settingsOf(spec);
    if (from) needs.set(specSha256(from), from);
    if (run.updatesOnPapersData !== undefined && updates > 0) onPapersData.set(spec.path, run.updatesOnPapersData);
    return spec;
  };
  const runs = planned.runs.map(specOf);
  requireDistinctRuns(runs.map((spec) => ({ spec, key: spec.path })));
  const updatesOnPapersData = Object.fromEntries(
    [...runs, ...needs.values()].flatMap(({ path }) => {
      const updates = onPapersData.get(path);
      return updates === undefined ? [] : [[path, updates]];
    }),
  );
  return {
    profile,
    budget,
    runs,
    scope,
    ...(needs.size > 0 && { needs: [...needs.values()] }),
    ...(missing && { missing }),
    ...(draws !== undefined && { draws }),
    ...(Object.keys(updatesOnPapersData).length > 0 && { updatesOnPapersData }),
  };
}
