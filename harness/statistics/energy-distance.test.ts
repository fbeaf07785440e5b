import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { standardNormal } from "../engine/stateless-normal.ts";
import { energyTest, energyToNormal, meanDistanceToNormal } from "./energy-distance.ts";

const near = (got: number, wanted: number, tolerance: number): void =>
  assert.equal(Math.abs(got - wanted) <= tolerance, true, `${got}, not ${wanted} ± ${tolerance}`);

describe("the mean distance of a point to a standard normal in the plane", () => {
  // scipy.stats.rice.mean(r), SciPy 1.17; r = 0 is the Rayleigh mean √(π/2).
  const RICE = [
    [0, 1.2533141373155003],
    [0.5, 1.3304473406107031],
    [1, 1.548572460551146],
    [2, 2.272383428068742],
    [5, 5.101069639492125],
    [9.9, 9.95063591464876],
    [10.1, 10.149628115728477],
    [30, 30.016671304039285],
    [200, 200.0025000156256], // the series in 60 digits: its terms leave the range of doubles
  ] as const;
  for (const [r, mean] of RICE) test(`at distance ${r}`, () => near(meanDistanceToNormal(r), mean, 1e-13 * mean));
});

describe("energy distance to the standard normal", () => {
  // 2 · mean of rice.mean(‖a‖) − √π − 2 · sum of scipy.spatial.distance.pdist / n².
  test("of a few points is the formula's", () => {
    near(energyToNormal(Float32Array.of(0, 0)), 0.7341744237254848, 1e-12);
    near(energyToNormal(Float32Array.of(1, 0, 0, -2)), 0.9304680489644768, 1e-12);
    near(energyToNormal(Float32Array.of(3, 4, -1, 0.5, 0.25, 0)), 0.9959948137040526, 1e-12);
  });

  test("is √π / n on average over draws of the normal", () => {
    const [n, repeats] = [50, 2_000];
    let sum = 0;
    for (let i = 0; i < repeats; i++) sum += n * energyToNormal(standardNormal(2 * n, [i, 77]));
    // The SD of one is about 0.95.
    near(sum / repeats, Math.sqrt(Math.PI), (4 * 0.95) / Math.sqrt(repeats));
  });

  test("grows with a shift, a wrong scale and a hole", () => {
    const z = standardNormal(4_000, [5, 6]);
    const own = energyToNormal(z);
    const changed = [
      z.map((value, i) => value + (i % 2 ? 0.5 : 0)),
      z.map((value) => 0.7 * value),
      z.filter((_, i) => Math.hypot(z[i - (i % 2)]!, z[i - (i % 2) + 1]!) > 1),
    ];
    for (const points of changed) assert.equal(energyToNormal(points) > 5 * own, true, String(energyToNormal(points)));
  });

  test("is NaN for a point that is not finite", () => {
    assert.equal(energyToNormal(Float32Array.of(0, Number.NaN, 1, 1)), Number.NaN);
    assert.equal(energyToNormal(Float32Array.of(0, Number.POSITIVE_INFINITY, 1, 1)), Number.NaN);
    assert.equal(energyTest(Float32Array.of(0, Number.NaN, 1, 1)).p, Number.NaN);
  });
});

describe("the energy test", () => {
  test("its 95 % point is that of another program's simulation", () => {
    // NumPy and SciPy, the same statistic, PCG64 seed 1: n · energy has its 95 % point at 3.670 (8,000 samples of 500) and
    // 3.677 (1,500 of 2,000). From 999 samples its standard error is about 0.12.
    near(10_000 * energyTest(standardNormal(20_000, [8, 9])).null95, 3.67, 0.36);
  });

  test("is not sure of draws of the normal more often than its level says", () => {
    const ps = Array.from({ length: 200 }, (_, i) => energyTest(standardNormal(600, [i, 4_242])).p);
    const rejected = ps.filter((p) => p <= 0.05).length;
    // Binomial(200, 0.05): 1 to 20 with a probability above 0.999.
    assert.equal(rejected >= 1 && rejected <= 20, true, `${rejected} of 200`);
  });

  test("is sure of a normal that is too narrow by a twentieth, given 10,000 points", () => {
    assert.equal(energyTest(standardNormal(20_000, [8, 9]).map((value) => 0.95 * value)).p, 0.001);
  });
});
