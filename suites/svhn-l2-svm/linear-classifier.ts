/** The protocol of the linear classifiers: draws of labels, the choice of C, validation and test errors. */
import * as tf from "@tensorflow/tfjs-core";
import type { Ops } from "../../harness/engine/ops.ts";
import type { Words2 } from "../../harness/random/philox.ts";
import { Stream } from "../../harness/random/seeds.ts";
import { mean } from "../../harness/statistics/descriptive.ts";
import { chooseC } from "../../harness/svm/choose.ts";
import { type DrawKind, drawRows } from "../../harness/svm/draws.ts";
import { gram } from "../../harness/svm/gram.ts";
import { solvePath } from "../../harness/svm/path.ts";
import { type Classifiers, countErrors, stackClassifiers } from "../../harness/svm/predict.ts";
import { pathWeights } from "../../harness/svm/weights.ts";
import { joined } from "../shared/images/reconstruct.ts";
import type { FeatureSets, SvmSettings } from "./settings.ts";

/** Labelled images, and what a model makes of them. */
export interface LabelledFeatures {
  readonly labels: Uint8Array;
  /** Features of these rows by name, each [rows, size] flat. */
  features(rows: Uint32Array): Readonly<Record<string, Float32Array>>;
}

export interface LinearProblem {
  readonly ops: Ops;
  readonly classes: number;
  /** The images that labels are drawn from. */
  readonly pool: LabelledFeatures;
  readonly validation: LabelledFeatures;
  readonly test: LabelledFeatures;
  readonly sets: FeatureSets;
  readonly kinds: readonly DrawKind[];
  readonly svm: SvmSettings;
  /** Is called between draws, and blocks of images. */
  pause(): Promise<void>;
  /** Key of the draws of a kind and purpose. */
  key(kind: DrawKind, purpose: "choice" | "validation" | "test"): Words2;
}

export interface LinearResult {
  readonly set: string;
  readonly kind: DrawKind;
  readonly c: number;
  /** Mean over the draws that are validated at the chosen C, or that it was chosen on. */
  readonly validationError: number;
  /** One a draw, in percent. */
  readonly testErrors: readonly number[];
}

/** Weights [size + 1, classes], one a draw and value of C, by set and kind. */
type Fitted = ReadonlyMap<string, readonly Float32Array[]>;
const problemKey = (set: string, kind: DrawKind): string => JSON.stringify([set, kind]);
const setOfKey = (key: string): string => (JSON.parse(key) as [string, DrawKind])[0];

/** Images whose features are made and scored at once. */
const BLOCK = 500;

/**
 * For each set of features and kind of draw: C by the least mean validation error over `chosenOn` draws (the first best
 * wins), then errors of fresh draws at that C: on the validation images and on the test images.
 */
export async function evaluateLinear(problem: LinearProblem): Promise<LinearResult[]> {
  const { svm, sets, kinds, validation, test } = problem;
  const each = kinds.flatMap((kind) => Object.keys(sets).map((set) => ({ set, kind, id: problemKey(set, kind) })));
  const choices = await fitAll(problem, "choice", svm.chosenOn, () => svm.grid);
  const errors = await errorsOf(problem, validation, choices);
  const chosen = new Map(
    each.map(({ id }) => {
      const ofDraws = Array.from({ length: svm.chosenOn }, (_, draw) =>
        errors.get(id)!.slice(draw * svm.grid.length, (draw + 1) * svm.grid.length),
      );
      const means = svm.grid.map((_, c) => mean(ofDraws.map((over) => over[c]!)));
      const best = chooseC(means);
      return [id, { c: svm.grid[best]!, error: means[best]! }];
    }),
  );
  const at = (id: string): readonly number[] => [chosen.get(id)!.c];
  const validated = await errorsOf(problem, validation, await fitAll(problem, "validation", svm.validationDraws, at));
  const tested = await errorsOf(problem, test, await fitAll(problem, "test", svm.testDraws, at));
  return each.map(({ set, kind, id }) => ({
    set,
    kind,
    c: chosen.get(id)!.c,
    validationError: svm.validationDraws > 0 ? mean(validated.get(id)!) : chosen.get(id)!.error,
    testErrors: tested.get(id)!,
  }));
}

/** Classifiers on `draws` draws of each kind, for each set at its values of C. Features of a draw are made once. */
async function fitAll(
  { pool, classes, sets, kinds, svm, pause, key }: LinearProblem,
  purpose: "choice" | "validation" | "test",
  draws: number,
  grid: (id: string) => readonly number[],
): Promise<Fitted> {
  const fitted = new Map<string, Float32Array[]>();
  for (const kind of kinds)
    for (let draw = 0; draw < draws; draw++) {
      const plan = { kind, size: svm.labels, classes };
      const rows = drawRows(pool.labels, plan, new Stream(key(kind, purpose), draw));
      const labels = Array.from(rows, (row) => pool.labels[row]!);
      const features = inBlocks(rows, pool.features);
      for (const [set, names] of Object.entries(sets)) {
        await pause();
        const { x, size } = concatenated(features, names, rows.length);
        const id = problemKey(set, kind);
        const path = solvePath(gram(x, rows.length, size), labels, classes, grid(id));
        const made = pathWeights(path, x, rows.length, size);
        fitted.set(id, [...(fitted.get(id) ?? []), ...made]);
      }
    }
  return fitted;
}

/** Features of rows, by name, made block by block. */
function inBlocks(rows: Uint32Array, features: LabelledFeatures["features"]): Readonly<Record<string, Float32Array>> {
  const blocks: Readonly<Record<string, Float32Array>>[] = [];
  for (let from = 0; from < rows.length; from += BLOCK) blocks.push(features(rows.subarray(from, from + BLOCK)));
  return Object.fromEntries(Object.keys(blocks[0]!).map((name) => [name, joined(blocks.map((block) => block[name]!))]));
}

/** Several features of n cases side by side: [n, size]. */
function concatenated(features: Readonly<Record<string, Float32Array>>, names: readonly string[], n: number) {
  const parts = names.map((name) => {
    const part = features[name];
    if (!part) throw new TypeError(`the model has no features "${name}": ${Object.keys(features).join(", ")}`);
    return { part, width: part.length / n };
  });
  const size = parts.reduce((sum, { width }) => sum + width, 0);
  const x = new Float32Array(n * size);
  let offset = 0;
  for (const { part, width } of parts) {
    for (let i = 0; i < n; i++) x.set(part.subarray(i * width, (i + 1) * width), i * size + offset);
    offset += width;
  }
  return { x, size };
}

/** Percent of the images that each classifier gets wrong, in the order of its weights. One pass over the images for all. */
async function errorsOf(
  { ops, classes, sets, pause }: LinearProblem,
  { labels, features }: LabelledFeatures,
  fitted: Fitted,
): Promise<ReadonlyMap<string, readonly number[]>> {
  const wrong = new Map([...fitted].map(([id, { length }]) => [id, new Array<number>(length).fill(0)]));
  const stacked = new Map<string, Classifiers>();
  try {
    for (const [id, all] of fitted) stacked.set(id, stackClassifiers(all, all[0]!.length / classes - 1, classes));
    for (let from = 0; stacked.size > 0 && from < labels.length; from += BLOCK) {
      await pause();
      const of = labels.subarray(from, from + BLOCK);
      const made = features(Uint32Array.from(of, (_, i) => from + i));
      for (const [set, names] of Object.entries(sets)) {
        const { x, size } = concatenated(made, names, of.length);
        const block = tf.tensor2d(x, [of.length, size]);
        for (const [id, classifiers] of stacked)
          if (setOfKey(id) === set)
            (await countErrors(ops, block, of, classifiers)).forEach((count, i) => {
              wrong.get(id)![i]! += count;
            });
        block.dispose();
      }
    }
  } finally {
    for (const { w, b } of stacked.values()) tf.dispose([w, b]);
  }
  return new Map([...wrong].map(([id, counts]) => [id, counts.map((count) => (100 * count) / labels.length)]));
}
