/**
 * Checks that a suite's declarations are consistent: known names, equal units. Otherwise a misspelt name would give NOT
 * TESTED, and another unit a wrong verdict. Every command runs these checks first.
 */
import { armsOf } from "../contract/arms-of.ts";
import type { Claim, Quantity } from "../contract/claims.ts";
import { claimUnder, metricUnder, settingOf } from "../contract/readings.ts";
import type { RunSpec } from "../contract/run.ts";
import type { Plan, Suite } from "../contract/suite.ts";
import { HarnessError, unknownName } from "../errors.ts";
import { declaredFaults } from "./declared.ts";

type Declared = Pick<Suite, "id" | "claims" | "readings" | "questions" | "metrics" | "regression" | "interimAnalyses">;

/** Returns the suites. Throws HarnessError, which names every fault in their declarations apart from plans. */
export function requireSound<S extends Declared>(suites: readonly S[]): readonly S[] {
  const ids = suites.map(({ id }) => id); // of all papers: runs are stored by the suite's id
  refuse([...twice("suite", ids), ...suites.flatMap(suiteFaults)]);
  return suites;
}

function refuse(faults: readonly string[]): void {
  if (faults.length > 0) throw new HarnessError(faults.join("\n"));
}

/** "Unknown metric "mods". Did you mean "modes"? …"; empty if the name is known. */
const unknown = (what: string, name: string, known: readonly string[]): string[] =>
  known.includes(name) ? [] : [unknownName(what, name, known).message];

const twice = (what: string, names: readonly string[]): string[] => {
  const found = names.find((name, i) => names.indexOf(name) < i);
  return found === undefined ? [] : [`The ${what} "${found}" is declared twice.`];
};

/** Faults in a suite's claims, readings and metrics, one or two sentences each; empty if they are consistent. */
export function suiteFaults(suite: Declared): string[] {
  const { id, claims, readings, questions, metrics, regression } = suite;
  const keys = metrics.map(({ key }) => key);
  const claimFaults = claims.flatMap((claim) => withIn(`claim "${claim.id}"`, faultsOfClaim(claim, suite)));
  const optionFaults = questions.flatMap((question) =>
    question.options.flatMap((option) =>
      withIn(
        `option "${option.id}" of the question "${question.id}"`,
        Object.entries(option.metrics ?? {}).flatMap((pair) =>
          pair.flatMap((metric) => unknown("metric", String(metric), keys)),
        ),
      ),
    ),
  );
  const judged = regression.flatMap(({ quantity }) =>
    withIn(`regression by ${quantity.label}`, quantityFaults(quantity, suite)),
  );
  const names = [
    ...twice(
      "claim",
      claims.map((claim) => claim.id),
    ),
    ...twice(
      "reading",
      readings.map((reading) => reading.id),
    ),
    ...twice("metric", keys),
  ];
  const analyses = analysesFaults(suite);
  return withIn(`Suite "${id}"`, [...names, ...claimFaults, ...optionFaults, ...judged, ...analyses]);
}

/** The smallest number of runs that can have a spread. */
const FEWEST_RUNS = 2;

function analysesFaults({ interimAnalyses: runs }: Declared): string[] {
  if (runs === undefined) return [];
  const ascending = runs.every((count, i) => Number.isInteger(count) && count > (runs[i - 1] ?? FEWEST_RUNS - 1));
  return ascending && runs.length > 0
    ? []
    : [
        `interimAnalyses is [${runs.join(", ")}]. Give ascending whole numbers of runs of each arm from ${FEWEST_RUNS}, the planned number last, e.g. [5, 7, 10].`,
      ];
}

const withIn = (place: string, faults: readonly string[]): string[] => faults.map((fault) => `${place}: ${fault}`);

function quantityFaults({ metric, unit }: Quantity, { metrics }: Declared): string[] {
  const declared = metrics.find(({ key }) => key === metric);
  if (!declared)
    return unknown(
      "metric",
      metric,
      metrics.map(({ key }) => key),
    );
  return declared.unit === unit ? [] : [`"${metric}" is in "${declared.unit}", and its quantity in "${unit}".`];
}

/** Faults of a claim as declared and under each reading; a fault under every reading is named once. */
function faultsOfClaim(claim: Claim, suite: Declared): string[] {
  if (claim.kind === "qualitative") return [];
  const { quantity, axis } = claim;
  const own = [
    ...quantityFaults(quantity, suite),
    ...(quantity.nesting && !quantity.nesting.includes(axis)
      ? [`It is on the axis "${axis}", and ${quantity.metric} is measured on ${quantity.nesting.join(" and ")}.`]
      : []),
    ...declaredFaults(claim).map((fault) => `${fault}.`),
  ];
  if (own.length > 0) return own;
  const known = new Set(suite.metrics.map(({ key }) => key));
  return suite.readings.flatMap((reading) => {
    // An unknown metric of a reading is reported as a fault of its option.
    if (!known.has(metricUnder(reading, quantity.metric))) return [];
    return withIn(
      `under the reading "${reading.id}"`,
      declaredFaults(claimUnder(reading, claim, suite.metrics)).map((fault) => `${fault}.`),
    );
  });
}

const planned = new WeakSet<object>();

/**
 * Throws HarnessError if claims or readings name arms or settings that no plan has, or two runs of the plan share a
 * path. Checks each suite once.
 * @param plan of any profile; the plan of the profile "paper" is checked too
 */
export function requirePlanned(suite: Suite, plan: Plan, engineClass: string, rootSeed: string): void {
  if (planned.has(suite)) return;
  const paper = plan.profile === "paper" ? plan : suite.plan("paper", engineClass, { rootSeed, replicates: 1 });
  refuse(plannedFaults(suite, [plan, paper]));
  if (suite.interimAnalyses) refuse(lastAnalysisFaults(suite, suite.plan("paper", engineClass, { rootSeed })));
  // Early, before an engine starts or a store is made; upstream runs are checked later, with their keys.
  requireDistinctRuns(plan.runs.map((spec) => ({ spec, key: spec.path })));
  planned.add(suite);
}

/** The last planned analysis is of all runs of the paper profile. */
export function lastAnalysisFaults({ id, interimAnalyses = [] }: Suite, { runs }: Plan): string[] {
  const last = interimAnalyses.at(-1);
  const planned = runs.reduce((most, { replicate }) => Math.max(most, replicate + 1), 0);
  if (last === undefined || planned === 0 || last === planned) return [];
  return [
    `Suite "${id}": its last planned analysis is after ${last} runs of each arm, and the paper profile plans ${planned}. Give ${planned} as the last of interimAnalyses.`,
  ];
}

/**
 * Arms and settings in claims and readings that none of these plans has, one or two sentences each. If data are
 * missing, an unknown arm may need them, so only the settings of the known arms are checked.
 */
export function plannedFaults(
  suite: Pick<Suite, "id" | "claims" | "readings" | "questions">,
  plans: readonly Plan[],
): string[] {
  const settings = new Map<string, Set<string>>();
  for (const { model, setting } of plans.flatMap(({ runs }) => runs))
    settings.set(model, (settings.get(model) ?? new Set()).add(setting));
  const complete = plans.every(({ missing = [] }) => missing.length === 0);
  // Other profiles than the paper's omit readings.
  const ofPaper = new Set(
    plans.flatMap(({ profile, runs }) => (profile === "paper" ? runs.map(({ model }) => model) : [])),
  );
  const unknownArm = (arm: string): string[] => (complete ? unknown("arm", arm, [...settings.keys()]) : []);
  const claims = suite.claims.flatMap((claim) =>
    withIn(
      `claim "${claim.id}"`,
      armsOf(claim).flatMap((arm) => {
        const planned = settings.get(arm);
        if (!planned) return unknownArm(arm);
        if (!ofPaper.has(arm)) return [];
        const faults = suite.readings.flatMap((reading) =>
          withIn(`reading "${reading.id}" of arm "${arm}"`, unknown("setting", settingOf(reading, arm), [...planned])),
        );
        return faults.slice(0, 1);
      }),
    ),
  );
  const options = suite.questions.flatMap((question) =>
    question.options.flatMap((option) =>
      withIn(
        `option "${option.id}" of the question "${question.id}"`,
        Object.keys(option.armSetting ?? {}).flatMap((arm) => (settings.has(arm) ? [] : unknownArm(arm))),
      ),
    ),
  );
  return withIn(`Suite "${suite.id}"`, [...claims, ...options]);
}

/** A run of a plan, or the upstream run of such a run. */
export interface Placed {
  readonly spec: RunSpec;
  readonly key: string;
  readonly needs?: Placed;
}

/** Throws HarnessError, which names both runs, if two runs of a plan share a path, or an arm and replicate. */
export function requireDistinctRuns(places: readonly Placed[]): void {
  const byPath = new Map<string, Placed>();
  const byReplicate = new Map<string, Placed>();
  const said = ({ spec }: Placed): string =>
    `${spec.suite}, ${spec.model}, ${spec.setting}, replicate ${spec.replicate}`;
  for (const place of places) {
    const { path, model, setting, replicate } = place.spec;
    const other = byPath.get(path);
    if (other)
      throw new HarnessError(
        `Two runs of a plan have the path "${path}": ${said(other)}, and ${said(place)}. A run's seed and its place in the store come from its path, so that they would be one run. Give each a path of its own in the suite's plan.`,
      );
    byPath.set(path, place);
    const name = JSON.stringify([model, setting, replicate]);
    const same = byReplicate.get(name);
    if (same)
      throw new HarnessError(
        `Two runs of a plan are ${said(place)}: "${same.spec.path}" and "${path}". Number the replicates of an arm in the suite's plan.`,
      );
    byReplicate.set(name, place);
  }
  for (let needed = needsOf(places); needed.length > 0; needed = needsOf(needed))
    for (const place of needed) {
      const other = byPath.get(place.spec.path);
      if (other && other.key !== place.key)
        throw new HarnessError(
          `Two different runs have the path "${place.spec.path}": ${said(other)}, and ${said(place)}, which a run of the plan starts from. Give each a path of its own in the suite's plan.`,
        );
      byPath.set(place.spec.path, place);
    }
}

const needsOf = (places: readonly Placed[]): Placed[] => places.flatMap(({ needs }) => needs ?? []);
