/** The printed numbers were typed twice, independently; here the two transcriptions meet. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { z } from "zod";
import type { PublishedValue } from "../../../harness/contract/claims.ts";
import { PUBLISHED } from "./published.ts";

const Row = z.strictObject({
  model: z.string(),
  labels: z.int().optional(),
  printed: z.string().regex(/^\d+(\.\d+)?( ± \d+\.\d+)?$/),
  kind: z.enum(["sd", "3sd", "unknown", "that paper's", "none"]),
  n: z.int().optional(),
  min: z.int().optional(),
  max: z.int().optional(),
});
type Row = z.infer<typeof Row>;
const File = z.object({ about: z.string() }).catchall(z.array(Row));

const { about: _, ...tables } = File.parse(
  JSON.parse(readFileSync(new URL("fixtures/published-second.json", import.meta.url), "utf8")),
);

/** Rows of the second transcription by table and model, and what the first one calls them. */
const IDS: Readonly<Record<string, string>> = {
  "toy ALI": "toy/ali/modes",
  "toy GAN": "toy/gan/modes",
  "toy VAE": "toy/vae/modes",
  "svhn VAE (M1 + M2)": "svhn/m1-m2/1000",
  "svhn SWWAE with dropout": "svhn/swwae/1000",
  "svhn DCGAN + L2-SVM": "svhn/dcgan-l2-svm/1000",
  "svhn SDGM": "svhn/sdgm/1000",
  "svhn GAN (feature matching)": "svhn/gan-fm/1000",
  "svhn ALI (L2-SVM)": "svhn/ali-l2-svm/1000",
  "svhn ALI (no feature matching)": "svhn/ali/1000",
  "svhn ALI (L2-SVM) below DCGAN + L2-SVM": "svhn/ali-l2-svm-minus-dcgan-l2-svm/1000",
  "cifar10 Ladder network": "cifar10/ladder",
  "cifar10 CatGAN": "cifar10/catgan",
  "cifar10 GAN (feature matching)": "cifar10/gan-fm",
  "cifar10 ALI (no feature matching)": "cifar10/ali",
};
const idOf = (table: string, { model, labels }: Row): string => {
  const set = table.startsWith("toy") ? "toy" : table.includes("svhn") ? "svhn" : "cifar10";
  const id = IDS[`${set} ${model}`] ?? `no id for ${set} ${model}`;
  return labels === undefined ? id : `${id}/${labels}`;
};

interface Compared {
  readonly value: number;
  readonly plusMinus: number | null;
  readonly kind: string;
  readonly n: number | null;
  readonly min: number | null;
  readonly max: number | null;
}
function second(id: string, { printed, kind, n, min, max }: Row): Compared {
  const [value, plusMinus] = printed.split(" ± ").map(Number);
  return {
    // "3.00 below" is a difference of −3 in the first transcription: first minus second.
    value: id.includes("-minus-") ? -value! : value!,
    plusMinus: plusMinus ?? null,
    // What another paper meant by its ± is unknown from this one.
    kind: kind === "that paper's" ? "unknown" : kind,
    n: n ?? null,
    min: min ?? null,
    max: max ?? null,
  };
}
function first({ id, mean, spread, n, min, max }: PublishedValue): Compared {
  return {
    value: mean,
    plusMinus: spread.kind === "none" ? null : spread.value,
    kind: spread.kind,
    // The ten splits are printed by Salimans et al. 2016, not in this paper's tables.
    n: id.includes("/gan-fm/") ? null : n,
    min: min ?? null,
    max: max ?? null,
  };
}

test("two transcriptions agree on every value, ±, kind, n, minimum and maximum", () => {
  const theirs = Object.entries(tables).flatMap(([table, rows]) =>
    rows.map((row): [string, Compared] => [idOf(table, row), second(idOf(table, row), row)]),
  );
  const ours = PUBLISHED.map((value): [string, Compared] => [value.id, first(value)]);
  const sorted = (rows: [string, Compared][]) => rows.sort(([a], [b]) => (a < b ? -1 : 1));
  assert.deepEqual(sorted(ours), sorted(theirs));
});

test("no row of the second transcription stands for two numbers", () => {
  const ids = Object.entries(tables).flatMap(([table, rows]) => rows.map((row) => idOf(table, row)));
  assert.equal(new Set(ids).size, ids.length);
  assert.equal(ids.length, PUBLISHED.length);
});
