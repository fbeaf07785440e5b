/** The runs of a table: every row at its numbers of labels, the same label draws for all. */
import type { ImageData } from "../../../datasets/image-data.ts";
import type { Profile, RunSpec } from "../../../harness/contract/run.ts";
import type { Plan } from "../../../harness/contract/suite.ts";
import { specSha256 } from "../../../harness/store/run-key.ts";
import { type BudgetId, budgetOf } from "../images/budgets.ts";
import { budgetName, dataScope, imagesFor, missing, TITLES } from "../images/data.ts";
import { imageSpec, onPapersData, replicatesUpTo } from "../images/plan.ts";
import { labelKey } from "./label-draw.ts";
import type { Asked, PlannedRun, RowSettings } from "./row.ts";
import { type Arm, PUBLISHED, type Table } from "./table.ts";
import { PAPER_IMAGES, trainingCount } from "./training-images.ts";

/** Rows of a learning curve. */
const CURVE_ROWS: Readonly<Record<BudgetId, number>> = { paper: 200, quick: 12, "quick-wasm": 5, smoke: 3 };
/** Of the paper profile the ten splits that Salimans et al. 2016 speak of. */
const REPLICATES: Readonly<Record<BudgetId, number>> = { paper: 10, quick: 1, "quick-wasm": 1, smoke: 1 };

/** Labelled images where a budget has few images in all. */
const labelsOf = (budget: BudgetId, printed: number): number => (budget === "smoke" ? printed / 50 : printed);

/** Every combination of the words, the empty one first. */
const combinations = (words: readonly string[]): readonly (readonly string[])[] =>
  words.reduce<readonly (readonly string[])[]>((all, word) => all.concat(all.map((of) => of.concat(word))), [[]]);

export function planTable(
  table: Table,
  profile: Profile,
  engineClass: string,
  { rootSeed, replicates }: { readonly rootSeed: string; readonly replicates?: number },
): Plan {
  const budget = budgetOf(profile, engineClass);
  const data = imagesFor(table.dataset, profile);
  const count = replicates ?? REPLICATES[budget];
  const planned = table.arms.flatMap((arm) =>
    combinations(profile === "paper" ? arm.row.variants : []).map((variants) => ({ arm, variants })),
  );
  if (!data) {
    const leftOut = planned.map(({ arm, variants }) => ({ model: arm.id, setting: settingOf(variants), runs: count }));
    const without = missing(table.dataset, `classifiers of ${TITLES[table.dataset]} with few labels`, leftOut);
    return { profile, budget, runs: [], scope: SCOPE[budget], missing: [without] };
  }
  const context: Context = { table, profile, budget, data, rootSeed };
  const made = planned.flatMap(({ arm, variants }) =>
    replicatesUpTo(count).map((replicate) => armSpec(context, arm, variants, replicate)),
  );
  const from = made.flatMap(({ from }) => from ?? []);
  const runs = made.map(({ spec }) => spec);
  const needs = distinct(from.map(({ spec }) => spec));
  const onPapers = new Map([...made, ...from].map(({ spec, updatesOnPapersData }) => [spec.path, updatesOnPapersData]));
  return {
    ...{ profile, budget: budgetName(budget, [data]), runs, needs, scope: `${SCOPE[budget]} ${dataScope([data])}` },
    ...onPapersData([data], [...runs, ...needs], ({ path }) => onPapers.get(path)!),
  };
}

interface Context {
  readonly table: Table;
  readonly profile: Profile;
  readonly budget: BudgetId;
  readonly data: ImageData;
  readonly rootSeed: string;
}

function armSpec(
  { table, profile, budget, data, rootSeed }: Context,
  { id, row, labels: printed }: Arm,
  variants: readonly string[],
  replicate: number,
): PlannedRun & { readonly from?: PlannedRun } {
  const labels = labelsOf(budget, printed);
  const asked = (images: number): Asked => ({
    ...{ budget, dataset: table.dataset, images, labels, variants: new Set(variants) },
  });
  const { settings: model, updates, ...amount } = row.amount(asked(trainingCount(data)));
  const common = { suite: table.suite, suiteVersion: table.version, profile, budget, replicate, data };
  const from = row.startsFrom?.({ ...common, setting: PUBLISHED });
  const settings: RowSettings = {
    ...{ ...amount, row: row.id, family: row.id, labels, labelKey: labelKey(rootSeed, data.name), model },
    ...{ curveEvery: Math.ceil(updates / CURVE_ROWS[budget]), data: data.name, shape: data.shape },
    classes: data.classes!,
  };
  const spec = imageSpec({
    ...{ ...common, model: id, modelVersion: row.version, setting: settingOf(variants), updates },
    settings,
    ...(from && { from: from.spec }),
  });
  const onPapers = row.amount(asked(PAPER_IMAGES[table.dataset])).updates;
  return { spec, updatesOnPapersData: onPapers, ...(from && { from }) };
}

const settingOf = (variants: readonly string[]): string => [PUBLISHED, ...variants].join("-");
const distinct = (specs: readonly RunSpec[]): readonly RunSpec[] => [
  ...new Map(specs.map((spec) => [specSha256(spec), spec])).values(),
];

const SCOPE: Readonly<Record<BudgetId, string>> = {
  paper: "The published recipes, and ours where none was published; ten draws of labels.",
  quick:
    "The published networks with a fraction of their features for minutes: it shows whether unlabelled images help at that scale, and says nothing of the paper's tables.",
  "quick-wasm":
    "The quick profile cut down for a slow engine: it shows that the pipeline works; never compared with results of the tensorflow engine.",
  smoke:
    "Tiny networks for a few updates on generated images: it shows that the pipeline works, and nothing about the models.",
};
