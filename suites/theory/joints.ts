/** Joint distributions of (x, z) on a finite set or a grid, with exact densities, and what is derived from them. */
import type { Stream } from "../../harness/random/seeds.ts";

export interface Joint {
  readonly rows: number;
  readonly columns: number;
  /** q(x,z), row-major: x is the row, z the column. On a grid the cells have area `cell`. */
  readonly density: Float64Array;
  /** Area of a cell; 1 for a finite set. */
  readonly cell: number;
}

export function joint(rows: number, columns: number, density: (x: number, z: number) => number, cell = 1): Joint {
  const values = Float64Array.from({ length: rows * columns }, (_, i) => density(Math.floor(i / columns), i % columns));
  return { rows, columns, density: values, cell };
}

export function mapJoint(of: Joint, f: (value: number, index: number) => number): Joint {
  return { ...of, density: of.density.map(f) };
}

/** A random joint, exponential weights normalised (uniform on the simplex); points outside the support have mass 0. */
export function randomJoint(
  rows: number,
  columns: number,
  stream: Stream,
  inSupport: (x: number, z: number) => boolean = () => true,
): Joint {
  const weights = joint(rows, columns, (x, z) => {
    const weight = -Math.log1p(-stream.uniform());
    return inSupport(x, z) ? weight : 0;
  });
  const total = sum(weights.density);
  return mapJoint(weights, (weight) => weight / total);
}

export function sum(values: Float64Array): number {
  let total = 0;
  for (const value of values) total += value;
  return total;
}

/** Marginal of x, [rows], and of z, [columns]. */
export function marginals({ rows, columns, density, cell }: Joint): { x: Float64Array; z: Float64Array } {
  const x = new Float64Array(rows);
  const z = new Float64Array(columns);
  density.forEach((value, i) => {
    x[Math.floor(i / columns)]! += value * cell;
    z[i % columns]! += value * cell;
  });
  return { x, z };
}

/** q(z | x) and q(x | z), each as [rows, columns]. Every marginal must be positive. */
export function conditionals(of: Joint): { zGivenX: Float64Array; xGivenZ: Float64Array } {
  const { x, z } = marginals(of);
  return {
    zGivenX: of.density.map((value, i) => value / x[Math.floor(i / of.columns)]!),
    xGivenZ: of.density.map((value, i) => value / z[i % of.columns]!),
  };
}

export function largestDifference(a: Float64Array, b: Float64Array): number {
  return a.reduce((largest, value, i) => Math.max(largest, Math.abs(value - b[i]!)), 0);
}

/** KL(a ‖ b) in nats. */
function klDivergence(a: Joint, b: Joint): number {
  let total = 0;
  for (let i = 0; i < a.density.length; i++) {
    const value = a.density[i]!;
    if (value > 0) total += value * Math.log(value / b.density[i]!);
  }
  return total * a.cell;
}

/** The Jensen–Shannon divergence by its definition: mean KL to the midpoint, in nats. */
export function jensenShannon(q: Joint, p: Joint): number {
  const midpoint = mapJoint(q, (value, i) => (value + p.density[i]!) / 2);
  return (klDivergence(q, midpoint) + klDivergence(p, midpoint)) / 2;
}
