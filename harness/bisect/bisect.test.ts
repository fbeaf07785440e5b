import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { bisect, type Tested } from "./bisect.ts";

const revisions = (n: number): string[] => Array.from({ length: n }, (_, i) => String(i));
const tester = (firstBad: number, neither: ReadonlySet<number> = new Set(), found: Tested = "skipped") => {
  const asked: number[] = [];
  const test = async (revision: string): Promise<Tested> => {
    asked.push(Number(revision));
    return neither.has(Number(revision)) ? found : Number(revision) >= firstBad ? "bad" : "good";
  };
  return { asked, test };
};

describe("a bisection", () => {
  test("finds the first bad revision, wherever it is, in at most log2 steps", async () => {
    for (let firstBad = 0; firstBad < 16; firstBad++) {
      const { asked, test } = tester(firstBad);
      assert.deepEqual(await bisect(revisions(16), test), { suspects: [String(firstBad)] });
      assert.ok(asked.length <= 4, `${asked.length} steps`);
    }
    assert.deepEqual(await bisect(["0"], tester(0).test), { suspects: ["0"] });
  });

  test("passes over what cannot be tested or is undecided, and names every suspect where that leaves several", async () => {
    for (const found of ["skipped", "undecided"] as const) {
      const { asked, test } = tester(5, new Set([3, 4]), found);
      assert.deepEqual(await bisect(revisions(8), test), { suspects: ["3", "4", "5"] });
      assert.equal(new Set(asked).size, asked.length, "nothing is tested twice");
    }
  });

  test("always leaves the first bad one among the suspects, with only untestable ones before it", () =>
    fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 40 }), fc.nat(), fc.array(fc.nat(40)), async (n, bad, broken) => {
        const firstBad = bad % n;
        const skipped = new Set(broken.filter((at) => at !== n - 1));
        const { suspects } = (await bisect(revisions(n), tester(firstBad, skipped).test))!;
        assert.ok(suspects.includes(String(firstBad)), `${suspects}`);
        for (const one of suspects.slice(0, -1)) assert.ok(skipped.has(Number(one)), `${one} could be tested`);
      }),
      { numRuns: 200, seed: 7 },
    ));

  test("is undefined when it is stopped", async () => {
    assert.equal(await bisect(revisions(4), async () => undefined), undefined);
  });
});
