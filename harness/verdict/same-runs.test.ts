/** Replicates of an arm that are repetitions of one run, and replicates that only coincide. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { sameRuns } from "./same-runs.ts";

interface Measured {
  readonly metrics: Readonly<Record<string, number>>;
  readonly weightsSha256?: string | null;
  readonly draws?: Readonly<Record<string, readonly number[]>>;
  readonly artifacts?: Readonly<Record<string, { readonly sha256: string }>>;
}
const arm = (runs: readonly Measured[], model = "a") =>
  runs.map((run, replicate) => ({
    spec: { model, setting: "only", replicate },
    state: "finished",
    weightsSha256: null,
    ...run,
  }));
const ten = (of: (replicate: number) => Measured) => arm(Array.from({ length: 10 }, (_, i) => of(i)));
const array = (sha256: string) => ({ artifacts: { samples: { sha256 } } });

describe("runs that trained nothing", () => {
  test("are one run where everything that they measured is equal", () => {
    assert.match(sameRuns(ten(() => ({ metrics: { error: 12.5 } })))!, /^All 10 replicates of a have the same metrics/);
    assert.match(sameRuns(ten(() => ({ metrics: { modes: 25 } })))!, /^All 10 replicates of a/);
    const withDraws = { metrics: { error: 12.5 }, draws: { error: [12, 13] }, ...array("s") };
    assert.match(sameRuns(ten(() => withDraws))!, /^All 10 replicates of a/);
    assert.match(sameRuns(arm([{ metrics: { error: 1 } }, { metrics: { error: 1 } }]))!, /^Replicates 0 and 1 of a/);
  });
  test("are not where an array, a draw or a metric differs", () => {
    assert.equal(sameRuns(ten((i) => ({ metrics: { modes: 25 }, ...array(`s${i}`) }))), null);
    assert.equal(sameRuns(ten((i) => ({ metrics: { modes: 25 }, draws: { modes: [24, 26, i] } }))), null);
    assert.equal(sameRuns(ten((i) => ({ metrics: { modes: 25, share: 0.5 + i / 100 } }))), null);
    assert.equal(sameRuns(arm([{ metrics: { error: 1 } }])), null);
  });
  test("of which two are equal are one run where the others are told apart by what was measured", () => {
    const shares = (i: number): Measured => ({ metrics: { modes: 25, share: i === 7 ? 0.52 : 0.5 + i / 100 } });
    assert.match(sameRuns(ten(shares))!, /^Replicates 2 and 7 of a have the same/);
    const files = (i: number): Measured => ({ metrics: { modes: 25 }, ...array(i === 7 ? "s2" : `s${i}`) });
    assert.match(sameRuns(ten(files))!, /^Replicates 2 and 7 of a have the same/);
  });
  test("may agree in a count, beside a constant", () => {
    const counts = [25, 24, 25, 25, 23, 25, 24, 25, 25, 25];
    assert.equal(sameRuns(ten((i) => ({ metrics: { modes: counts[i]!, floor: 0.25 } }))), null);
  });
  test("are compared within an arm, and failed ones not at all", () => {
    const run = { metrics: { error: 12.5 } };
    assert.equal(sameRuns([...arm([run]), ...arm([run], "b")]), null);
    assert.equal(sameRuns(ten(() => run).map((one) => ({ ...one, state: "diverged" }))), null);
  });
});

describe("runs that trained", () => {
  test("are one run where their weights are equal, and only there", () => {
    const weights = (of: (i: number) => string) => ten((i) => ({ metrics: { modes: 25 }, weightsSha256: of(i) }));
    assert.equal(sameRuns(weights((i) => `w${i}`)), null);
    assert.match(
      sameRuns(weights((i) => (i === 5 ? "w1" : `w${i}`)))!,
      /^Replicates 1 and 5 of a trained to the same bits/,
    );
  });
});
