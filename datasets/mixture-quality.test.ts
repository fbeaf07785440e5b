import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { streamKey } from "../harness/random/seeds.ts";
import { drawGaussians, drawMixture, gaussiansOf, ring } from "./mixture.ts";
import { mixtureQuality } from "./mixture-quality.ts";

const RING = ring(8, 1, 0.01);
const GRID = { grid: [-4, -2, 0, 2, 4], sd: 0.05 };
const near = (actual: number, expected: number, tolerance: number): void =>
  assert.equal(Math.abs(actual - expected) <= tolerance, true, `${actual}, expected ${expected}`);

describe("the quality of samples", () => {
  it("of draws from the mixture: all modes, 1 − exp(−9/2) within 3 SD, a KL near 0", () => {
    for (const mixture of [RING, gaussiansOf(GRID)]) {
      const draws = drawGaussians(mixture, 50_000, streamKey("quality", "test", "draws"));
      const { qualityModes, quality, reverseKl } = mixtureQuality(draws, mixture);
      assert.equal(qualityModes, mixture.means.length);
      near(quality, 1 - Math.exp(-4.5), 5 * Math.sqrt(0.011 / 50_000)); // 5 standard errors
      near(reverseKl, 0, 24 / 50_000); // (K − 1) / 2n on average
    }
  });

  it("of two modes of eight, one sample each and one between: log 8 − log 2", () => {
    const samples = Float32Array.of(1, 0, -1, 0, 0.5, 0);
    const { qualityModes, quality, reverseKl } = mixtureQuality(samples, RING);
    assert.deepEqual([qualityModes, quality], [2, 2 / 3]);
    near(reverseKl, Math.log(4), 1e-12);
  });

  it("leaves samples at 3 SD and beyond, and those that are not finite, uncounted", () => {
    const at = (x: number): number => mixtureQuality(Float32Array.of(x, 0), { means: [[0, 0]], sd: 1 }).quality;
    assert.deepEqual([2.999, 3, Number.NaN, Number.POSITIVE_INFINITY].map(at), [1, 0, 0, 0]);
  });

  it("has the largest KL where no sample counts", () => {
    assert.deepEqual(mixtureQuality(Float32Array.of(9, 9), RING), {
      qualityModes: 0,
      quality: 0,
      reverseKl: Math.log(8),
    });
  });
});

it("a mixture with its means listed has the same draws as by its grid", () => {
  const key = streamKey("quality", "same", "draws");
  assert.deepEqual(drawGaussians(gaussiansOf(GRID), 100, key), drawMixture(GRID, 100, key));
});
