import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { type CompareChoice, compareCommandLine, nextCompares } from "./compare-command.ts";
import type { Change } from "./judge-change.ts";

const SUITE = { id: "toy" };
const PLAIN: CompareChoice = { profile: "quick", seed: "1606.00704", store: "runs", out: "reports/out" };
const MINUTE = 60_000;
const REVISION = "0123456789abcdef";

describe("the command line of a compare", () => {
  it("leaves out what is as without an option", () =>
    assert.equal(compareCommandLine(SUITE, PLAIN), "npm run compare toy -- --profile quick"));

  it("has every option in use, each value one word of a shell", () =>
    assert.equal(
      compareCommandLine(SUITE, {
        ...{
          profile: "paper",
          baseline: "a b.json",
          replicates: 22,
          timeLimitMs: 30 * MINUTE,
          model: "it's.ts",
          slot: "ali",
        },
        otherParameters: true,
        engine: "wasm",
        workers: 4,
        seed: "$7",
        store: "/tmp/runs",
        out: "pages",
      }),
      "npm run compare toy -- --profile paper --baseline 'a b.json' --model 'it'\\''s.ts' --slot ali --replicates 22 --budget 30 --other-parameters --engine wasm --workers 4 --seed '$7' --store /tmp/runs --out pages",
    ));
});

describe("the compares that would decide", () => {
  /** Comparisons of ten runs a side; a null entry needs no further runs, or no number of runs is enough. */
  const change = (verdict: Change["verdict"], further: readonly (number | null)[], adding = false): Change =>
    ({
      verdict,
      comparisons: further.map((furtherReplicates) => ({
        verdict: "INCONCLUSIVE",
        runs: { baseline: Array(10).fill(0), candidate: Array(10).fill(0) },
        wouldDecide: {
          furtherReplicates,
          newCompare: adding || furtherReplicates === null ? null : 10 + furtherReplicates,
          smallestMargin: null,
        },
      })),
    }) as unknown as Change;
  const look = { number: 1, replicates: 10 };

  it("after one look are one a size, the smallest first, with how many comparisons each decides", () => {
    const next = nextCompares(SUITE, PLAIN, change("REGRESSED", [118, 12, null, 12, 20_000]), look, REVISION, 10, 1);
    assert.deepEqual(
      next.map(({ replicates, decides, open }) => [replicates, decides, open]),
      [
        [22, 2, 5],
        [128, 3, 5],
      ],
      "a number that --replicates does not take has no command",
    );
    assert.equal(next[1]!.command, "npm run compare toy -- --profile quick --replicates 128");
  });

  it("are given on fresh seeds too, where the baseline's revision does its runs", () => {
    const fresh = (choice: Partial<CompareChoice>): string | null =>
      nextCompares(SUITE, { ...PLAIN, ...choice }, change("INCONCLUSIVE", [12]), look, REVISION, 10, 1)[0]!.fresh;
    const begin = "npm run compare toy -- --profile quick --rev";
    assert.equal(fresh({ baseline: "x.json" }), `${begin} 0123456789ab --replicates 22 --seed 1606.00704-2`);
    assert.equal(fresh({ rev: "v1", seed: "7-2" }), `${begin} v1 --replicates 22 --seed 7-3`);
  });

  it("where runs are being added go to a planned look, with the minutes that it takes", () => {
    // Looks at 10, 15, 23, 34: the third reaches 10 + 6. Thirteen more runs of two minutes, and one to start.
    const adding = { ...PLAIN, timeLimitMs: 2 * MINUTE };
    const [next] = nextCompares(SUITE, adding, change("INCONCLUSIVE", [6], true), look, REVISION, 10, 2 * MINUTE);
    assert.deepEqual([next!.replicates, next!.command], [23, "npm run compare toy -- --profile quick --budget 27"]);
    assert.equal(next!.fresh, null);
    const capped = { ...adding, replicates: 15 };
    const [raised] = nextCompares(SUITE, capped, change("INCONCLUSIVE", [6], true), look, REVISION, 10, 1);
    assert.equal(raised!.command, "npm run compare toy -- --profile quick --replicates 23 --budget 2");
  });

  it("where runs are being added are none once something is decided: it would stop at the same look", () =>
    assert.deepEqual(
      nextCompares(SUITE, { ...PLAIN, timeLimitMs: MINUTE }, change("REGRESSED", [6], true), look, REVISION, 10, 1),
      [],
    ));
});
