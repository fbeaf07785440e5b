/** How far a Newton step is gone: the primal objective, not smooth but convex, falls. */

/** Coefficients α (β = α ∘ y, w = Xᵀ β) and the outputs f = K β: [n] each. Feasible in the dual where no α is negative. */
export interface Point {
  readonly alpha: Float64Array;
  readonly outputs: Float64Array;
}

const HALVINGS = 20;

/**
 * The point that a Newton step came to where it lowers the primal objective; else the lowest between the two, by bisection;
 * undefined where that is no lower either: the step was too rough, or float64 is at its end.
 */
export function lowerPoint(from: Point, to: Point, signs: Float64Array, c: number): Point | undefined {
  const before = primalObjective(from, signs, c);
  if (primalObjective(to, signs, c) < before) return to;
  const step = combination(to, 1, from, -1);
  let [low, high] = [0, 1];
  for (let halving = 0; halving < HALVINGS; halving++) {
    const share = (low + high) / 2;
    if (slope(combination(from, 1, step, share), step.outputs, signs, c) > 0) high = share;
    else low = share;
  }
  const between = combination(from, 1, step, low);
  return primalObjective(between, signs, c) < before ? between : undefined;
}

/** ½‖w‖² + C Σ max(0, 1 − y f)². */
function primalObjective({ alpha, outputs }: Point, signs: Float64Array, c: number): number {
  let sum = 0;
  for (let i = 0; i < alpha.length; i++) {
    const margin = signs[i]! * outputs[i]!;
    sum += (alpha[i]! * margin) / 2 + c * Math.max(0, 1 - margin) ** 2;
  }
  return sum;
}

/** The objective's derivative along a change of w that changes the outputs by `change`. */
function slope({ alpha, outputs }: Point, change: Float64Array, signs: Float64Array, c: number): number {
  let sum = 0;
  for (let i = 0; i < alpha.length; i++) {
    const slack = Math.max(0, 1 - signs[i]! * outputs[i]!);
    sum += (alpha[i]! - 2 * c * slack) * signs[i]! * change[i]!;
  }
  return sum;
}

function combination(a: Point, x: number, b: Point, y: number): Point {
  const sum = (p: Float64Array, q: Float64Array): Float64Array => p.map((each, i) => x * each + y * q[i]!);
  return { alpha: sum(a.alpha, b.alpha), outputs: sum(a.outputs, b.outputs) };
}
