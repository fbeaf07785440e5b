/** The five kinds of run: each computes an optimum without the formula it is compared with. */
import type { Words2 } from "../../harness/random/philox.ts";
import { Stream } from "../../harness/random/seeds.ts";
import { onGrid, randomDensities } from "./continuous.ts";
import { countInverses, enumeratePairs, randomMasses } from "./deterministic.ts";
import type { Formulas } from "./formulas.ts";
import { conditionals, type Joint, jensenShannon, joint, largestDifference, marginals, randomJoint } from "./joints.ts";
import type { MetricKey } from "./metrics.ts";
import { bestDiscriminator, descend, sigmoid } from "./optimise.ts";

type Metrics = Partial<Record<MetricKey, number>>;
/** Measures on random joints of its own, drawn from the key. */
type Check = (formulas: Formulas, key: Words2) => Metrics;

const ROWS = 4;
const COLUMNS = 5;

/** Where q and p have mass: everywhere; in part the same points; nowhere the same; p only where q is. */
const SUPPORTS: readonly (readonly [q: (x: number, z: number) => boolean, p: (x: number, z: number) => boolean])[] = [
  [() => true, () => true],
  [(x) => x < 3, (x) => x > 0],
  [(x, z) => (x + z) % 2 === 0, (x, z) => (x + z) % 2 === 1],
  [() => true, (_, z) => z < 2],
];

const worst = (values: readonly number[]): number => Math.max(...values);

/** Largest |D − D*| over the points with mass, D found by search. */
function discriminatorError({ optimalDiscriminator }: Formulas, q: Joint, p: Joint, logits: Float64Array): number {
  return logits.reduce((largest, logit, i) => {
    if (Number.isNaN(logit)) return largest;
    return Math.max(largest, Math.abs(sigmoid(logit) - optimalDiscriminator(q.density[i]!, p.density[i]!)));
  }, 0);
}

const discrete: Check = (formulas, key) => {
  const found = SUPPORTS.map(([inQ, inP], i) => {
    const stream = new Stream(key, i);
    const q = randomJoint(ROWS, COLUMNS, stream, inQ);
    const p = randomJoint(ROWS, COLUMNS, stream, inP);
    const { logits, value } = bestDiscriminator(q, p);
    return {
      discriminatorError: discriminatorError(formulas, q, p, logits),
      valueError: Math.abs(value - formulas.valueAtOptimum(jensenShannon(q, p))),
    };
  });
  return {
    discriminatorError: worst(found.map((one) => one.discriminatorError)),
    valueError: worst(found.map((one) => one.valueError)),
  };
};

/** V and the divergence are integrated on different grids, so that they share no point. */
const continuous: Check = (formulas, key) => {
  const densities = randomDensities(new Stream(key));
  const { q, p } = onGrid(densities, 120);
  const { logits, value } = bestDiscriminator(q, p);
  const finer = onGrid(densities, 250);
  return {
    discriminatorError: discriminatorError(formulas, q, p, logits),
    valueError: Math.abs(value - formulas.valueAtOptimum(jensenShannon(finer.q, finer.p))),
  };
};

const DESCENT = { updates: 5_000, rate: 5 };

const generator: Check = (formulas, key) => {
  const stream = new Stream(key);
  // A tenth of uniform mass: a softmax reaches no 0, and conditionals need a marginal to divide by.
  const random = randomJoint(ROWS, COLUMNS, stream);
  const q = joint(ROWS, COLUMNS, (x, z) => 0.9 * random.density[x * COLUMNS + z]! + 0.1 / (ROWS * COLUMNS));
  const start = Float64Array.from({ length: ROWS * COLUMNS }, () => 2 * stream.uniform() - 1);
  const p = descend(q, start, formulas.generatorObjectiveSlope, DESCENT);
  const [ours, target] = [marginals(p), marginals(q)];
  const [oursGiven, targetGiven] = [conditionals(p), conditionals(q)];
  return {
    jointError: largestDifference(p.density, q.density),
    marginalError: worst([largestDifference(ours.x, target.x), largestDifference(ours.z, target.z)]),
    conditionalError: worst([
      largestDifference(oursGiven.zGivenX, targetGiven.zGivenX),
      largestDifference(oursGiven.xGivenZ, targetGiven.xGivenZ),
    ]),
  };
};

/**
 * q couples x and z with strength ρ along a random matching, p has them independent: both marginals are uniform in both.
 * The divergence is known in closed form: n cells have the ratio q/p = 1 − ρ + ρ n, the others 1 − ρ.
 */
const couplings: Check = (formulas, key) => {
  const stream = new Stream(key);
  const n = 2 + stream.below(4);
  const strength = 0.2 + 0.8 * stream.uniform();
  const matching = stream.permutation(n);
  const q = joint(n, n, (x, z) => (1 - strength) / n ** 2 + (matching[x] === z ? strength / n : 0));
  const p = joint(n, n, () => 1 / n ** 2);
  const part = (ratio: number): number =>
    (ratio > 0 ? ratio * Math.log((2 * ratio) / (1 + ratio)) : 0) + Math.log(2 / (1 + ratio));
  const divergence = (part(1 - strength + strength * n) / n + (1 - 1 / n) * part(1 - strength)) / 2;
  const floor = formulas.valueAtOptimum(0);
  const excess = bestDiscriminator(q, p).value - floor;
  const [ours, target] = [marginals(p), marginals(q)];
  return {
    marginalError: worst([largestDifference(ours.x, target.x), largestDifference(ours.z, target.z)]),
    excess,
    excessRatio: excess / (formulas.valueAtOptimum(divergence) - floor),
  };
};

const deterministic: Check = (formulas, key) => {
  const masses = randomMasses(new Stream(key));
  const { optimal, violations } = enumeratePairs(masses, formulas.generatorObjective);
  return { violations, optimalPairs: optimal, optimalRatio: optimal / countInverses(masses.x) };
};

export const CHECKS = { discrete, continuous, generator, couplings, deterministic } as const satisfies Record<
  string,
  Check
>;
export type CheckId = keyof typeof CHECKS;
