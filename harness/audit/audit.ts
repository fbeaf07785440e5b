/** The audit of a paper's printed numbers: what they can show at all, before anything is run. Pure, no data, no engine. */
import type { Grain, PublishedValue, Spread } from "../contract/claims.ts";
import { type ChanceTable, chanceTable } from "./chances.ts";
import { type CrossCheckResult, crossCheck } from "./cross-checks.ts";
import { type AuditInput, type Computed, notComputable } from "./declared.ts";
import { greatestSd, grimSaysNothing, halfUnit, sdsPrintedAs, totalsPrintedAs } from "./granularity.ts";
import { type ImpliedTest, impliedTest, type Resolution, resolutionOf } from "./implied.ts";
import { requireOneUnit } from "./one-unit.ts";
import type { PlannedSuite } from "./planned.ts";

/** `ddof 1` reads the printed SDs as sample SDs, `ddof 0` as population SDs. */
export interface BothReadings<T> {
  readonly ddof1: Computed<T>;
  readonly ddof0: Computed<T>;
}
export interface Finding {
  /** "says nothing": the check cannot fail on such numbers. */
  readonly result: "possible" | "impossible" | "says nothing";
  readonly detail: string;
}
export interface ValueAudit {
  readonly id: string;
  readonly place: string;
  readonly unit: string;
  readonly mean: number;
  /** Places after the point in print; null where they are not declared. */
  readonly decimals: number | null;
  readonly plusMinus: number | null;
  readonly kind: Spread["kind"];
  readonly n: number | null;
  readonly axis: string | null;
  readonly resolution: BothReadings<Resolution>;
  readonly grim: Computed<Finding>;
  readonly grimmer: Computed<Finding>;
  readonly bhatiaDavis: Computed<Finding>;
}
export interface ComparisonAudit {
  readonly id: string;
  readonly statement: string;
  readonly unit: string;
  readonly test: BothReadings<ImpliedTest>;
}
export interface Audit {
  /** The paper's id. */
  readonly id: string;
  readonly title: string;
  readonly values: readonly ValueAudit[];
  readonly comparisons: readonly ComparisonAudit[];
  readonly chances: ChanceTable;
  readonly crossChecks: readonly CrossCheckResult[];
  readonly notes: readonly string[];
}

/**
 * `suites` provide the claims whose chances are simulated; without suites there are none. Throws HarnessError when two
 * compared numbers have different units.
 */
export function audit(input: AuditInput, suites: readonly PlannedSuite[] = []): Audit {
  requireOneUnit(input);
  const { id, title, published, comparisons, crossChecks, notes } = input;
  return {
    id,
    title,
    values: published.map(valueAudit),
    comparisons: comparisons.map((comparison) => ({
      id: comparison.id,
      statement: comparison.statement,
      unit: comparison.first.unit,
      test: { ddof1: impliedTest(comparison, 1), ddof0: impliedTest(comparison, 0) },
    })),
    chances: chanceTable(suites),
    crossChecks: crossChecks.map(crossCheck),
    notes,
  };
}

function valueAudit(value: PublishedValue): ValueAudit {
  const { id, place, unit, mean, spread, n, axis, grain } = value;
  const none = notComputable("not the mean of units whose values are known");
  return {
    id,
    place,
    unit,
    mean,
    decimals: grain?.decimals ?? null,
    plusMinus: spread.kind === "none" ? null : spread.value,
    kind: spread.kind,
    n,
    axis,
    resolution: { ddof1: resolutionOf(value, 1), ddof0: resolutionOf(value, 0) },
    grim: grain ? grim(value, grain) : none,
    grimmer: grain ? grimmer(value, grain) : none,
    bhatiaDavis: grain ? bhatiaDavis(value, grain) : none,
  };
}

const finding = (result: Finding["result"], detail: string): Computed<Finding> => ({
  state: "computed",
  result,
  detail,
});

function grim({ n, mean }: PublishedValue, { step, stepText, decimals }: Grain): Computed<Finding> {
  const last = (10 ** -decimals).toFixed(decimals);
  if (grimSaysNothing(1, step, decimals))
    return finding(
      "says nothing",
      `at any n: one unit moves in steps of ${stepText}, no coarser than the print, ${last}`,
    );
  if (n === null) return notComputable("n is not printed");
  if (grimSaysNothing(n, step, decimals))
    return finding("says nothing", `at n = ${n} means move in steps no coarser than the print, ${last}`);
  const totals = totalsPrintedAs(mean, n, step, decimals);
  return totals.length > 0
    ? finding("possible", `${totals.length} totals of ${n} units give this mean`)
    : finding("impossible", `no total of ${n} units gives this mean`);
}

/** Larger enumerations are not needed for any number audited so far, and would not be instant. */
const MOST_ENUMERATED = 50;

function grimmer(value: PublishedValue, { step, decimals, low, high }: Grain): Computed<Finding> {
  const { n, mean, spread, min, max } = value;
  if (step !== 1) return notComputable("by enumeration for counts only");
  if (spread.kind !== "sd") return notComputable("no SD is printed");
  if (n === null) return notComputable("n is not printed");
  if (n > MOST_ENUMERATED) return notComputable(`n = ${n} is above ${MOST_ENUMERATED}, too many to enumerate at once`);
  const occur = min !== undefined && max !== undefined;
  const integers = occur ? { n, min, max, occur } : { n, min: low, max: high, occur };
  const found = ([1, 0] as const).map((ddof) => ({
    ddof,
    sds: sdsPrintedAs(integers, mean, spread.value, decimals, ddof),
  }));
  const said = found
    .map(({ ddof, sds }) => `ddof ${ddof}: ${sds.length} ${sds.length === 1 ? "SD" : "SDs"}`)
    .join(", ");
  const what = `${n} integers, ${integers.min} to ${integers.max}; ${said}`;
  return finding(
    found.some(({ sds }) => sds.length > 0) ? "possible" : "impossible",
    `attainable values that print as ${spread.value}: ${what}`,
  );
}

function bhatiaDavis(value: PublishedValue, { decimals, low, high }: Grain): Computed<Finding> {
  const { n, mean, spread, min, max } = value;
  if (spread.kind === "none") return notComputable("no ± is printed");
  if (spread.kind === "unknown") return notComputable("the kind of its ± is not printed");
  const factor = { sd: 1, "3sd": 3, "1.96sd": 1.96 }[spread.kind as string];
  if (factor === undefined) return notComputable(`no bound is set on a ± of kind ${spread.kind}`);
  const [from, to] = [min ?? low, max ?? high];
  // The bound for ddof 0 needs no n and is the narrower one; ddof 1 widens it by sqrt(n/(n − 1)).
  const population = greatestSd(mean, from, to, decimals, 2, 0);
  const sample = n === null || n < 2 ? null : greatestSd(mean, from, to, decimals, n, 1);
  const least = (spread.value - halfUnit(decimals)) / factor;
  const bounds = `${population.toFixed(2)} (ddof 0)${sample === null ? "" : `, ${sample.toFixed(2)} (ddof 1)`}`;
  const detail = `SD ${Number((spread.value / factor).toFixed(2))} against at most ${bounds} for values from ${from} to ${to}`;
  if (least <= population) return finding("possible", detail);
  if (sample === null) {
    const why = n === null ? "n is not printed" : `n is ${n}`;
    return notComputable(`above the bound for ddof 0, and there is none for ddof 1: ${why}`);
  }
  return finding(least <= sample ? "possible" : "impossible", detail);
}
