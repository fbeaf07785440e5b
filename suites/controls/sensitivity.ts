/** How often a compare of few pairs says what it should, by drawing few of the pairs that were run. Free of files. */
import { baselineRun } from "../../harness/compare/baseline.ts";
import { comparisonsOf } from "../../harness/compare/comparisons.ts";
import { type ChangeVerdict, judgeChange } from "../../harness/compare/judge-change.ts";
import type { RegressionMetric, StoredRun } from "../../harness/contract/suite.ts";
import { Stream } from "../../harness/random/seeds.ts";

const DRAWS = 200;
const KEY = [0x73656e73, 0x69746976] as const;

export interface Rate {
  /** Pairs of a compare. */
  readonly pairs: number;
  readonly compares: number;
  /** Compares that raised an alarm. */
  readonly alarms: number;
}
/** Where something is broken it has to be seen as worse; where nothing changed, either word is wrong. */
const WORSE: readonly ChangeVerdict[] = ["REGRESSED"];
const CHANGED: readonly ChangeVerdict[] = ["REGRESSED", "IMPROVED"];

/** The runs of a slot, by replicate; failed ones too. */
const ofSlot = (runs: readonly StoredRun[], slot: string): StoredRun[] =>
  runs.filter(
    ({ record }) => record.spec.model === slot && (record.state === "finished" || record.state === "diverged"),
  );

/** Whether a compare says one of the words of any metric. */
function alarmed(
  metrics: readonly RegressionMetric[],
  baseline: readonly StoredRun[],
  candidate: readonly StoredRun[],
  words: readonly ChangeVerdict[],
): boolean {
  const asOne = (runs: readonly StoredRun[]) => runs.map(({ record }) => ({ ...baselineRun(record), model: "one" }));
  const { comparisons } = comparisonsOf(metrics, asOne(baseline), asOne(candidate));
  return judgeChange(comparisons).comparisons.some(({ verdict }) => words.includes(verdict));
}

/** How often a fault is REGRESSED, of `pairs` of the pairs that both slots have: all once, or 200 draws without replacement. */
export const sensitivity = (
  runs: readonly StoredRun[],
  metrics: readonly RegressionMetric[],
  sound: string,
  fault: string,
  pairs: number,
): Rate => ofPairs(runs, metrics, [sound, fault], pairs, WORSE);

/** Whether a compare of two slots of the same model, as they were run, calls either one worse: a real A/A, once. */
export const alarmAsRun = (
  runs: readonly StoredRun[],
  metrics: readonly RegressionMetric[],
  sides: readonly [string, string],
): Rate => ofPairs(runs, metrics, sides, ofSlot(runs, sides[0]).length, CHANGED);

function ofPairs(
  runs: readonly StoredRun[],
  metrics: readonly RegressionMetric[],
  [sound, fault]: readonly [string, string],
  pairs: number,
  words: readonly ChangeVerdict[],
): Rate {
  const faulty = new Map(ofSlot(runs, fault).map((run) => [run.record.spec.replicate, run]));
  const both = ofSlot(runs, sound).filter(({ record }) => faulty.has(record.spec.replicate));
  const stream = new Stream(KEY);
  const compares = both.length < pairs || pairs === 0 ? 0 : both.length === pairs ? 1 : DRAWS;
  let count = 0;
  for (let i = 0; i < compares; i++) {
    const drawn = Array.from(stream.permutation(both.length).slice(0, pairs), (at) => both[at]!);
    const of = drawn.map(({ record }) => faulty.get(record.spec.replicate)!);
    if (alarmed(metrics, drawn, of, words)) count++;
  }
  return { pairs, compares, alarms: count };
}

/**
 * Where nothing changed: runs of the same model, `sides` of which were seeded apart, in a random order, cut into two sides
 * of `size`, whose replicates are numbered anew. How often either word comes up. Dealing makes the runs exchangeable, which
 * is all that the tests ask for: it tries their steps together on real metrics, and cannot show what runs have in common
 * that were made together or of related seeds.
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
    if (alarmed(metrics, baseline, candidate, CHANGED)) count++;
  }
  return { pairs: size, compares, alarms: count };
}
