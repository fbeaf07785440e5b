/** The runs of a table: every row at its numbers of labels, the same label draws for all. */
import type { ImageData } from "../../../datasets/images.ts";
import type { PublishedValue } from "../../../harness/contract/claims.ts";
import type { Profile, RunSpec } from "../../../harness/contract/run.ts";
import type { Plan } from "../../../harness/contract/suite.ts";
import { specSha256 } from "../../../harness/store/run-key.ts";
import { type BudgetId, budgetOf } from "../images/budgets.ts";
import { budgetName, dataScope, imagesFor, missing, TITLES } from "../images/data.ts";
import { imageSpec, onPapersData, replicatesUpTo } from "../images/plan.ts";
import { labelKey } from "./label-draw.ts";
import { m1Amount, m1Spec } from "./m1.ts";
import type { Amount, AnyRow, Asked, LabelledDataset } from "./row.ts";
import { vaeM1M2Row } from "./rows/vae-m1-m2.ts";
import { PAPER_EXTRA_IMAGES, PAPER_IMAGES, trainingCount } from "./training-images.ts";

/** Setting of the primary reading's runs; a reading adds its words. */
export const PUBLISHED = "table";
/** Rows of a learning curve. */
const CURVE_ROWS: Readonly<Record<BudgetId, number>> = { paper: 200, quick: 12, "quick-wasm": 5, smoke: 3 };
/** Of the paper profile the ten splits that Salimans et al. 2016 speak of. */
const REPLICATES: Readonly<Record<BudgetId, number>> = { paper: 10, quick: 1, "quick-wasm": 1, smoke: 1 };

/** An arm of a table: a row at a number of labels. */
export interface Arm {
  readonly id: string;
  readonly row: AnyRow;
  /** As printed; smaller budgets may take fewer. */
  readonly labels: number;
}
/** A row whose runs another suite's models are behind. */
export interface LinearArm {
  readonly id: string;
  readonly title: string;
  readonly printed: PublishedValue;
  readonly note: string;
}
export interface Table {
  readonly suite: string;
  readonly version: number;
  readonly dataset: LabelledDataset;
  readonly arms: readonly Arm[];
  /** Linear classifiers on the features of other suites' models. */
  readonly linear?: readonly LinearArm[];
}
/** Resolved settings of a run, beside those of its model. */
export interface RowSettings extends Omit<Amount, "settings" | "updates"> {
  /** Id of its row. */
  readonly row: string;
  /** Rows of one family and network have steps of one cost. */
  readonly family: string;
  readonly labels: number;
  readonly labelKey: readonly [number, number];
  readonly model: object;
  readonly curveEvery: number;
  /** Names of the classes. */
  readonly classes: readonly string[];
  /** The data's own name. */
  readonly data: string;
  readonly shape: readonly [height: number, width: number, channels: number];
}

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
  const runs = made.map(({ spec }) => spec);
  const needs = distinct(made.flatMap(({ from }) => from ?? []));
  const onPapers = new Map(made.map(({ spec, updatesOnPapersData }) => [spec.path, updatesOnPapersData]));
  return {
    ...{ profile, budget: budgetName(budget, [data]), runs, needs, scope: `${SCOPE[budget]} ${dataScope([data])}` },
    ...onPapersData([data], [...runs, ...needs], ({ path }) => onPapers.get(path) ?? M1_ON_PAPERS_DATA),
  };
}

interface Context {
  readonly table: Table;
  readonly profile: Profile;
  readonly budget: BudgetId;
  readonly data: ImageData;
  readonly rootSeed: string;
}
const M1_ON_PAPERS_DATA = m1Amount("paper", PAPER_IMAGES.svhn + PAPER_EXTRA_IMAGES).updates;

function armSpec(
  { table, profile, budget, data, rootSeed }: Context,
  { id, row, labels: printed }: Arm,
  variants: readonly string[],
  replicate: number,
): { readonly spec: RunSpec; readonly from?: RunSpec; readonly updatesOnPapersData: number } {
  const labels = labelsOf(budget, printed);
  const asked = (images: number): Asked => ({
    ...{ budget, dataset: table.dataset, images, labels, variants: new Set(variants) },
  });
  const { settings: model, updates, ...amount } = row.amount(asked(trainingCount(data)));
  const common = { suite: table.suite, suiteVersion: table.version, profile, budget, replicate, data };
  const from =
    row === vaeM1M2Row ? m1Spec({ ...common, setting: PUBLISHED, images: trainingCount(data, true) }) : undefined;
  const settings: RowSettings = {
    ...{ ...amount, row: row.id, family: row.id, labels, labelKey: labelKey(rootSeed, data.name), model },
    ...{ curveEvery: Math.ceil(updates / CURVE_ROWS[budget]), data: data.name, shape: data.shape },
    classes: data.classes!,
  };
  const spec = imageSpec({
    ...{ ...common, model: id, modelVersion: row.version, setting: settingOf(variants), updates },
    settings,
    ...(from && { from }),
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
