/** Work that is done some at a time and whose results come in order. */
import { availableParallelism } from "node:os";

export interface InOrder {
  readonly signal: AbortSignal;
  /** After each of them. */
  done(count: number): void;
}

/** Pictures that are decoded at a time: libuv has four threads unless told otherwise. */
const AT_A_TIME = 16 * Math.min(4, availableParallelism());

/** Does `work` on all items, some of them at once, and gives the results to `take` in the order of the items. */
export async function inOrder<T, R>(
  items: readonly T[],
  work: (item: T, index: number) => Promise<R>,
  take: (result: R, item: T, index: number) => void,
  { signal, done }: InOrder,
): Promise<void> {
  for (let start = 0; start < items.length; start += AT_A_TIME) {
    signal.throwIfAborted();
    const block = items.slice(start, start + AT_A_TIME);
    // All of them end before an error is passed on: none may still read from what is closed then.
    const results = await Promise.allSettled(block.map((item, i) => work(item, start + i)));
    for (const [i, result] of results.entries()) {
      if (result.status === "rejected") throw result.reason;
      take(result.value, block[i]!, start + i);
    }
    done(Math.min(items.length, start + AT_A_TIME));
  }
}
