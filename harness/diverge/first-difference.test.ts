import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { TracedOperation } from "../engine/trace.ts";
import { addMilestone, emptyTrail, isMilestone, type Trail } from "../engine/trail.ts";
import { firstDifference, firstOperation } from "./first-difference.ts";

const trail = (update: number[], tensors: Record<string, string[]>): Trail => ({ update, tensors });

describe("two trails", () => {
  const a = trail([1, 2, 4, 5], { w: ["0", "1", "2", "3"], b: ["0", "0", "0", "0"] });

  it("of the same hashes part nowhere", () => assert.equal(firstDifference(a, structuredClone(a)), undefined));

  it("part at the first update where a tensor differs, and name all that do", () => {
    const b = trail([1, 2, 4, 5], { w: ["0", "1", "x", "y"], b: ["0", "0", "z", "0"] });
    assert.deepEqual(firstDifference(a, b), { same: 2, differs: 4, tensors: ["w", "b"] });
  });

  it("are compared where both have hashes: one of them was longer", () => {
    const b = trail([1, 2, 4, 8, 9], { w: ["0", "1", "2", "8", "9"], b: ["0", "0", "0", "0", "0"] });
    assert.equal(firstDifference(a, b), undefined);
  });

  it("part where one has a tensor more", () => {
    const b = trail([1, 2], { w: ["0", "1"], b: ["0", "0"], more: ["0", "0"] });
    assert.deepEqual(firstDifference(a, b), { same: 0, differs: 1, tensors: ["more"] });
  });

  it("without an update in common cannot be compared", () => {
    assert.throws(() => firstDifference(a, trail([3], { w: ["0"] })), RangeError);
  });
});

describe("a trail", () => {
  it("has hashes of every tensor after the powers of two and the last update", () => {
    const kept = emptyTrail();
    for (let update = 1; update <= 10; update++)
      if (isMilestone(update, update === 10))
        addMilestone(kept, update, { w: { shape: [2], data: Float32Array.of(update, 0) } });
    assert.deepEqual(kept.update, [1, 2, 4, 8, 10]);
    assert.equal(new Set(kept.tensors.w).size, 5);
  });

  it("tells shapes apart, and a bit", () => {
    const hashes = [
      { shape: [2, 1], data: Float32Array.of(1, 2) },
      { shape: [1, 2], data: Float32Array.of(1, 2) },
      { shape: [1, 2], data: Float32Array.of(1, 2 + 2 ** -22) },
    ].map((w) => {
      const kept = emptyTrail();
      addMilestone(kept, 1, { w });
      return kept.tensors.w![0];
    });
    assert.equal(new Set(hashes).size, 3);
  });
});

describe("two sequences of operations", () => {
  const operation = (name: string, hash: string): TracedOperation => ({ operation: name, shapes: [[2]], hash });
  const a = [operation("MatMul", "1"), operation("Add", "2"), operation("Relu", "3")];

  it("part at the first of another result, after what was the same", () => {
    const b = [a[0]!, operation("Add", "x"), operation("Relu", "y")];
    assert.deepEqual(firstOperation(a, b), { number: 2, of: 3, a: a[1], b: b[1], before: [a[0]] });
  });

  it("part where one ends", () => {
    assert.deepEqual(firstOperation(a, a.slice(0, 2)), { number: 3, of: 3, a: a[2], b: null, before: a.slice(0, 2) });
  });

  it("may be the same", () => assert.equal(firstOperation(a, [...a]), undefined));
});
