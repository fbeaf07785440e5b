/** Runs the procedures on simulated studies and counts what they say. */
import { Stream, streamKey } from "../../harness/random/seeds.ts";
import { binomialLowerTail } from "../../harness/statistics/binomial.ts";
import { POPULATIONS, type Population } from "./populations.ts";
import type { Procedure, Truth } from "./procedure.ts";

/** How often one set of outcomes came up in one cell. */
export interface Rate {
  readonly procedure: Procedure;
  readonly truth: Truth;
  readonly population: Population;
  readonly n: number;
  readonly outcomes: readonly string[];
  /** The rate that is not to be exceeded; null for a power. */
  readonly nominal: number | null;
  /** Whether the procedure claims its level here. */
  readonly claimed: boolean;
  readonly count: number;
  readonly studies: number;
}

/** Fewer studies than this say nothing of a rate. */
const FEWEST_STUDIES = 40;

/** Cells in which only power is counted get a fifth of the studies. */
function studiesOf(asked: number, share: number, { falseAlarms, read = [] }: Truth): number {
  const whole = falseAlarms.length + read.length > 0;
  return Math.max(Math.min(asked, FEWEST_STUDIES), Math.round(asked * share * (whole ? 1 : 0.2)));
}

/** Every rate of a procedure, each cell on a stream of its own: one cell's studies change no other's. */
export function ratesOf(
  procedure: Procedure,
  asked: number,
  seed: string,
  populations = procedure.populations ?? POPULATIONS,
): Rate[] {
  return procedure.truths.flatMap((truth) =>
    populations.flatMap((population) =>
      procedure.sizes.flatMap(({ n, share }): Rate[] => {
        const stream = new Stream(streamKey(seed, `${procedure.title}/${population.name}`, `${n}/${truth.effect}`));
        const studies = studiesOf(asked, share, truth);
        const said = Array.from({ length: studies }, () => procedure.study(population, stream, n, truth.effect));
        const rate = (outcomes: readonly string[], nominal: number | null): Rate => ({
          procedure,
          truth,
          population,
          n,
          outcomes,
          nominal,
          claimed: procedure.level.claims({ population: population.name, n, outcomes }),
          count: said.filter((one) => one.some((outcome) => outcomes.includes(outcome))).length,
          studies,
        });
        const alarms = truth.falseAlarms.map(({ outcomes, nominal }) => rate(outcomes, nominal));
        const read = (truth.read ?? []).map((outcome) => rate([outcome], null));
        return [...alarms, ...(truth.power.length === 0 ? [] : [rate(truth.power, null)]), ...read];
      }),
    ),
  );
}

/** Whether a rate exceeds its nominal rate beyond Monte Carlo error: the exact binomial test, one-sided at `alpha`. */
export function above({ count, studies, nominal }: Rate, alpha: number): boolean {
  return nominal !== null && binomialLowerTail(studies - count, studies, 1 - nominal) <= alpha;
}

/** The rates that are held to their nominal ones. */
export function judged(rates: readonly Rate[]): Rate[] {
  return rates.filter(({ nominal, claimed }) => nominal !== null && claimed);
}

/** Level of each test at which, if all rates are nominal, any of the judged ones fails with P ≤ 0.05 (Bonferroni). */
export function simultaneousAlpha(rates: readonly Rate[]): number {
  return 0.05 / Math.max(1, judged(rates).length);
}
