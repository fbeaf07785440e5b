/** The audit of this paper's numbers. Golden values: computed elsewhere from the printed numbers, before this code. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { audit } from "../../../harness/audit/audit.ts";
import { auditInput, type Computed } from "../../../harness/audit/declared.ts";
import { ALI } from "./paper.ts";
import { PUBLISHED } from "./published.ts";

const result = audit(auditInput(ALI));
const { values, comparisons, crossChecks } = result;
const auditOf = (id: string) => values.find((value) => value.id === id)!;
const testOf = (id: string) => comparisons.find((comparison) => comparison.id === id)!.test;
const checkOf = (id: string) => crossChecks.find((check) => check.id === id)!;
function computed<T>(what: Computed<T>): T {
  if (what.state === "not computable") throw new Error(what.reason);
  return what;
}

it("every printed number is audited", () => {
  assert.deepEqual(
    values.map(({ id }) => id),
    PUBLISHED.map(({ id }) => id),
  );
});

describe("toy, ALI against GAN", () => {
  it("Welch: t = 0.87, df = 15.2, p = 0.40, 95 % interval [−4.3, 10.3]", () => {
    const { t, df, p, interval } = computed(testOf("toy/ali-gan").ddof1);
    assert.deepEqual([t.toFixed(2), df.toFixed(1), p.toFixed(2)], ["0.87", "15.2", "0.40"]);
    assert.deepEqual([interval.low.toFixed(1), interval.high.toFixed(1)], ["-4.3", "10.3"]);
  });
  it("p = 0.42 if the printed SDs have ddof 0", () => {
    assert.equal(computed(testOf("toy/ali-gan").ddof0).p.toFixed(2), "0.42");
  });
  it("105 runs an arm would be needed for 3.0 modes", () => {
    assert.equal(computed(testOf("toy/ali-gan").ddof1).unitsPerArm, 105);
  });
  it("equivalence has floors of 3.4 and 5.3 modes, 3.5 and 5.6 with ddof 0", () => {
    const floors = ["toy/ali/modes", "toy/gan/modes"].map((id) => {
      const { ddof1, ddof0 } = auditOf(id).resolution;
      return [computed(ddof1).floor.toFixed(1), computed(ddof0).floor.toFixed(1)];
    });
    assert.deepEqual(floors, [
      ["3.4", "3.5"],
      ["5.3", "5.6"],
    ]);
  });
  it("GRIM says nothing; the SDs are attainable with either ddof and within Bhatia–Davis", () => {
    for (const id of ["toy/ali/modes", "toy/gan/modes"]) {
      const { grim, grimmer, bhatiaDavis } = auditOf(id);
      assert.equal(computed(grim).result, "says nothing");
      assert.equal(computed(grimmer).result, "possible");
      assert.doesNotMatch(computed(grimmer).detail, /ddof [01]: 0 /);
      assert.equal(computed(bhatiaDavis).result, "possible");
    }
  });
});

it("no test is computed in the two tables of errors: a spread, its kind or n is missing in each", () => {
  for (const { id, test } of comparisons)
    if (id !== "toy/ali-gan") assert.equal(test.ddof1.state, "not computable", id);
});

describe("cross-checks", () => {
  it("the text's 3.00 is 0.04 from the table's difference, and 0.34 from the DCGAN paper's", () => {
    assert.match(checkOf("svhn/text-against-table").detail, /= −3\.04.*off by 0\.04/);
    assert.match(checkOf("svhn/text-against-dcgan-paper").detail, /= −3\.34.*off by 0\.34/);
    assert.equal(checkOf("svhn/text-against-table").result, "differs");
  });
  it("22.18 is not the 22.48 of its source", () => {
    assert.equal(checkOf("svhn/dcgan-citation").result, "differs");
    assert.match(checkOf("svhn/dcgan-citation").detail, /off by −0\.30/);
  });
  it("the ± of the text's difference is ALI's alone, and nothing can be said of it", () => {
    assert.equal(checkOf("svhn/text-plus-minus").result, "cannot say");
    assert.match(checkOf("svhn/text-plus-minus").detail, /equals that of svhn\/ali-l2-svm\/1000 alone/);
  });
  it("errors fall as labels grow; the gain named at 2000 labels is the smallest of the four", () => {
    assert.equal(checkOf("cifar10/ali-falls").result, "holds");
    assert.equal(checkOf("cifar10/gains-at-1000-and-2000").result, "differs");
    assert.match(checkOf("cifar10/gains-at-1000-and-2000").detail, /1\.85.*0\.52.*0\.64.*0\.67.*smallest is at 2000/);
  });
});
