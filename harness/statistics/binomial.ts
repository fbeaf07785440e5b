/** Binomial tails, and the share of cases that a count still leaves possible. */

/** P(X = 0), P(X = 1), … for X binomial of `n` cases and probability 0 < `share` < 1. */
function* probabilities(n: number, share: number): Generator<number> {
  const odds = Math.log(share) - Math.log1p(-share);
  // By logarithms: (1 − share)ⁿ alone may be less than the least double.
  let log = n * Math.log1p(-share);
  for (let i = 0; i <= n; i++) {
    yield Math.exp(log);
    log += odds + Math.log((n - i) / (i + 1));
  }
}

/** P(X ≤ `count`) for X binomial of `n` cases and probability `share`. */
export function binomialLowerTail(count: number, n: number, share: number): number {
  if (!(n >= 0 && share >= 0 && share <= 1)) throw new RangeError(`${n} cases of probability ${share}`);
  if (count < 0) return 0;
  if (count >= n || share === 0) return 1;
  if (share === 1) return 0;
  let sum = 0;
  let left = count;
  for (const probability of probabilities(n, share)) {
    sum += probability;
    if (left-- === 0) break;
  }
  return Math.min(1, sum);
}

/**
 * The largest share of cases that `count` of `n` do not exclude at `alpha`, one-sided: the upper bound of C. J. Clopper and
 * E. S. Pearson, "The use of confidence or fiducial limits illustrated in the case of the binomial", Biometrika 26 (1934).
 * For a count of 0 it is 1 − α^(1/n), about 3/n at 0.05 (J. A. Hanley and A. Lippman-Hand, "If nothing goes wrong, is
 * everything all right?", JAMA 249, 1983).
 */
export function largestShare(count: number, n: number, alpha: number): number {
  if (count >= n) return 1;
  let [low, high] = [count / n, 1];
  // The tail falls as the share rises; 60 halvings leave nothing of a double.
  for (let halving = 0; halving < 60; halving++) {
    const middle = (low + high) / 2;
    if (binomialLowerTail(count, n, middle) > alpha) low = middle;
    else high = middle;
  }
  return high;
}

/** The largest count of `n` that excludes a share of `share`, 0 < `share` < 1, at `alpha`; −1 where none does. */
export function largestCount(n: number, share: number, alpha: number): number {
  let count = -1;
  let sum = 0;
  for (const probability of probabilities(n, share)) {
    sum += probability;
    if (sum > alpha) break;
    count++;
  }
  return count;
}
