/** How the codes of an encoder lie in the latent plane: whether they fill the prior, and whether classes stay together. */

/** Rings × sectors: 400 cells of equal mass under N(0, I). */
const RINGS = 20;
const SECTORS = 20;
/** A cell with fewer codes is a hole. Of 10,000 draws of the prior a cell gets 25 on average: Poisson(25) is below 5 at 1e-6. */
const FEWEST = 5;

/**
 * Share of the prior's mass in which the codes [n, 2] leave holes: cells of equal mass under N(0, I) with fewer than 5 codes,
 * meant for 10,000 codes. Cells are polar, since radius and angle of a standard normal are independent: the mass within radius
 * r is 1 − exp(−r²/2), so rings are cut at its 20-quantiles, and the angle into 20 sectors. From 0 (prior filled) to 1.
 */
export function latentHoles(codes: Float32Array): number {
  const counts = new Uint32Array(RINGS * SECTORS);
  for (let i = 0; i < codes.length; i += 2) {
    const [a, b] = [codes[i]!, codes[i + 1]!];
    if (!Number.isFinite(a) || !Number.isFinite(b)) continue;
    const mass = -Math.expm1(-(a * a + b * b) / 2);
    const turn = (Math.atan2(b, a) / (2 * Math.PI) + 1) % 1;
    const ring = Math.min(RINGS - 1, Math.floor(mass * RINGS));
    counts[ring * SECTORS + Math.min(SECTORS - 1, Math.floor(turn * SECTORS))]!++;
  }
  return counts.filter((count) => count < FEWEST).length / counts.length;
}

export interface PurityOptions {
  /** Nearest codes that are asked. */
  readonly neighbours: number;
  /** Only the first so many codes are used, as points and as neighbours. */
  readonly first: number;
}

/**
 * Mean share, over the first codes [n, 2], of a code's nearest other codes (Euclidean) that come from the same component
 * [n]: k-nearest-neighbour purity. Chance is the share of a component, 1 where classes keep apart. Of codes equally far,
 * the earlier one is the nearer.
 * @throws RangeError when there are no more codes than neighbours.
 */
export function latentPurity(
  codes: Float32Array,
  component: ArrayLike<number>,
  { neighbours, first }: PurityOptions,
): number {
  const n = Math.min(first, codes.length / 2);
  if (n <= neighbours) throw new RangeError(`${neighbours} neighbours among ${n} codes; give more codes`);
  const nearest = new Float64Array(neighbours);
  const index = new Int32Array(neighbours);
  let same = 0;
  for (let i = 0; i < n; i++) {
    nearest.fill(Number.POSITIVE_INFINITY);
    index.fill(-1);
    for (let j = 0; j < n; j++) {
      const distance = (codes[2 * i]! - codes[2 * j]!) ** 2 + (codes[2 * i + 1]! - codes[2 * j + 1]!) ** 2;
      if (j === i || !(distance < nearest[neighbours - 1]!)) continue;
      let at = neighbours - 1;
      for (; at > 0 && distance < nearest[at - 1]!; at--) {
        nearest[at] = nearest[at - 1]!;
        index[at] = index[at - 1]!;
      }
      nearest[at] = distance;
      index[at] = j;
    }
    for (const j of index) if (j >= 0 && component[j] === component[i]) same++;
  }
  return same / (n * neighbours);
}
