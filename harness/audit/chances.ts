/**
 * The chance of each verdict before any run: simulated studies of the planned runs, judged by the same code as real
 * runs. Claims of one family are simulated together, on shared units if they share an arm, and corrected by Holm.
 *
 * Units are normal with the printed mean and SD. Without an SD for the claim's axis, the SD is one margin, as in the
 * calibration. Pairs are independent. The printed value is fixed. Orderings without printed means have equal means
 * under every truth; with printed means they keep the printed order under truths about numbers.
 */
import {
  type Claim,
  type GapClaim,
  type OrderingClaim,
  type PointClaim,
  type PublishedValue,
  type Sample,
  type TrendClaim,
  VERDICTS_OF_RUNS,
} from "../contract/claims.ts";
import { Stream, streamKey } from "../random/seeds.ts";
import { normalQuantile } from "../statistics/distributions.ts";
import { publishedSd } from "../statistics/spread.ts";
import { decideFound, foundOn } from "../verdict/decide.ts";
import { FEWEST_UNITS } from "../verdict/finding.ts";
import { armsOf } from "../verdict/judge.ts";
import { type Computed, notComputable } from "./declared.ts";
import type { PlannedSuite } from "./planned.ts";

/** Simulated studies of a family under one truth. */
const STUDIES = 500;
const SEED = "audit";

export type Outcome = (typeof VERDICTS_OF_RUNS)[number];

/** The truth behind a simulated study. */
export interface Truth {
  /** For numbers: distance of the true mean from the printed mean, in margins; below 0 on the worse side. */
  readonly margins: number;
  /** For orderings and trends: the printed means are true ("printed"), or all arms have the same mean ("none"). */
  readonly order: "printed" | "none";
}
export interface Chances {
  readonly truth: Truth;
  /** Shares of the simulated studies; their sum is 1. */
  readonly shares: Readonly<Record<Outcome, number>>;
}
export interface ArmAssumed {
  readonly arm: string;
  /** Planned units on the claim's axis. */
  readonly units: number;
  /** Units of the outer axis, e.g. the encoders whose label draws are counted; null without an outer axis. */
  readonly within: number | null;
  /** SD of a unit. */
  readonly sd: number;
  /** Source of the SD: "printed", or its substitute with the reason. */
  readonly sdFrom: string;
}
type Simulated = PointClaim | GapClaim | OrderingClaim | TrendClaim;
export interface ClaimChances {
  readonly suite: string;
  /** The simulated reading, and the number of the suite's readings: an ordering or trend needs all of them. */
  readonly reading: string;
  readonly readings: number;
  readonly claim: string;
  readonly kind: Simulated["kind"];
  readonly statement: string;
  readonly unit: string;
  /** Null for orderings and trends. */
  readonly margin: number | null;
  readonly axis: string;
  /** Number of claims in its Holm correction, itself included. */
  readonly familySize: number;
  readonly arms: readonly ArmAssumed[];
  /** Limitations of the chances, one sentence each. */
  readonly notes: readonly string[];
  readonly chances: Computed<{ readonly of: readonly Chances[] }>;
}
export interface ChanceTable {
  readonly studies: number;
  readonly seed: string;
  /** Largest half-width of the 95 % interval of a share: 1.96 · √(0.25/studies). */
  readonly error: number;
  readonly claims: readonly ClaimChances[];
}

export function chanceTable(suites: readonly PlannedSuite[], studies = STUDIES): ChanceTable {
  return {
    studies,
    seed: SEED,
    error: 1.96 * Math.sqrt(0.25 / studies),
    claims: suites.flatMap((suite) => suiteChances(suite, studies)),
  };
}

const isSimulated = (claim: Claim): claim is Simulated => ["point", "gap", "ordering", "trend"].includes(claim.kind);
const isNumber = (claim: Simulated): claim is PointClaim | GapClaim => claim.kind === "point" || claim.kind === "gap";

function suiteChances(suite: PlannedSuite, studies: number): ClaimChances[] {
  const claims = suite.claims.filter(isSimulated);
  const families = [...new Set(claims.map(({ family }) => family))].map((name) =>
    claims.filter(({ family }) => family === name),
  );
  const found = new Map(families.flatMap((family) => familyChances(suite, claims, family, studies)));
  return claims.map((claim) => found.get(claim)!);
}

/** Mean (null if not printed) and SD of a unit of an arm. */
interface Population {
  readonly mean: number | null;
  readonly sd: number;
  readonly sdFrom: string;
}

/** Printed SD of one unit on `axis`; a ± of unknown kind counts as an SD. A text gives the reason for a missing SD. */
function printedSd(value: PublishedValue, axis: string): { readonly sd: number; readonly from: string } | string {
  if (value.spread.kind === "none") return "no SD is printed";
  if (value.axis !== null && value.axis !== axis) return `the printed ± is over ${value.axis}`;
  if (value.spread.kind === "unknown") return { sd: value.spread.value, from: "the printed ±, of unknown kind" };
  const sd = publishedSd(value);
  return sd === null ? "the printed ± gives no SD" : { sd, from: "printed" };
}

/** The population of a claim's arm, from the claim or from the suite's other claims on the arm's printed number. */
function populationOf(claim: Simulated, arm: string, claims: readonly Simulated[]): Population {
  const ownPrint = claim.kind === "ordering" ? (claim.published?.[claim.arms.indexOf(arm)] ?? null) : null;
  const point = claims.find(
    (other): other is PointClaim =>
      other.kind === "point" &&
      other.arm === arm &&
      other.quantity.metric === claim.quantity.metric &&
      other.axis === claim.axis,
  );
  const value = claim.kind === "point" ? claim.published : (ownPrint ?? point?.published ?? null);
  const known = value === null ? "no SD is printed" : printedSd(value, claim.axis);
  const mean = value?.mean ?? null;
  if (typeof known !== "string") return { mean, sd: known.sd, sdFrom: known.from };
  const margin = isNumber(claim) ? claim.margin : point?.margin;
  if (margin) return { mean, sd: margin.value, sdFrom: `${known}: one margin is assumed` };
  return { mean, sd: 1, sdFrom: `${known}: equal SDs are assumed` };
}

function armAssumed(suite: PlannedSuite, claim: Simulated, arm: string, { sd, sdFrom }: Population): ArmAssumed {
  const runs = suite.runs(arm);
  const inner = claim.quantity.nesting?.[1] === claim.axis;
  const units = inner ? runs * suite.draws(claim.quantity) : runs;
  return { arm, units, within: inner ? runs : null, sd, sdFrom };
}

/** Whether all arms of an ordering or trend have a printed mean. */
const hasPrintedOrder = (claim: Simulated, populations: readonly Population[]): boolean =>
  !isNumber(claim) && populations.every(({ mean }) => mean !== null);

/** The truths to simulate for a claim. */
function truthsOf(claim: Simulated, populations: readonly Population[]): Truth[] {
  if (isNumber(claim)) return [0, -1, -2, 1, 2].map((margins) => ({ margins, order: "printed" }));
  const orders = hasPrintedOrder(claim, populations) ? (["printed", "none"] as const) : (["none"] as const);
  return orders.map((order) => ({ margins: 0, order }));
}

interface Member {
  readonly claim: Simulated;
  readonly populations: readonly Population[];
  readonly arms: readonly ArmAssumed[];
  readonly truths: readonly Truth[];
}

function familyChances(
  suite: PlannedSuite,
  claims: readonly Simulated[],
  family: readonly Simulated[],
  studies: number,
): (readonly [Simulated, ClaimChances])[] {
  const members = family.map((claim): Member => {
    const populations = armsOf(claim).map((arm) => populationOf(claim, arm, claims));
    const arms = armsOf(claim).map((arm, i) => armAssumed(suite, claim, arm, populations[i]!));
    return { claim, populations, arms, truths: truthsOf(claim, populations) };
  });
  const shares = simulate(members, new Stream(streamKey(SEED, suite.id, family[0]!.family)), studies);
  return members.map((member, index) => [member.claim, claimChances(suite, member, family.length, shares[index]!)]);
}

const nameOf = ({ margins, order }: Truth): string => `${margins} margins, order ${order}`;

function claimChances(
  suite: PlannedSuite,
  { claim, arms, truths }: Member,
  familySize: number,
  of: readonly Chances[],
): ClaimChances {
  const unplanned = arms.filter(({ units }) => units === 0).map(({ arm }) => arm);
  const units = Math.min(...arms.map((arm) => arm.units));
  const few = isNumber(claim) && units < FEWEST_UNITS;
  const notes = [
    ...(few ? [`${units} of at least ${FEWEST_UNITS} units are planned, and fewer decide no number.`] : []),
    ...(!isNumber(claim) && truths.length === 1
      ? ["No means are printed: only the chances without an order can be given."]
      : []),
  ];
  return {
    suite: suite.id,
    reading: suite.reading,
    readings: suite.readings,
    claim: claim.id,
    kind: claim.kind,
    statement: claim.statement,
    unit: claim.quantity.unit,
    margin: isNumber(claim) ? claim.margin.value : null,
    axis: claim.axis,
    familySize,
    arms,
    notes,
    chances:
      unplanned.length > 0
        ? notComputable(`the profile "paper" plans no run of ${unplanned.join(", ")}`)
        : { state: "computed", of },
  };
}

/**
 * Chances of each member under its truths. Each study draws every unit once, in standard deviations; the truths only
 * shift the means of these units.
 */
function simulate(members: readonly Member[], stream: Stream, studies: number): Chances[][] {
  const named = new Map(members.flatMap((member) => member.truths.map((truth) => [nameOf(truth), truth])));
  const names = [...named.keys()];
  const placed = members.map((member) => placings(member, [...named.values()]));
  const counts = names.map(() => members.map(() => new Map<Outcome, number>()));
  for (let study = 0; study < studies; study++) {
    const units = unitsOf(placed, stream);
    const found = members.map(({ claim }, index) =>
      placed[index]!.distinct.map((arms) => foundOn(claim, (arm) => sampleOf(claim, arms.get(arm)!, units))),
    );
    for (let t = 0; t < names.length; t++) {
      const decided = decideFound(found.map((one, index) => one[placed[index]!.under[t]!]!));
      decided.forEach(({ verdict }, index) => {
        const count = counts[t]![index]!;
        count.set(verdict, (count.get(verdict) ?? 0) + 1);
      });
    }
  }
  return members.map(({ truths }, index) =>
    truths.map((truth) => {
      const count = counts[names.indexOf(nameOf(truth))]![index]!;
      return { truth, shares: sharesOf((outcome) => (count.get(outcome) ?? 0) / studies) };
    }),
  );
}

type Arms = ReadonlyMap<string, DrawnArm>;
interface Placings {
  /** The claim's arms, once for each distinct set of means. */
  readonly distinct: readonly Arms[];
  /** Index into `distinct` for each truth. */
  readonly under: readonly number[];
}

function placings(member: Member, truths: readonly Truth[]): Placings {
  const distinct = new Map<string, Arms>();
  const under = truths.map((truth) => {
    const arms = shifted(member, truth);
    const means = arms.map(({ mean }) => mean).join();
    if (!distinct.has(means)) distinct.set(means, new Map(arms.map((arm) => [arm.arm, arm])));
    return [...distinct.keys()].indexOf(means);
  });
  return { distinct: [...distinct.values()], under };
}

const sharesOf = (share: (outcome: Outcome) => number): Chances["shares"] =>
  Object.fromEntries(VERDICTS_OF_RUNS.map((outcome) => [outcome, share(outcome)])) as Chances["shares"];

/** Standard normal units by `key`. */
type Units = ReadonlyMap<string, readonly number[]>;

function unitsOf(placed: readonly Placings[], stream: Stream): Units {
  const drawn = new Map<string, readonly number[]>();
  for (const { distinct } of placed)
    for (const { key, units } of distinct[0]!.values())
      if (!drawn.has(key))
        drawn.set(
          key,
          Array.from({ length: units }, () => normalQuantile((stream.word() + 0.5) / 2 ** 32)),
        );
  return drawn;
}

interface DrawnArm extends ArmAssumed {
  readonly mean: number;
  /** Claims on the same arm, metric and axis share their units. */
  readonly key: string;
}

/** The arms of a claim with their means under a truth. */
function shifted({ claim, populations, arms }: Member, { margins, order }: Truth): DrawnArm[] {
  const means = populations.map(({ mean }) => mean ?? 0);
  if (isNumber(claim)) {
    const shift = (claim.quantity.better === "higher" ? margins : -margins) * claim.margin.value;
    if (claim.kind === "point") means[0] = claim.published.mean + shift;
    else means[0] = means[1]! + claim.published.mean + shift;
  } else if (order === "none" || !hasPrintedOrder(claim, populations)) means.fill(means[0]!);
  return arms.map((arm, i) => ({
    ...arm,
    mean: means[i]!,
    key: JSON.stringify([arm.arm, claim.quantity.metric, claim.axis]),
  }));
}

/** The units of an arm around its mean. */
function sampleOf(claim: Simulated, { arm, units, within, mean, sd, key }: DrawnArm, drawn: Units): Sample {
  const { nesting } = claim.quantity;
  // A single outer unit leaves only the inner axis.
  const nested = within !== null && within > 1 && nesting ? { nesting, draws: units / within } : null;
  return {
    arm,
    reading: "primary",
    planned: units,
    ...(nested && { nesting: nested.nesting }),
    observations: drawn.get(key)!.map((unit, replicate) => {
      const observation = { replicate, value: mean + sd * unit, finished: true };
      if (!nested) return observation;
      const { nesting, draws } = nested;
      return {
        ...observation,
        units: { [nesting[0]]: Math.floor(replicate / draws), [nesting[1]]: replicate % draws },
      };
    }),
  };
}
