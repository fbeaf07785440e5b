/**
 * p adjusted by S. Holm, "A simple sequentially rejective multiple test procedure", Scand. J. Statistics 6 (1979): in
 * rising order, the running maximum of (m − rank) · p, at most 1 (rank from 0). Returned in the order given.
 */
import { EXIT, HarnessError } from "../errors.ts";

export function holm(ps: readonly number[]): number[] {
  const bad = ps.find((p) => !(p >= 0 && p <= 1));
  if (bad !== undefined) throw new HarnessError(`A p-value must lie in [0, 1]; got ${bad}.`, EXIT.cannotJudge);
  const order = ps.map((_, index) => index).sort((a, b) => ps[a]! - ps[b]!);
  const adjusted = new Array<number>(ps.length);
  let largest = 0;
  order.forEach((index, rank) => {
    largest = Math.min(1, Math.max(largest, (ps.length - rank) * ps[index]!));
    adjusted[index] = largest;
  });
  return adjusted;
}
