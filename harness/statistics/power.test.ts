/** Powers against a rule of integration a thousand times finer, and the search for a number of replicates. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { normalCdf, tQuantile } from "./distributions.ts";
import {
  beyondPower,
  changePower,
  differencePower,
  equivalencePower,
  extended,
  furtherReplicates,
  unitsPerArm,
} from "./power.ts";
import type { Contrast } from "./welch.ts";

const STEPS = 200_000;
/** Mean of f(S), S = sqrt(χ²(df)/df) with density ∝ s^(df − 1) exp(−df s²/2), by the midpoint rule. */
function average(df: number, f: (scale: number) => number): number {
  const width = (1 + 12 / Math.sqrt(df)) / STEPS;
  let [sum, weights] = [0, 0];
  for (let i = 0; i < STEPS; i++) {
    const s = (i + 0.5) * width;
    const weight = s ** (df - 1) * Math.exp((-df * (s ** 2 - 1)) / 2);
    sum += weight * f(s);
    weights += weight;
  }
  return sum / weights;
}
const close = (got: number, expected: number): void =>
  assert.equal(Math.abs(got - expected) <= 2e-5, true, `${got}, not ${expected}`);

describe("power of a one-sample test", () => {
  for (const df of [1, 2, 3, 9, 40])
    for (const value of [0.3, -1.1]) {
      const contrast: Contrast = { value, terms: [{ variance: 1, n: df + 1 }] };
      const error = 1 / Math.sqrt(df + 1);
      test(`at ${value} with ${df} degrees of freedom`, () => {
        const two = tQuantile(0.975, df) * error;
        const one = tQuantile(0.95, df) * error;
        close(
          differencePower(contrast),
          average(df, (s) => normalCdf((value - two * s) / error) + normalCdf((-value - two * s) / error)),
        );
        for (const margin of [0, 0.2])
          close(
            changePower(contrast, margin),
            average(df, (s) => normalCdf((Math.abs(value) - Math.max(margin, two * s)) / error)),
          );
        for (const sampling of [error, 0.2]) {
          close(
            beyondPower(contrast, 0.1, 0.05, sampling),
            average(df, (s) => normalCdf((Math.abs(value) - 0.1 - two * s) / sampling)),
          );
          close(
            equivalencePower(contrast, 1.5, 0.05, sampling),
            average(df, (s) => {
              const room = 1.5 - one * s;
              const within = normalCdf((room - value) / sampling) - normalCdf((-room - value) / sampling);
              return Math.max(0, within);
            }),
          );
        }
        close(beyondPower(contrast, 0.1), beyondPower(contrast, 0.1, 0.05, error));
        close(equivalencePower(contrast, 1.5), equivalencePower(contrast, 1.5, 0.05, error));
      });
    }

  // mpmath 1.4: adaptive quadrature of the same mean with 25 digits; the quantile of t is SciPy's.
  test("has the digits of mpmath between 1 and 2 degrees of freedom, as Welch's are", () => {
    for (const [df, shift, power] of [
      [1.001, 1, 0.073013001956739],
      [1.001, 3, 0.18632461274702],
      [1.01, 1, 0.073229944805933],
      [1.01, 3, 0.18806145683925],
      [1.02, 1, 0.073470932680103],
      [1.02, 3, 0.18999935345295],
      [1.04, 1, 0.073952670927235],
      [1.04, 3, 0.19389982170591],
      [1.3, 1, 0.080143953867436],
      [1.3, 3, 0.24681802305244],
      [1.9, 1, 0.093239993863222],
      [1.9, 3, 0.36881510320874],
    ] as const) {
      const got = differencePower({ value: shift, terms: [{ variance: 10, n: 10, means: 10 - df }] });
      assert.ok(Math.abs(got - power) < 1e-7, `df ${df}, ${shift} standard errors: ${got}, not ${power}`);
    }
  });
  test("without error is none or certain", () => {
    const flat = (value: number): Contrast => ({ value, terms: [{ variance: 0, n: 5 }] });
    assert.deepEqual([differencePower(flat(0)), differencePower(flat(2)), differencePower(flat(-2))], [0, 1, 1]);
    assert.deepEqual(
      [2, -2, 0.5].map((value) => Math.round(changePower(flat(value), 1))),
      [1, 1, 0],
    );
    const powers = [2, -2, 0.5, 1].map((value) => beyondPower(flat(value), 1));
    powers.forEach((power, i) => {
      close(power, [1, 1, 0, 0][i]!);
    });
    close(equivalencePower(flat(0.5), 1), 1);
    close(equivalencePower(flat(2), 1), 0);
  });
});

describe("power to find a change", () => {
  const of = (value: number, n: number): Contrast => ({ value, terms: [{ variance: 1, n }] });
  test("is that of SciPy 1.17.1: E Φ((|v| − max(margin, t s))/SE) over χ²", () => {
    close(changePower(of(0.8, 10), 0.5), 0.610883047);
    close(changePower(of(-0.6, 25), 0.5, 0.01), 0.567371382);
  });
  test("comes to one half, and no further, where the truth is the margin", () => {
    close(changePower(of(0.5, 10_000), 0.5), 0.5);
    assert.ok(changePower(of(0.5, 20), 0.5) < 0.5);
  });
});

describe("the number of further replicates", () => {
  const from = (first: number) => (k: number) => Number(k >= first);
  test("is the first that will do, up to 100,000", () => {
    for (const first of [0, 1, 2, 3, 7, 8, 9, 65_536, 65_537, 99_999, 100_000])
      assert.equal(furtherReplicates(from(first)), first);
    assert.equal(furtherReplicates(from(100_001)), null);
  });
  test("counts a power that is just reached", () => {
    for (const wanted of [0, 1, 2, 5, 8])
      assert.equal(
        furtherReplicates((k) => (k + 1) / 16, (wanted + 1) / 16),
        wanted,
      );
  });
  test("needs a power between 0 and 1", () => {
    for (const target of [0, 1, -0.5, 1.5, Number.NaN])
      assert.throws(() => furtherReplicates(from(3), target), new RegExp(`between 0 and 1; got ${target}`));
  });
  test("is added to the terms that grow alone", () => {
    const terms = [
      { variance: 1, n: 4 },
      { variance: 2, n: 5, means: 2 },
    ];
    const ns = (contrast: Contrast) => contrast.terms.map(({ n }) => n);
    assert.deepEqual(ns(extended({ value: 1, terms }, 3)), [7, 8]);
    assert.deepEqual(ns(extended({ value: 1, terms }, 3, 1)), [7, 5]);
    assert.deepEqual(extended({ value: 1, terms }, 0), { value: 1, terms });
  });
  test("gives the units of both arms, from 2 on", () => {
    assert.equal(unitsPerArm(0, [1, 1]), null);
    assert.equal(unitsPerArm(1, [0, 0]), 2);
    const n = unitsPerArm(1, [1, 2])!;
    const power = (n: number) =>
      differencePower({
        value: 1,
        terms: [
          { variance: 1, n },
          { variance: 4, n },
        ],
      });
    assert.equal(power(n) >= 0.8 && power(n - 1) < 0.8, true, `${n}: ${power(n)}`);
  });
});
