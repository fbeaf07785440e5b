/**
 * Where observations stand on the random axes, by name, and what they come to on the axis that a claim speaks of: that is
 * the error term. Axes within it are averaged, so that a unit is, say, an encoder's mean over its label draws. Axes around
 * it are held fixed: the variance is pooled within their units.
 */
import type { Observation, Sample } from "../contract/claims.ts";
import { EXIT, HarnessError } from "../errors.ts";
import { mean } from "../statistics/descriptive.ts";

/** A value and its index on each axis, in the order of the axes. */
export interface Placed {
  readonly at: readonly number[];
  /** ±Infinity for a failed run of a metric without a bound. */
  readonly value: number;
}
export interface Nested {
  /** From the outermost to the innermost. */
  readonly axes: readonly string[];
  readonly placed: readonly Placed[];
}
/** The units on a claim's axis. */
export interface Units {
  /** One a unit, ready for a test: where `means` > 1, deviations from the outer units' means around the grand mean. */
  readonly values: readonly number[];
  /** As `values`, as they were measured. */
  readonly measured: readonly number[];
  /** `measured` by outer unit; one group without an outer axis. */
  readonly groups: readonly (readonly number[])[];
  /** Outer units whose means are taken out: `values` have length − means degrees of freedom. */
  readonly means: number;
  /** The draws within each unit; null where every unit is one draw. */
  readonly draws: readonly (readonly number[])[] | null;
}

/** "encoder 2, labelDraw 37" */
export function showPlace(axes: readonly string[], at: readonly number[]): string {
  return axes.map((axis, i) => `${axis} ${at[i]}`).join(", ");
}

/** Indices of a sample's observations. Throws where they do not name the same axes, the claim's among them, or stand twice. */
export function nestedOf(sample: Sample, axis: string, counted: (observation: Observation) => number): Nested {
  const refuse = (what: string): never => {
    throw new HarnessError(`${what} (sample "${sample.arm}", reading "${sample.reading}").`, EXIT.cannotJudge);
  };
  const [first] = sample.observations;
  const named = first?.units ? Object.keys(first.units) : [axis];
  if (!sample.nesting && named.length > 1)
    refuse(`Observations are on ${named.join(" and ")}; the sample's "nesting" must list these axes, outermost first`);
  const axes = sample.nesting ?? named;
  if (!axes.includes(axis))
    refuse(`The claim speaks of the axis "${axis}", but the observations are on ${axes.join(", ")}`);
  const placed = sample.observations.map((observation): Placed => {
    // Shortcut for the usual case, to avoid looking up axis names for each of many observations.
    if (axes.length === 1 && observation.units === undefined && Number.isInteger(observation.replicate))
      return { at: [observation.replicate], value: counted(observation) };
    const { units = { [axis]: observation.replicate } } = observation;
    if (Object.keys(units).length !== axes.length || !axes.every((name) => Number.isInteger(units[name])))
      refuse(
        `Replicate ${observation.replicate} has the indices ${JSON.stringify(units)}; each observation needs one whole number on each of ${axes.join(", ")}`,
      );
    return { at: axes.map((name) => units[name]!), value: counted(observation) };
  });
  const seen = new Set<string | number>();
  for (const { at } of placed) {
    const place = at.length === 1 ? at[0]! : at.join();
    if (seen.has(place)) refuse(`${showPlace(axes, at)} stands twice`);
    seen.add(place);
  }
  return { axes, placed };
}

/** Units of the outermost axis: its runs. */
export function outerUnits({ placed }: Pick<Nested, "placed">): ReadonlySet<number> {
  return new Set(placed.map(({ at }) => at[0]!));
}

/** The distinct places of draws within a run, over all runs that `counts` accepts. */
export function placesWithin({ placed }: Nested, counts: (run: number) => boolean): readonly (readonly number[])[] {
  const within = placed.flatMap(({ at: [run, ...rest] }) => (counts(run!) ? [rest] : []));
  return [...new Map(within.map((rest) => [rest.join(), rest])).values()];
}

/**
 * Runs that failed as a whole have one observation each. Its value is copied to each of the places within a run, so a
 * failed run weighs as much as a finished one on every axis, and can be paired with one.
 */
export function failedThroughout(
  { axes, placed }: Nested,
  failed: ReadonlySet<number>,
  within: readonly (readonly number[])[],
): Nested {
  if (axes.length < 2 || failed.size === 0 || within.length === 0) return { axes, placed };
  const kept = placed.filter(({ at }) => !failed.has(at[0]!));
  const worst = new Map(placed.filter(({ at }) => failed.has(at[0]!)).map(({ at, value }) => [at[0]!, value]));
  const filled = [...worst].flatMap(([run, value]) => within.map((rest): Placed => ({ at: [run, ...rest], value })));
  return { axes, placed: [...kept, ...filled] };
}

/** Mean; ±Infinity where a draw failed without a bound, and 0 for differences of which some failed either way. */
function centre(values: readonly number[]): number {
  const infinite = values.filter((value) => !Number.isFinite(value));
  if (infinite.length === 0) return mean(values);
  return infinite.every((value) => value === infinite[0]) ? infinite[0]! : 0;
}

/** Places in rising order, those with the same first `depth` indices together. */
function grouped(placed: readonly Placed[], depth: number): readonly (readonly Placed[])[] {
  const groups = new Map<string, Placed[]>();
  const rising = placed.toSorted((a, b) => {
    const differs = a.at.findIndex((index, i) => index !== b.at[i]);
    return differs < 0 ? 0 : a.at[differs]! - b.at[differs]!;
  });
  for (const one of rising) {
    const key = one.at.slice(0, depth).join();
    const group = groups.get(key);
    if (group) group.push(one);
    else groups.set(key, [one]);
  }
  return [...groups.values()];
}

/** Averages over the axes that are not kept, the innermost first: a mean of means. */
export function averagedTo({ axes, placed }: Nested, keep: readonly string[]): Nested {
  const drop = axes.findLastIndex((axis) => !keep.includes(axis));
  if (drop < 0) return { axes, placed };
  const without = <T>(list: readonly T[]): T[] => list.filter((_, i) => i !== drop);
  const rest = placed.map(({ at, value }) => ({ at: [...without(at), at[drop]!], value }));
  const averaged = grouped(rest, axes.length - 1).map((group) => ({
    at: group[0]!.at.slice(0, -1),
    value: centre(group.map(({ value }) => value)),
  }));
  return averagedTo({ axes: without(axes), placed: averaged }, keep);
}

/** The units on `axis`: what lies within it averaged, what lies around it held fixed. */
export function unitsOn(axis: string, nested: Nested): Units {
  if (nested.axes.length === 1) {
    const rising = nested.placed.toSorted((a, b) => a.at[0]! - b.at[0]!);
    const measured = rising.map(({ value }) => value);
    return { values: measured, measured, groups: [measured], means: 1, draws: null };
  }
  const depth = nested.axes.indexOf(axis) + 1;
  const within = grouped(nested.placed, depth);
  const { placed } = averagedTo(nested, nested.axes.slice(0, depth));
  const outer = grouped(placed, depth - 1).map((group) => group.map(({ value }) => value));
  const measured = outer.flat();
  const draws = within.some((group) => group.length > 1)
    ? within.map((group) => group.map(({ value }) => value))
    : null;
  if (outer.length <= 1) return { values: measured, measured, groups: outer, means: 1, draws };
  return { values: pooledWithin(outer), measured, groups: outer, means: outer.length, draws };
}

/**
 * Deviations from each group's mean around the grand mean, stretched by √((N − 1)/(N − a)) so that their sample variance is
 * the mean square within the a groups, σ̂² with N − a degrees of freedom (S. R. Searle, G. Casella and C. E. McCulloch,
 * "Variance Components", 1992, section 3.2): the groups are fixed, and what is said holds for them alone. Tests by
 * permutation on such residuals are approximate (C. J. F. ter Braak, "Permutation versus bootstrap significance tests", 1992).
 * Values as they are where none is left to deviate, or where a failed run has no finite value.
 */
function pooledWithin(groups: readonly (readonly number[])[]): number[] {
  const all = groups.flat();
  const free = all.length - groups.length;
  if (free < 1 || !all.every(Number.isFinite)) return all;
  const grand = mean(all);
  const stretch = Math.sqrt((all.length - 1) / free);
  return groups.flatMap((group) => {
    const own = mean(group);
    return group.map((value) => grand + (value - own) * stretch);
  });
}
