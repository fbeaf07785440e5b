/** What a procedure of the calibration is. */
import type { Stream } from "../../harness/random/seeds.ts";
import type { Level } from "./levels.ts";
import type { Population } from "./populations.ts";

/** Outcomes to count where `effect` is the truth. */
export interface Truth {
  readonly effect: number;
  readonly means: string;
  /** Outcomes that are wrong here, each set with the rate it must not exceed. */
  readonly falseAlarms: readonly { readonly outcomes: readonly string[]; readonly nominal: number }[];
  /** The outcome hoped for: its rate is the power. */
  readonly power: readonly string[];
  /** Outcomes whose rates are reported one by one, without a nominal rate. */
  readonly read?: readonly string[];
}
export interface Procedure {
  readonly title: string;
  /** How a study is made, in one or two sentences. */
  readonly design: string;
  /** Units an arm, and the share of the studies asked for that such a cell gets: permutations take long. */
  readonly sizes: readonly { readonly n: number; readonly share: number }[];
  readonly truths: readonly Truth[];
  readonly level: Level;
  /** Where its runs are drawn from others than everybody's (`populations.ts`); `design` says what they are. */
  readonly populations?: readonly Population[];
  /** What the procedure says of one simulated study. */
  study(population: Population, stream: Stream, n: number, effect: number): readonly string[];
}
