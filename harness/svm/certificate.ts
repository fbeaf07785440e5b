/** How far a solution is known to be from the best one. */
import type { Point } from "./line-search.ts";

export interface Certificate {
  /** ½‖w‖² + C Σ max(0, 1 − y (w·x))² of the solution. */
  readonly primal: number;
  /** Σα − ½‖Σ α y x‖² − Σα² / (4C): no solution is below it. */
  readonly dual: number;
  /**
   * (primal − dual) / ½‖w‖², without the cancellation of that difference; by a millionth of the primal objective where
   * that is more: float64 can tell no more.
   */
  readonly gap: number;
  /** Newton steps that this C took, from the solution for the C before it. */
  readonly passes: number;
  /**
   * solved: the gap is no more than was asked for. hard margin: so it is with every row on its side of the margin, and
   * then for each greater C as well. stalled: the most passes were done, or rounding is in the way,
   * at this C or at a smaller one. absent: no row is of
   * this class, there is nothing to solve, and all numbers are 0.
   */
  readonly state: "solved" | "hard margin" | "stalled" | "absent";
}

/** Objectives and gap of w times `scale`. */
export type Bounds = Pick<Certificate, "primal" | "dual" | "gap"> & { readonly scale: number };

/** Rounding of sums over the rows is some 1e-14 of the primal objective; a gap of 1e-8 by this is as much. */
const SHARE_OF_PRIMAL = 1e-6;

/**
 * Bounds by a point without negative α for two solutions: the soft w = Σ β x, and the hard one, the multiple of it that
 * puts every row on its margin or beyond. The gap of the first is a sum of what is never negative: C (m − α / 2C)² where
 * the margin's shortfall m = 1 − y w·x is positive, −α m + α² / 4C where it is not.
 */
export function certify({ alpha, outputs }: Point, signs: Float64Array, c: number) {
  let norm = 0;
  let sum = 0;
  let ridge = 0;
  let loss = 0;
  let gap = 0;
  let least = Number.POSITIVE_INFINITY;
  for (let i = 0; i < alpha.length; i++) {
    const a = alpha[i]!;
    const margin = signs[i]! * outputs[i]!;
    const short = 1 - margin;
    norm += a * margin;
    sum += a;
    ridge += (a * a) / (4 * c);
    loss += short > 0 ? c * short * short : 0;
    gap += short > 0 ? c * (short - a / (2 * c)) ** 2 : (a * a) / (4 * c) - a * short;
    least = Math.min(least, margin);
  }
  const half = norm / 2;
  const dual = sum - half - ridge;
  const primal = half + loss;
  const separating = least > 0 ? half / least ** 2 : Number.POSITIVE_INFINITY;
  const excess = least > 0 ? (separating - dual) / separating : Number.POSITIVE_INFINITY;
  const soft: Bounds = { primal, dual, gap: gap / Math.max(half, SHARE_OF_PRIMAL * primal), scale: 1 };
  const hard: Bounds = { primal: separating, dual, gap: Math.max(0, excess), scale: 1 / least };
  return { soft, hard, squaredNorm: norm };
}
