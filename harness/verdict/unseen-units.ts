/**
 * The guard of a number whose units lie close together: where a sample has no spread, or counts jitter far from the worst
 * value, its variance says nothing of units that were not seen, e.g. one run in ten that collapses. Beside the t tests the
 * units then also have to exclude that so many others lie elsewhere as would turn the answer (`statistics/unseen.ts`).
 *
 * How far one unit can move: to the metric's worst value on the worse side; on the better side to its best value, and where
 * none is declared as far as the printed value lies, or one step of the metric where that is more.
 *
 * A compare has another test for the same question (`comparing/unseen-falls.ts`), which takes the values themselves. Of printed
 * units there are none, and here falls on either side can turn four answers: that is why shares are bounded. Both exclude
 * the same share where units are equal. Where counts jitter, this one shows more: of 40 runs of 15 to 25 modes, 70 of 100
 * samples are equivalent and 56 by the other, and a share that makes the margin is missed in 3 of 100 and in 1.
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

/** Units that move a contrast one way by lying elsewhere. */
interface Movable extends Unseen {
  /** Whether further replicates add to them: the printed units stay as they are. */
  readonly ours: boolean;
}
/** One direction in which units that lie elsewhere move a contrast. */
interface Side {
  /** Ours minus printed, the units that were seen elsewhere on this side put back among those that agree. */
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
  /** 1 where the sample's mean is added to the contrast, −1 where it is taken away. */
  readonly sign: 1 | -1;
  /** By how much one unit can move the contrast from the mean of all, by every way: signed, in the unit of the metric. */
  readonly moves: readonly number[];
}
/** The printed units on the claim's axis. */
export interface PrintedUnits {
  readonly sd: number;
  readonly n: number;
  /** As of a `Source`. */
  readonly moves: readonly number[];
}

/** By how much a unit of value `from` can move: to the worst value, and to the best, for which `reach` stands in where it is not known. */
export function movesFrom({ worst, best, better }: Quantity, from: number, reach: number): readonly [number, number] {
  const up = better === "higher" ? 1 : -1;
  return [worst === null ? -up * Infinity : worst - from, best === undefined ? up * reach : best - from];
}

/** Values less their median within each outer unit, which is held fixed and may lie anywhere. */
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

/** The smallest difference that units which agree are known to have: the step of their jitter, 1 of whole numbers, else 0. */
export function stepOf(source: Source): number {
  const agreement = agreementAmong(source);
  return agreement === null ? 0 : agreement.step || Number(source.units.measured.every(Number.isInteger));
}

/** Units that agree, ours or printed. */
interface Found {
  readonly n: number;
  readonly ours: boolean;
  /** Distances of the others, as they move the contrast. */
  readonly elsewhere: readonly number[];
  readonly moves: readonly number[];
}

/**
 * The guard of a contrast of value `value`, ours minus printed; null where no sample in it agrees. Printed units agree where
 * their SD is 0, or no more than the step of ours that jitter.
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
    // From the mean of the units that agree, not from that of all.
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

/** p against "so many units lie elsewhere that the contrast is beyond `margin` from 0", one-sided. */
export function guardedAgreement({ falls, rises }: Guard, margin: number): number {
  return Math.max(largestP(falls, margin + falls.value), largestP(rises, margin - rises.value));
}

/** p against "so many units lie elsewhere that the contrast, on the side of `value`, is within `margin` of 0", two-sided. */
export function guardedDeparture({ falls, rises }: Guard, value: number, margin: number): number {
  return Math.min(1, 2 * (value > 0 ? largestP(falls, falls.value - margin) : largestP(rises, -rises.value - margin)));
}

/** Where the contrast lies if as many of our units lie elsewhere as are not excluded at `alpha`, one-sided. */
export function guardedInterval({ falls, rises }: Guard, alpha: number): { low: number; high: number } {
  const move = ({ units }: Side) => Math.max(0, ...units.filter(isOurs).map((one) => largestMove(one, alpha)));
  return { low: falls.value - move(falls), high: rises.value + move(rises) };
}

/**
 * The smallest distance of the contrast from 0, on its harder side, at which these units exclude that others turn a departure
 * beyond `margin`, two-sided at `alpha`. Infinity where one of them can move without bound.
 */
export function guardedDeviation({ falls, rises }: Guard, value: number, margin: number, alpha: number): number {
  const move = ({ units }: Side): number => Math.max(0, ...units.map((one) => largestMove(one, alpha / 2)));
  return margin + Math.max(move(falls) - (falls.value - value), move(rises) - (value - rises.value));
}

const isOurs = ({ ours }: Movable): boolean => ours;

/** The smallest margin for which these units, printed ones too, exclude at `alpha` that others put the contrast beyond it. */
export function guardedMargin({ falls, rises }: Guard, alpha: number): number {
  const move = ({ units }: Side) => Math.max(...units.map((one) => largestMove(one, alpha)));
  return Math.max(move(falls) - falls.value, move(rises) + rises.value);
}

/**
 * Probability that `further` more units of ours pass the guard: towards departure where `value` is beyond `margin`, else
 * towards agreement. Printed units do not grow: where they do not pass it now they never do.
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
