/** What simulated runs are drawn from: mean 0 and SD 1 each, so that effects and margins are in SDs. */
import type { Stream } from "../../harness/random/seeds.ts";
import { normalQuantile } from "../../harness/statistics/distributions.ts";

export interface Population {
  readonly name: string;
  readonly what: string;
  draw(stream: Stream): number;
}

const uniform = (stream: Stream): number => (stream.word() + 0.5) / 2 ** 32;
const gaussian = (stream: Stream): number => normalQuantile(uniform(stream));

/** Weights of 0 … 25 modes covered: 3 runs in 10 collapse to 0 … 5 modes, the others are binomial(25, 0.7). */
function modeWeights(): number[] {
  const weights: number[] = [];
  let binomial = 0.3 ** 25;
  for (let modes = 0; modes <= 25; modes++) {
    weights.push(0.7 * binomial + (modes <= 5 ? 0.3 / 6 : 0));
    binomial *= ((25 - modes) / (modes + 1)) * (0.7 / 0.3);
  }
  return weights;
}
const WEIGHTS = modeWeights();
const MODES_MEAN = WEIGHTS.reduce((sum, weight, modes) => sum + weight * modes, 0);
const MODES_SD = Math.sqrt(WEIGHTS.reduce((sum, weight, modes) => sum + weight * (modes - MODES_MEAN) ** 2, 0));

function modesCovered(stream: Stream): number {
  let left = uniform(stream);
  const modes = WEIGHTS.findIndex((weight) => {
    left -= weight;
    return left < 0;
  });
  return ((modes < 0 ? 25 : modes) - MODES_MEAN) / MODES_SD;
}

export const POPULATIONS: readonly Population[] = [
  { name: "normal", what: "normal", draw: gaussian },
  { name: "skewed", what: "exponential, skewness 2", draw: (stream) => -Math.log(uniform(stream)) - 1 },
  {
    name: "heavy tails",
    what: "Student's t with 3 degrees of freedom",
    draw: (stream) => {
      const z = gaussian(stream);
      const scale = gaussian(stream) ** 2 + gaussian(stream) ** 2 + gaussian(stream) ** 2;
      return z / Math.sqrt(scale); // z/√(χ²₃/3) has variance 3
    },
  },
  {
    name: "counts",
    what: "whole numbers of modes covered, 0 to 25, with two humps: 3 runs in 10 collapse to 0 to 5, the others are binomial(25, 0.7)",
    draw: modesCovered,
  },
];

/** `n` draws around `shift`. */
export function drawn(population: Population, stream: Stream, n: number, shift = 0): number[] {
  return Array.from({ length: n }, () => population.draw(stream) + shift);
}
