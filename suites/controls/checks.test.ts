/** The controls that train nothing: a sound input passes, a faulty one does not, for several seeds. */
import assert from "node:assert/strict";
import { before, describe, test } from "node:test";
import type { Engine } from "../../harness/engine/engine.ts";
import { openEngine } from "../../harness/engine/open.ts";
import { streamKey } from "../../harness/random/seeds.ts";
import { CHECKS, type CheckId } from "./checks.ts";
import { SEEN } from "./claims.ts";

const SEEDS = [0, 1, 2, 3, 4];
let engine: Engine;
before(async () => {
  engine = await openEngine({ requested: "cpu", provision: false });
});
const measured = (check: CheckId) =>
  Promise.all(
    SEEDS.map((seed) => CHECKS[check]({ engine, seed: (purpose) => streamKey("test", String(seed), purpose) })),
  );

describe("replicates of one outcome are told apart by what they looked at", () => {
  for (const check of ["whole-file", "truncated-file", "seeds", "stuck-seed", "three-sd-as-sd"] as const)
    test(check, async () => {
      const inputs = (await measured(check)).map(({ input }) => input!.join());
      assert.equal(new Set(inputs).size, SEEDS.length);
    });
});

describe("every fault that is no model's is told from what is sound, with each of five seeds", () => {
  for (const { fault, sound, quantity } of SEEN.filter((seen) => seen.fault in CHECKS))
    test(fault, async () => {
      const [bad, good] = [await measured(fault as CheckId), await measured(sound as CheckId)];
      for (const [i, one] of bad.entries()) {
        const [faulty, right] = [one, good[i]!].map(({ metrics }) => metrics[quantity.metric]!);
        assert.ok(faulty! > right!, `${fault}: ${faulty}, ${sound}: ${right}`);
        if (quantity.metric === "flagged") assert.deepEqual([faulty, right], [1, 0]);
      }
    });
});
