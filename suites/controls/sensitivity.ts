/** How often a compare of few pairs says what it should, by drawing few of the pairs that were run. Free of files. */

import { baselineRun } from "../../harness/comparing/baseline.ts";
import { comparisonsOf } from "../../harness/comparing/comparisons.ts";
import { judgeChange } from "../../harness/comparing/judge-change.ts";
import { Stream } from "../../harness/seeds.ts";
import type { RegressionMetric, StoredRun } from "../../harness/suite.ts";

const DRAWS = 200;
const KEY = [0x73656e73, 0x69746976] as const;

export interface Rate {
  /** Pairs of a compare. */
  readonly pairs: number;
  readonly compares: number;
  /** Compares that said REGRESSED. */
  readonly regressed: number;
}

/** The runs of a slot, by replicate; failed ones too. */
const ofSlot = (runs: readonly StoredRun[], slot: string): StoredRun[] =>
  runs.filter(
    ({ record }) => record.spec.model === slot && (record.state === "finished" || record.state === "diverged"),
  );

function regressed(
  metrics: readonly RegressionMetric[],
  baseline: readonly StoredRun[],
  candidate: readonly StoredRun[],
): boolean {
  const asOne = (runs: readonly StoredRun[]) => runs.map(({ record }) => ({ ...baselineRun(record), model: "one" }));
  const { comparisons } = comparisonsOf(metrics, asOne(baseline), asOne(candidate));
  return judgeChange(comparisons).verdict === "REGRESSED";
}

/** Of `pairs` of the pairs that both slots have: all of them once, or 200 draws without replacement. */
export function sensitivity(
  runs: readonly StoredRun[],
  metrics: readonly RegressionMetric[],
  sound: string,
  fault: string,
  pairs: number,
): Rate {
  const faulty = new Map(ofSlot(runs, fault).map((run) => [run.record.spec.replicate, run]));
  const both = ofSlot(runs, sound).filter(({ record }) => faulty.has(record.spec.replicate));
  const stream = new Stream(KEY);
  const compares = both.length < pairs ? 0 : both.length === pairs ? 1 : DRAWS;
  let count = 0;
  for (let i = 0; i < compares; i++) {
    const drawn = Array.from(stream.permutation(both.length).slice(0, pairs), (at) => both[at]!);
    const of = drawn.map(({ record }) => faulty.get(record.spec.replicate)!);
    if (regressed(metrics, drawn, of)) count++;
  }
  return { pairs, compares, regressed: count };
}

/**
 * Where nothing changed: runs of the same model, `sides` of which were seeded apart, in a random order, cut into two sides
 * of `size`, whose replicates are numbered anew.
 */
export function falseAlarms(
  runs: readonly StoredRun[],
  metrics: readonly RegressionMetric[],
  sides: readonly string[],
  size: number,
): Rate {
  const all = sides.flatMap((slot) => ofSlot(runs, slot));
  const stream = new Stream(KEY);
  const compares = all.length < 2 * size ? 0 : DRAWS;
  let count = 0;
  for (let i = 0; i < compares; i++) {
    const order = Array.from(stream.permutation(all.length), (at) => all[at]!);
    const [baseline, candidate] = [order.slice(0, size), order.slice(size, 2 * size)].map((side) =>
      side.map((run, replicate) => ({ ...run, record: { ...run.record, spec: { ...run.record.spec, replicate } } })),
    ) as [StoredRun[], StoredRun[]];
    if (regressed(metrics, baseline, candidate)) count++;
  }
  return { pairs: size, compares, regressed: count };
}
