import assert from "node:assert/strict";
import { test } from "node:test";
import { HarnessError } from "../../../harness/errors.ts";
import { publishedSd } from "../../../harness/statistics/spread.ts";
import { PUBLISHED, published } from "./published.ts";

/** Rows of the paper's tables, as printed: id, mean, ±. Typed a second time on purpose. */
const PRINTED: readonly (readonly [string, number, number | null])[] = [
  ["toy/ali/modes", 13.4, 5.8],
  ["toy/gan/modes", 10.4, 9.2],
  ["toy/vae/modes", 25, null],
  ["svhn/m1-m2/1000", 36.02, null],
  ["svhn/swwae/1000", 23.56, null],
  ["svhn/dcgan-l2-svm/1000", 22.18, null],
  ["svhn/sdgm/1000", 16.61, null],
  ["svhn/gan-fm/1000", 8.11, 1.3],
  ["svhn/ali-l2-svm/1000", 19.14, 0.5],
  ["svhn/ali/1000", 7.42, 0.65],
  ["svhn/ali-l2-svm-minus-dcgan-l2-svm/1000", -3, 0.5],
  ["cifar10/ladder/4000", 20.4, null],
  ["cifar10/catgan/4000", 19.58, null],
  ["cifar10/gan-fm/1000", 21.83, 2.01],
  ["cifar10/gan-fm/2000", 19.61, 2.09],
  ["cifar10/gan-fm/4000", 18.63, 2.32],
  ["cifar10/gan-fm/8000", 17.72, 1.82],
  ["cifar10/ali/1000", 19.98, 0.89],
  ["cifar10/ali/2000", 19.09, 0.44],
  ["cifar10/ali/4000", 17.99, 1.62],
  ["cifar10/ali/8000", 17.05, 1.49],
];

test("means and ± are the printed ones, all of them and no others", () => {
  const ours = PUBLISHED.map(({ id, mean, spread }) => [id, mean, spread.kind === "none" ? null : spread.value]);
  assert.deepEqual(ours, PRINTED);
});

test("ids are unique", () => {
  assert.equal(new Set(PUBLISHED.map(({ id }) => id)).size, PUBLISHED.length);
});

test("the toy's counts are over ten runs, with their extremes", () => {
  const { min, max, n, axis, spread } = published("toy/ali/modes");
  assert.deepEqual(
    { min, max, n, axis, spread },
    { min: 8, max: 25, n: 10, axis: "run", spread: { kind: "sd", value: 5.8 } },
  );
  const gan = published("toy/gan/modes");
  assert.deepEqual([gan.min, gan.max, gan.n, gan.axis], [1, 22, 10, "run"]);
});

test("ALI's bars on CIFAR10 are three standard deviations", () => {
  const rows = PUBLISHED.filter(({ id }) => id.startsWith("cifar10/ali/"));
  assert.equal(rows.length, 4);
  for (const row of rows) assert.equal(row.spread.kind, "3sd");
  assert.deepEqual(
    rows.map((row) => publishedSd(row)?.toFixed(2)),
    ["0.30", "0.15", "0.54", "0.50"],
  );
});

test("the ± of ALI with an L2-SVM on SVHN is an SD over 100 label draws", () => {
  const { spread, n, axis } = published("svhn/ali-l2-svm/1000");
  assert.deepEqual({ spread, n, axis }, { spread: { kind: "sd", value: 0.5 }, n: 100, axis: "labelDraw" });
});

test("an id that is not printed is refused with the nearest one", () => {
  assert.throws(
    () => published("toy/alli/modes"),
    (error) => error instanceof HarnessError && /Did you mean "toy\/ali\/modes"/.test(error.message),
  );
});
