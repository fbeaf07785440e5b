import type { Interval } from "../contract/claims.ts";
import { normalQuantile } from "./distributions.ts";

/**
 * Score interval for a probability behind `count` hits in n independent cases (Wilson 1927): centre and half-width
 * (p + z²/2n ± z √(p(1 − p)/n + z²/4n²)) / (1 + z²/n), p = count / n.
 *
 * @throws RangeError unless 0 ≤ count ≤ n and n ≥ 1
 */
export function wilsonInterval(count: number, n: number, level = 0.95): Pick<Interval, "low" | "high" | "level"> {
  if (!(n >= 1 && count >= 0 && count <= n)) throw new RangeError(`${count} hits in ${n} cases`);
  const z = normalQuantile((1 + level) / 2);
  const p = count / n;
  const centre = p + z ** 2 / (2 * n);
  const half = z * Math.sqrt((p * (1 - p)) / n + z ** 2 / (4 * n ** 2));
  const whole = 1 + z ** 2 / n;
  return { low: Math.max(0, (centre - half) / whole), high: Math.min(1, (centre + half) / whole), level };
}
