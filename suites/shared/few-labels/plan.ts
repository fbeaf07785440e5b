/** The runs of a table: every row at its numbers of labels, the same label draws for all. */
import type { ImageData } from "../../../datasets/image-data.ts";
import type { Profile } from "../../../harness/contract/run.ts";
import type { PlanAsked, PlannedRun, PlannedRuns } from "../../../harness/contract/suite-definition.ts";
import { type BudgetId, budgetOf } from "../images/budgets.ts";
import { budgetName, dataScope, imagesFor, missing, TITLES } from "../images/data.ts";
import { onPapersData, replicatesUpTo, runOn } from "../images/plan.ts";
import { labelKey } from "./label-draw.ts";
import type { Asked, LabelledDataset } from "./row.ts";
import type { RowSettings, TableSettings } from "./settings.ts";
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

export function planTable<Name extends string>(
  table: Table<Name>,
  { profile, engineClass, rootSeed, replicates }: PlanAsked,
): PlannedRuns<Name, TableSettings> {
  const budget = budgetOf(profile, engineClass);
  const data = imagesFor(table.dataset, profile);
  const count = replicates ?? REPLICATES[budget];
  const planned = table.arms.flatMap((arm) =>
    combinations(profile === "paper" ? arm.row.variants : []).map((variants) => ({ arm, variants })),
  );
  if (!data) {
    const leftOut = planned.map(({ arm, variants }) => ({ model: arm.id, setting: settingOf(variants), runs: count }));
    const without = missing(table.dataset, `classifiers of ${TITLES[table.dataset]} with few labels`, leftOut);
    return { budget, runs: [], scope: SCOPE[budget], missing: [without] };
  }
  const context: Context = { dataset: table.dataset, profile, budget, data, rootSeed };
  const runs = planned.flatMap(({ arm, variants }) =>
    replicatesUpTo(count).map((replicate) => plannedArm(context, arm, variants, replicate)),
  );
  return { budget: budgetName(budget, [data]), runs, scope: `${SCOPE[budget]} ${dataScope([data])}` };
}

interface Context {
  readonly dataset: LabelledDataset;
  readonly profile: Profile;
  readonly budget: BudgetId;
  readonly data: ImageData;
  readonly rootSeed: string;
}

function plannedArm<Name extends string>(
  { dataset, profile, budget, data, rootSeed }: Context,
  { id, row, labels: printed }: Arm<Name>,
  variants: readonly string[],
  replicate: number,
): PlannedRun<Name, TableSettings> {
  const labels = labelsOf(budget, printed);
  const asked = (images: number): Asked => ({ budget, dataset, images, labels, variants: new Set(variants) });
  const { settings: model, updates, ...amount } = row.amount(asked(trainingCount(data)));
  const from = row.startsFrom?.({ profile, budget, replicate, data, setting: PUBLISHED });
  const settings: RowSettings = {
    ...amount,
    row: row.id,
    family: row.id,
    labels,
    labelKey: labelKey(rootSeed, data.name),
    model,
    curveEvery: Math.ceil(updates / CURVE_ROWS[budget]),
    data: data.name,
    shape: data.shape,
    classes: data.classes!,
  };
  return {
    arm: id,
    setting: settingOf(variants),
    replicate,
    updates,
    settings,
    ...runOn(budget, data),
    ...(from && { needs: from }),
    ...onPapersData(profile, data, row.amount(asked(PAPER_IMAGES[dataset])).updates),
  };
}

const settingOf = (variants: readonly string[]): string => [PUBLISHED, ...variants].join("-");

const SCOPE: Readonly<Record<BudgetId, string>> = {
  paper: "The published recipes, and ours where none was published; ten draws of labels.",
  quick:
    "The published networks with a fraction of their features for minutes: it shows whether unlabelled images help at that scale, and says nothing of the paper's tables.",
  "quick-wasm":
    "The quick profile cut down for a slow engine: it shows that the pipeline works; never compared with results of the tensorflow engine.",
  smoke:
    "Tiny networks for a few updates on generated images: it shows that the pipeline works, and nothing about the models.",
};
