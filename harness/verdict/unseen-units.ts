/**
 * The guard of a number whose units lie close together. If a sample has no spread, or counts jitter far from the worst
 * value, its variance says nothing about unseen units, e.g. one run in ten that collapses. Besides the t tests, the
 * units must then exclude that enough others lie elsewhere to reverse the answer (`statistics/unseen.ts`).
 *
 * Range of one unit's move: on the worse side to the metric's worst value; on the better side to its best value, or if
 * none is declared, by the distance to the printed value or one step of the metric, whichever is more.
 *
 * Compare answers the same question by another test (`comparing/unseen-falls.ts`), which uses the values themselves.
 * Printed units have no values, and here moves to either side can change four answers: so this guard bounds shares.
 * Both tests exclude the same share if units are equal. If counts jitter, this guard is more sensitive and less strict:
 * of 40 runs of 15 to 25 modes, 70 of 100 samples are equivalent (the other test: 56), and a share that reaches the
 * margin is missed in 3 of 100 (the other: 1).
 */
import type { Quantity } from "../contract/claims.ts";
import { ROUNDING } from "../statistics/lattice.ts";
import {
  type Agreement,
  agreementOf,
  largestMove,
  type Unseen,
  unseenP,
  unseenPower,
  wholeMoves,
} from "../statistics/unseen.ts";
import type { Units } from "./axes.ts";

/** Units that move a contrast in one direction when they lie elsewhere. */
interface Movable extends Unseen {
  /** Whether further replicates add units; printed units are fixed. */
  readonly ours: boolean;
}
/** One direction in which units elsewhere move a contrast. */
interface Side {
  /** Our mean minus the printed one, with the units elsewhere on this side moved back to the units that agree. */
  readonly value: number;
  readonly units: readonly Movable[];
}
export interface Guard {
  readonly falls: Side;
  readonly rises: Side;
}
/** A sample within a contrast. */
export interface Source {
  readonly units: Units;
  /** 1 if the sample's mean is added to the contrast, −1 if it is subtracted. */
  readonly sign: 1 | -1;
  /** All possible moves of the contrast by one unit from the overall mean: signed, in the unit of the metric. */
  readonly moves: readonly number[];
}
/** The printed units on the claim's axis. */
export interface PrintedUnits {
  readonly sd: number;
  readonly n: number;
  /** As in `Source`. */
  readonly moves: readonly number[];
}

/** Moves of a unit from `from` to the worst value, and to the best value; `reach` replaces an unknown best value. */
export function movesFrom({ worst, best, better }: Quantity, from: number, reach: number): readonly [number, number] {
  const up = better === "higher" ? 1 : -1;
  return [worst === null ? -up * Infinity : worst - from, best === undefined ? up * reach : best - from];
}

/** Values minus the median of their outer unit, whose position is arbitrary. */
function aroundMedians({ groups }: Units): number[] {
  return groups.flatMap((values) => {
    const median = values.toSorted((a, b) => a - b)[(values.length - 1) >> 1]!;
    return values.map((value) => value - median);
  });
}

function agreementAmong({ units, moves }: Source): Agreement | null {
  const reach = Math.max(...moves.map(Math.abs));
  const scale = Math.max(Number.isFinite(reach) ? reach : 0, ...units.measured.map(Math.abs));
  return agreementOf(aroundMedians(units), reach, ROUNDING * scale);
}

/** The smallest known difference between agreeing units: the step of their jitter, 1 for whole numbers, else 0. */
export function stepOf(source: Source): number {
  const agreement = agreementAmong(source);
  return agreement === null ? 0 : agreement.step || Number(source.units.measured.every(Number.isInteger));
}

/** Units that agree, ours or printed. */
interface Found {
  readonly n: number;
  readonly ours: boolean;
  /** Distances of the other units, as they move the contrast. */
  readonly elsewhere: readonly number[];
  readonly moves: readonly number[];
}

/**
 * The guard of a contrast `value`, ours minus printed; null if no sample in it agrees. Printed units agree if their SD
 * is 0, or at most the step of our jitter.
 */
export function guardOf(value: number, sources: readonly Source[], printed: PrintedUnits | null): Guard | null {
  let step = 0;
  const found: Found[] = sources.flatMap((source): Found[] => {
    const { units, sign, moves } = source;
    const agreement = agreementAmong(source);
    step = Math.max(step, agreement?.step ?? 0);
    if (agreement === null) return [];
    const n = units.values.length;
    const elsewhere = agreement.elsewhere.map((distance) => sign * distance);
    const shift = elsewhere.reduce((sum, distance) => sum + distance, 0) / n;
    // Distances from the mean of the agreeing units, instead of the overall mean.
    return [{ n, ours: true, elsewhere, moves: moves.map((move) => move + shift) }];
  });
  if (printed !== null && printed.sd <= step) found.push({ ...printed, ours: false, elsewhere: [] });
  if (found.length === 0) return null;
  const side = (direction: 1 | -1): Side => {
    let without = value;
    const units = found.map(({ n, ours, elsewhere, moves }): Movable => {
      const reach = Math.max(0, ...moves.map((move) => direction * move));
      const there = elsewhere.filter((distance) => Math.sign(distance) === direction);
      without -= there.reduce((sum, distance) => sum + distance, 0) / n;
      return { n, ours, reach, seen: wholeMoves(there, reach) };
    });
    return { value: without, units };
  };
  return { falls: side(-1), rises: side(1) };
}

const largestP = ({ units }: Side, room: number): number => Math.max(...units.map((one) => unseenP(one, room)));

/** p against "enough units lie elsewhere to put the contrast beyond `margin` from 0", one-sided. */
export function guardedAgreement({ falls, rises }: Guard, margin: number): number {
  return Math.max(largestP(falls, margin + falls.value), largestP(rises, margin - rises.value));
}

/** p against "enough units lie elsewhere to put the contrast, on `value`'s side, within `margin` of 0", two-sided. */
export function guardedDeparture({ falls, rises }: Guard, value: number, margin: number): number {
  return Math.min(1, 2 * (value > 0 ? largestP(falls, falls.value - margin) : largestP(rises, -rises.value - margin)));
}

/** The range of the contrast under all shares of our units elsewhere that are not excluded at `alpha`, one-sided. */
export function guardedInterval({ falls, rises }: Guard, alpha: number): { low: number; high: number } {
  const move = ({ units }: Side) => Math.max(0, ...units.filter(isOurs).map((one) => largestMove(one, alpha)));
  return { low: falls.value - move(falls), high: rises.value + move(rises) };
}

/**
 * The smallest distance of the contrast from 0, on its harder side, at which these units exclude that others reverse a
 * departure beyond `margin`, two-sided at `alpha`. Infinity if a unit can move without bound.
 */
export function guardedDeviation({ falls, rises }: Guard, value: number, margin: number, alpha: number): number {
  const move = ({ units }: Side): number => Math.max(0, ...units.map((one) => largestMove(one, alpha / 2)));
  return margin + Math.max(move(falls) - (falls.value - value), move(rises) - (value - rises.value));
}

const isOurs = ({ ours }: Movable): boolean => ours;

/** The smallest margin for which these units, ours and printed, exclude at `alpha` a contrast beyond it. */
export function guardedMargin({ falls, rises }: Guard, alpha: number): number {
  const move = ({ units }: Side) => Math.max(...units.map((one) => largestMove(one, alpha)));
  return Math.max(move(falls) - falls.value, move(rises) + rises.value);
}

/**
 * Probability that `further` more units of ours pass the guard: towards departure if `value` is beyond `margin`, else
 * towards agreement. The number of printed units is fixed: if they do not pass now, they never will.
 */
export function guardedPower(
  { falls, rises }: Guard,
  value: number,
  margin: number,
  alpha: number,
  further: number,
): number {
  const power = ({ units }: Side, room: number, level: number): number =>
    Math.min(1, ...units.map((one) => unseenPower(one, room, level, one.ours ? further : 0)));
  if (value > margin) return power(falls, falls.value - margin, alpha / 2);
  if (value < -margin) return power(rises, -rises.value - margin, alpha / 2);
  return Math.min(power(falls, margin + falls.value, alpha), power(rises, margin - rises.value, alpha));
}

/** "all of 10 units lie close together", "most of 10 units lie close together and so do the 10 printed units" */
export function whoAgrees({ falls, rises }: Guard): string {
  return falls.units
    .map(({ n, ours, seen }, i) => {
      const which = ours
        ? `${seen + rises.units[i]!.seen === 0 ? "all" : "most"} of ${n} units`
        : `the ${n} printed units`;
      return i === 0 ? `${which} lie close together` : `so do ${which}`;
    })
    .join(" and ");
}
