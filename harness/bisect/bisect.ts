/** The search for the first bad revision, free of git and runs. */

/** Skipped: it cannot be tested. Undecided: it was, and the runs are too few to say. */
export type Tested = "good" | "bad" | "undecided" | "skipped";

export interface Bisected {
  /** The first bad revision is one of these, oldest first; more than one where others between are neither good nor bad. */
  readonly suspects: readonly string[];
}

/**
 * Searches `revisions`, oldest first: what comes before the first is good, the last is bad. Where the middle is
 * skipped or undecided its nearest neighbour is tested. Undefined when `test` gave that: the search was stopped.
 */
export async function bisect(
  revisions: readonly string[],
  test: (revision: string, left: number) => Promise<Tested | undefined>,
): Promise<Bisected | undefined> {
  const passedOver = new Set<number>();
  let [good, bad] = [-1, revisions.length - 1];
  for (;;) {
    const middle = (good + bad) / 2;
    const open = Array.from({ length: bad - good - 1 }, (_, i) => good + 1 + i).filter((at) => !passedOver.has(at));
    if (open.length === 0) return { suspects: revisions.slice(good + 1, bad + 1) };
    const at = open.reduce((a, b) => (Math.abs(b - middle) < Math.abs(a - middle) ? b : a));
    const found = await test(revisions[at]!, open.length);
    if (found === undefined) return undefined;
    if (found === "good") good = at;
    else if (found === "bad") bad = at;
    else passedOver.add(at);
  }
}
