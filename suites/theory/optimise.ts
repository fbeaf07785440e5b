/** Optima by search and by descent: what the theory's formulas are compared with. */
import type { Formulas } from "./formulas.ts";
import { type Joint, mapJoint, sum } from "./joints.ts";

/** Logits are searched within ±40: there sigmoid is 0 or 1 to the last bit of a double. */
const LOGIT_BOUND = 40;
const GOLDEN = (Math.sqrt(5) - 1) / 2;
/** 80 · 0.618⁵⁶ < 1e-9: finer than the flatness of a maximum in double precision can show. */
const SECTIONS = 56;

export const sigmoid = (logit: number): number => 1 / (1 + Math.exp(-logit));
const softplus = (x: number): number => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));

/** Argument of the maximum of a function with one maximum, by golden section: it sees values, no derivative. */
export function maximise(f: (x: number) => number, low: number, high: number): number {
  let [a, b] = [low, high];
  let left = b - GOLDEN * (b - a);
  let right = a + GOLDEN * (b - a);
  let [atLeft, atRight] = [f(left), f(right)];
  for (let i = 0; i < SECTIONS; i++)
    if (atLeft < atRight) {
      a = left;
      [left, atLeft] = [right, atRight];
      right = a + GOLDEN * (b - a);
      atRight = f(right);
    } else {
      b = right;
      [right, atRight] = [left, atLeft];
      left = b - GOLDEN * (b - a);
      atLeft = f(left);
    }
  return (a + b) / 2;
}

/** What one point adds to V at a logit of D: q log D + p log(1 − D). */
function valueAt(logit: number, q: number, p: number): number {
  return -q * softplus(-logit) - p * softplus(logit);
}

export interface BestDiscriminator {
  /** Logit of D at each point; NaN where both densities are 0 and D is free. */
  readonly logits: Float64Array;
  /** V(D, G) in nats. */
  readonly value: number;
}

/** The discriminator with the largest V, a free logit a point: V is a sum over points, so each is searched alone. */
export function bestDiscriminator(q: Joint, p: Joint): BestDiscriminator {
  let value = 0;
  const logits = q.density.map((qi, i) => {
    const pi = p.density[i]!;
    if (qi === 0 && pi === 0) return Number.NaN;
    const logit = maximise((l) => valueAt(l, qi, pi), -LOGIT_BOUND, LOGIT_BOUND);
    value += valueAt(logit, qi, pi) * q.cell;
    return logit;
  });
  return { logits, value };
}

/** The generator's joint p = softmax(logits) after gradient descent on its objective from the given logits. */
export function descend(
  q: Joint,
  start: Float64Array,
  slope: Formulas["generatorObjectiveSlope"],
  { updates, rate }: { readonly updates: number; readonly rate: number },
): Joint {
  const logits = start.slice();
  for (let update = 0; update < updates; update++) {
    const p = softmax(q, logits);
    const { density } = slope(q, p);
    const mean = density.reduce((total, value, i) => total + value * p.density[i]!, 0);
    for (let i = 0; i < logits.length; i++) logits[i]! -= rate * p.density[i]! * (density[i]! - mean);
  }
  return softmax(q, logits);
}

function softmax(like: Joint, logits: Float64Array): Joint {
  const largest = logits.reduce((a, b) => Math.max(a, b));
  const weights = logits.map((logit) => Math.exp(logit - largest));
  const total = sum(weights);
  return mapJoint({ ...like, density: weights }, (weight) => weight / total);
}
