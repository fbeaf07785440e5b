import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { centres, drawMixture, mixtureData } from "./mixture.ts";
import { coverage } from "./mixture-coverage.ts";

const paper = { grid: [-4, -2, 0, 2, 4], sd: 0.05 };

describe("the mixture", () => {
  test("has 25 components on the paper's grid", () => {
    assert.equal(centres(paper).length, 25);
    assert.deepEqual(centres(paper)[0], [-4, -4]);
    assert.deepEqual(centres(paper)[24], [4, 4]);
  });

  test("has equal weights and the stated covariance", () => {
    const x = drawMixture(paper, 50_000, [3, 4]);
    const counts = new Map<string, number>();
    let squares = 0;
    for (let i = 0; i < x.length; i += 2) {
      const centre = [Math.round(x[i]! / 2) * 2, Math.round(x[i + 1]! / 2) * 2] as const;
      counts.set(String(centre), (counts.get(String(centre)) ?? 0) + 1);
      squares += (x[i]! - centre[0]) ** 2 + (x[i + 1]! - centre[1]) ** 2;
    }
    assert.equal(counts.size, 25);
    // Chi-squared over 25 equal cells: the 99.9 % point of 24 degrees of freedom is 51.18 (any table).
    const chi2 = [...counts.values()].reduce((sum, n) => sum + (n - 2000) ** 2 / 2000, 0);
    assert.equal(chi2 < 51.18, true, `chi-squared ${chi2}`);
    const sd = Math.sqrt(squares / x.length);
    assert.equal(Math.abs(sd - 0.05) < 0.0005, true, `SD ${sd}`);
  });

  test("is one data set, with held-out samples of its own", () => {
    const { train, heldOut, sha256 } = mixtureData(paper, 1_000);
    assert.equal(train.length, 2_000);
    assert.equal(heldOut.length, 20_000);
    assert.notDeepEqual(train.slice(0, 100), heldOut.slice(0, 100));
    assert.equal(mixtureData(paper, 1_000).sha256, sha256);
    // The bytes are part of every run's key: another platform or version must draw the same.
    assert.equal(sha256, PINNED);
  });
});

/** Pinned so that a change of generator, Node version or platform that moves a bit is seen. */
const PINNED = "885bab5749111e69f199abff62693630b454b66ae786476bc148d98833c3bdb3";

describe("coverage", () => {
  const points = (...xy: [number, number, number][]): Float32Array =>
    Float32Array.from(xy.flatMap(([x, y, n]) => Array.from({ length: n }, () => [x, y]).flat()));

  test("one stray sample covers a mode by the lenient count alone", () => {
    const c = coverage(points([0, 0, 20], [2.4, 2.4, 1], [4, 4, 5]), paper);
    assert.deepEqual(c, { modes: 3, modes5: 2, modes20: 1, sharpModes: 1, share3sd: 25 / 26 });
  });

  test("a uniform smear covers every mode and is near none", () => {
    const smear = Float32Array.from(
      { length: 20_000 },
      (_, i) => -5 + 10 * ((i * (i % 2 ? 0.618033988 : 0.754877666)) % 1),
    );
    const c = coverage(smear, paper);
    assert.equal(c.modes, 25);
    assert.equal(c.sharpModes, 0);
    // 25 circles of radius 0.15 in a square of side 10.
    assert.equal(Math.abs(c.share3sd - (25 * Math.PI * 0.15 ** 2) / 100) < 0.008, true, String(c.share3sd));
  });

  test("samples that are not finite count nowhere", () => {
    const c = coverage(points([Number.NaN, 0, 30], [Number.POSITIVE_INFINITY, 0, 30]), paper);
    assert.deepEqual(c, { modes: 0, modes5: 0, modes20: 0, sharpModes: 0, share3sd: 0 });
  });
});
