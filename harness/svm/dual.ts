/** One class against the rest: the dual of the L2-SVM by coordinate descent, certified by the duality gap. */
import { Stream } from "../seeds.ts";

/** How far a solution is known to be from the best one. */
export interface Certificate {
  /** ½‖w‖² + C Σ max(0, 1 − y (w·x))² of the solution. */
  readonly primal: number;
  /** Σα − ½‖Σ α y x‖² − Σα² / (4C): no solution is below it. */
  readonly dual: number;
  /** (primal − dual) / ½‖w‖², without the cancellation of that difference. */
  readonly gap: number;
  /** Sweeps over the rows that this C took, after those of the C before it. */
  readonly passes: number;
  /**
   * solved: the gap is no more than was asked for. hard margin: so it is with every row on its side of the margin, and
   * then for each greater C as well. stalled: the most passes were done, or rounding is in the way.
   */
  readonly state: "solved" | "hard margin" | "stalled";
}

/** A problem of one class, and the state that goes from one C to the next. */
export interface DualState {
  readonly n: number;
  /** Of the Gram matrix [n, n], the constant feature included. */
  readonly rows: readonly Float64Array[];
  /** +1 for the class, −1 for the rest. */
  readonly y: Float64Array;
  /** β = α y. */
  readonly beta: Float64Array;
  /** w·x of each row: K β. */
  readonly scores: Float64Array;
  /** Of the sweeps: a random order takes a tenth of the sweeps of a fixed one. */
  readonly orders: Stream;
}

/** Key of the sweeps' orders ("coor", "desc" in ASCII): the same data always take the same sweeps. */
const ORDERS = [0x636f6f72, 0x64657363] as const;
/** Sweeps between two looks at the gap. */
const SWEEPS = 2;
/** From here on the sweeps start from scores that are computed anew: updates leave rounding behind. */
const RENEW = 64;

/** The state at C → 0. */
export function startDual(gram: Float64Array, y: Float64Array): DualState {
  const n = y.length;
  const rows = Array.from({ length: n }, (_, i) => gram.subarray(i * n, (i + 1) * n));
  return { n, rows, y, beta: new Float64Array(n), scores: new Float64Array(n), orders: new Stream(ORDERS) };
}

/** Goes on from the state to the solution at `c`, in place, and says how near it came. */
export function descend(state: DualState, c: number, gap: number, mostPasses: number): Certificate & { scale: number } {
  rescale(state, c);
  let passes = 0;
  for (;;) {
    const { soft, hard } = certify(state, c);
    if (hard.gap <= gap) return { ...hard, passes, state: "hard margin" };
    if (soft.gap <= gap) return { ...soft, passes, state: "solved" };
    if (passes >= mostPasses) return { ...(hard.gap < soft.gap ? hard : soft), passes, state: "stalled" };
    for (let i = 0; i < SWEEPS; i++) sweep(state, c);
    passes += SWEEPS;
    if (passes % RENEW === 0) renewScores(state);
  }
}

/** The multiple of α that is best for `c`: at small C it grows with C. */
function rescale({ n, y, beta, scores }: DualState, c: number): void {
  let sum = 0;
  let curvature = 0;
  for (let i = 0; i < n; i++) {
    const alpha = beta[i]! * y[i]!;
    sum += alpha;
    curvature += beta[i]! * scores[i]! + (alpha * alpha) / (2 * c);
  }
  if (!(curvature > 0)) return;
  const scale = sum / curvature;
  for (let i = 0; i < n; i++) {
    beta[i]! *= scale;
    scores[i]! *= scale;
  }
}

/** Each coordinate once, in a random order, to its best value, the others fixed (Hsieh et al., ICML 2008). */
function sweep({ n, rows, y, beta, scores, orders }: DualState, c: number): void {
  const ridge = 1 / (2 * c);
  for (const i of orders.permutation(n)) {
    const sign = y[i]!;
    const alpha = beta[i]! * sign;
    const slope = sign * scores[i]! - 1 + ridge * alpha;
    const next = Math.max(0, alpha - slope / (rows[i]![i]! + ridge));
    if (next === alpha) continue;
    beta[i] = next * sign;
    addMultiple(scores, (next - alpha) * sign, rows[i]!);
  }
}

function renewScores({ rows, beta, scores }: DualState): void {
  scores.fill(0);
  beta.forEach((b, i) => {
    if (b !== 0) addMultiple(scores, b, rows[i]!);
  });
}

/** sums ← sums + factor · row. Unrolled: nearly all the time of a solution is spent here. */
export function addMultiple(sums: Float64Array, factor: number, row: Float64Array | Float32Array): void {
  const n = row.length;
  const even = n - (n % 4);
  let j = 0;
  for (; j < even; j += 4) {
    sums[j]! += factor * row[j]!;
    sums[j + 1]! += factor * row[j + 1]!;
    sums[j + 2]! += factor * row[j + 2]!;
    sums[j + 3]! += factor * row[j + 3]!;
  }
  for (; j < n; j++) sums[j]! += factor * row[j]!;
}

/**
 * Two solutions: the soft w = Σ β x, and the hard one, the multiple of it that puts every row on its margin or beyond.
 * The gap of the first is a sum of what is never negative: C (m − α / 2C)² where the margin's shortfall m = 1 − y w·x
 * is positive, −α m + α² / 4C where it is not.
 */
function certify({ n, y, beta, scores }: DualState, c: number) {
  let norm = 0;
  let sum = 0;
  let ridge = 0;
  let loss = 0;
  let gap = 0;
  let least = Number.POSITIVE_INFINITY;
  for (let i = 0; i < n; i++) {
    const alpha = beta[i]! * y[i]!;
    const margin = y[i]! * scores[i]!;
    const short = 1 - margin;
    norm += beta[i]! * scores[i]!;
    sum += alpha;
    ridge += (alpha * alpha) / (4 * c);
    loss += short > 0 ? c * short * short : 0;
    gap += short > 0 ? c * (short - alpha / (2 * c)) ** 2 : (alpha * alpha) / (4 * c) - alpha * short;
    least = Math.min(least, margin);
  }
  const half = norm / 2;
  const dual = sum - half - ridge;
  const separating = least > 0 ? half / least ** 2 : Number.POSITIVE_INFINITY;
  const excess = least > 0 ? (separating - dual) / separating : Number.POSITIVE_INFINITY;
  return {
    soft: { primal: half + loss, dual, gap: half > 0 ? gap / half : Number.POSITIVE_INFINITY, scale: 1 },
    hard: { primal: separating, dual, gap: Math.max(0, excess), scale: 1 / least },
  };
}
