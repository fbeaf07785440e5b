import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { standardNormal } from "./stateless-normal.ts";

/** Values that TensorFlow itself drew; ci/peers/stateless_normal.py made the file. */
interface Fixture {
  readonly tensorflow: string;
  readonly cases: readonly {
    readonly seed: [number, number];
    readonly count: number;
    readonly indices: readonly number[];
    readonly values: readonly number[];
    readonly mean: number;
    readonly meanSquare: number;
  }[];
}
const fixture = JSON.parse(
  readFileSync(new URL("./fixtures/stateless-normal.json", import.meta.url), "utf8"),
) as Fixture;

/** TensorFlow works in float32: its sine of an angle up to 2π is good to about 2π · 2⁻²⁴, times a radius below 5.7. */
const TOLERANCE = 2e-6;

for (const { seed, count, indices, values, mean, meanSquare } of fixture.cases) {
  test(`standardNormal(${count}, [${seed}]) equals TensorFlow ${fixture.tensorflow}'s StatelessRandomNormal`, () => {
    const ours = standardNormal(count, seed);
    assert.equal(ours.length, count);
    indices.forEach((at, i) => {
      const difference = Math.abs(ours[at]! - values[i]!);
      assert.ok(difference <= TOLERANCE, `number ${at}: ${ours[at]} here, ${values[i]} in TensorFlow`);
    });
    const sum = ours.reduce((total, value) => total + value, 0);
    const squares = ours.reduce((total, value) => total + value * value, 0);
    assert.ok(Math.abs(sum / count - mean) <= TOLERANCE, `mean ${sum / count}, in TensorFlow ${mean}`);
    assert.ok(Math.abs(squares / count - meanSquare) <= 4 * TOLERANCE, `mean square ${squares / count}, ${meanSquare}`);
  });
}

test("a longer stream of the same key starts with the shorter one", () => {
  assert.deepEqual(standardNormal(1001, [3, -4]).slice(0, 10), standardNormal(10, [3, -4]));
});
