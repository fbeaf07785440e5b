/** Deterministic encoders x → z and decoders z → x between sets of `POINTS` points, every pair of them. */
import type { Stream } from "../../harness/random/seeds.ts";
import type { Formulas } from "./formulas.ts";
import { type Joint, joint } from "./joints.ts";

export const POINTS = 4;
/** An objective below this is 0 up to rounding; of a pair that does not match it is above 0.005. */
const AT_OPTIMUM = 1e-12;

/** `map[i]` is the image of point i. */
type PointMap = readonly number[];

/** All 4⁴ maps of the set into the other. */
export const MAPS: readonly PointMap[] = Array.from({ length: POINTS ** POINTS }, (_, code) =>
  Array.from({ length: POINTS }, (_, digit) => Math.floor(code / POINTS ** digit) % POINTS),
);

/**
 * Masses of x and the same ones of z in another order: 1 or 2, at most one of them 0. So two with mass are always equal,
 * and matching marginals alone do not tell which point belongs to which.
 */
export function randomMasses(stream: Stream): { x: number[]; z: number[] } {
  const zeros = stream.below(2);
  const x = Array.from({ length: POINTS }, (_, i) => (i < zeros ? 0 : 1 + stream.below(2)));
  const shuffled = (): number[] => [...stream.permutation(POINTS)].map((i) => x[i]!);
  return { x: shuffled(), z: shuffled() };
}

export interface Enumeration {
  readonly pairs: number;
  /** Pairs that reach the generator's optimum. */
  readonly optimal: number;
  /** Optimal pairs that do not invert each other at some point with mass. */
  readonly violations: number;
}

export function enumeratePairs(
  masses: { readonly x: readonly number[]; readonly z: readonly number[] },
  objective: Formulas["generatorObjective"],
): Enumeration {
  const total = masses.x.reduce((a, b) => a + b);
  const encoders = MAPS.map(
    (encode): Joint => joint(POINTS, POINTS, (x, z) => (encode[x] === z ? masses.x[x]! / total : 0)),
  );
  const decoders = MAPS.map(
    (decode): Joint => joint(POINTS, POINTS, (x, z) => (decode[z] === x ? masses.z[z]! / total : 0)),
  );
  let optimal = 0;
  let violations = 0;
  for (const [e, q] of encoders.entries())
    for (const [d, p] of decoders.entries()) {
      if (objective(q, p) > AT_OPTIMUM) continue;
      optimal += 1;
      if (!areInverse(MAPS[e]!, MAPS[d]!, masses)) violations += 1;
    }
  return { pairs: encoders.length * decoders.length, optimal, violations };
}

/** Whether decode(encode(x)) = x for every x with mass, and encode(decode(z)) = z for every z with mass. */
function areInverse(
  encode: PointMap,
  decode: PointMap,
  { x, z }: { readonly x: readonly number[]; readonly z: readonly number[] },
): boolean {
  return (
    x.every((mass, point) => mass === 0 || decode[encode[point]!] === point) &&
    z.every((mass, point) => mass === 0 || encode[decode[point]!] === point)
  );
}

/**
 * How many pairs invert each other and carry the masses over, by counting: points of equal mass are matched in any
 * order, and where there is no mass both maps are free.
 */
export function countInverses(masses: readonly number[]): number {
  const count = (mass: number): number => masses.filter((other) => other === mass).length;
  const factorial = (n: number): number => (n < 2 ? 1 : n * factorial(n - 1));
  const matchings = [...new Set(masses)]
    .filter((mass) => mass > 0)
    .reduce((product, mass) => product * factorial(count(mass)), 1);
  return matchings * POINTS ** (2 * count(0));
}
