/** An audit in words, the same in a terminal and on a page. */
import { VERDICTS_OF_RUNS } from "../contract/claims.ts";
import type { ComparisonAudit, Finding, ValueAudit } from "./audit.ts";
import type { Chances, ChanceTable, ClaimChances, Outcome } from "./chances.ts";
import type { Computed } from "./declared.ts";
import type { ImpliedTest } from "./implied.ts";

export const CHECKS = [
  { key: "grim", name: "GRIM", asks: "Can a mean of so many such units be this number?" },
  {
    key: "grimmer",
    name: "GRIMMER",
    asks: "Can whole numbers have this mean, SD, minimum and maximum? By enumeration.",
  },
  { key: "bhatiaDavis", name: "Bhatia–Davis", asks: "Is the SD no greater than the mean and the extremes allow?" },
] as const;

export const KIND_WORDS: Readonly<Record<ValueAudit["kind"], string>> = {
  sd: "SD",
  "3sd": "3 SD",
  "1.96sd": "1.96 SD",
  se: "SE",
  ci: "95 % CI",
  unknown: "unknown",
  none: "none",
};

/** What the resolution columns mean, one sentence each. */
export const FLOOR_MEANS =
  "Floor: the equivalence margin (TOST, α = 0.05) that no number of further units of ours can go below.";
export const DETECTABLE_MEANS =
  "Detectable: the difference that a re-run of the same n and SD finds with 80 % power (two-sided, α = 0.05).";

export const printedMean = ({ mean, decimals }: ValueAudit): string =>
  decimals === null ? String(mean) : mean.toFixed(decimals);

/** "3.4 (3.5)": with ddof 1, and with ddof 0 where that prints differently. */
export function bothReadings(ddof1: number, ddof0: number): string {
  const [one, zero] = [ddof1, ddof0].map((value) => value.toPrecision(2));
  return one === zero ? one! : `${one} (${zero})`;
}

export function resolutionCells({ resolution: { ddof1, ddof0 } }: ValueAudit): { floor: string; detectable: string } {
  if (ddof1.state === "not computable" || ddof0.state === "not computable") return { floor: "—", detectable: "—" };
  return {
    floor: bothReadings(ddof1.floor, ddof0.floor),
    detectable: bothReadings(ddof1.minimumDetectable, ddof0.minimumDetectable),
  };
}

export interface Group {
  readonly said: string;
  readonly result: Finding["result"] | "not computable";
  readonly ids: readonly string[];
}

/** Values of which a check says the same, together, in the order of the values. */
export function groupFindings(values: readonly ValueAudit[], key: (typeof CHECKS)[number]["key"]): Group[] {
  return grouped(values.map((value) => ({ id: value.id, ...sayFinding(value[key]) })));
}

/** Why no resolution could be computed, and of which values. */
export function groupReasons(values: readonly ValueAudit[]): Group[] {
  return grouped(
    values.flatMap(({ id, resolution: { ddof1 } }) =>
      ddof1.state === "computed"
        ? []
        : [{ id, result: "not computable" as const, said: ddof1.reason.replace(`${id}: `, "") }],
    ),
  );
}

function sayFinding(finding: Computed<Finding>): Omit<Group, "ids"> {
  return finding.state === "computed"
    ? { result: finding.result, said: finding.detail }
    : { result: "not computable", said: finding.reason };
}

function grouped(rows: readonly (Omit<Group, "ids"> & { readonly id: string })[]): Group[] {
  const groups = new Map<string, Group>();
  for (const { id, result, said } of rows) {
    const key = `${result}: ${said}`;
    groups.set(key, { result, said, ids: [...(groups.get(key)?.ids ?? []), id] });
  }
  return [...groups.values()];
}

/** One sentence for each reading of the SDs; a single one where nothing can be computed. */
export function sayTest({ test: { ddof1, ddof0 }, unit }: ComparisonAudit): string[] {
  if (ddof1.state === "not computable") return [`not computable: ${ddof1.reason}`];
  return [
    sayComputed(ddof1, unit),
    ...(ddof0.state === "computed" ? [`If the printed SDs have ddof 0: ${sayComputed(ddof0, unit)}`] : []),
  ];
}

function sayComputed(test: ImpliedTest, unit: string): string {
  const { difference, t, df, p, interval, power, minimumDetectable, unitsPerArm } = test;
  const shownP = p < 0.001 ? "p < 0.001" : `p = ${p.toFixed(p < 0.1 ? 3 : 2)}`;
  const needed = unitsPerArm === null ? "more than 100,000 units" : `${unitsPerArm} units`;
  return [
    `difference ${minus(difference.toFixed(2))} ${unit}`,
    `95 % interval [${minus(interval.low.toFixed(1))}, ${minus(interval.high.toFixed(1))}]`,
    `Welch t = ${minus(t.toFixed(2))}, df = ${df.toFixed(1)}, ${shownP} two-sided`,
    `power ${(100 * power).toFixed(0)} % at the printed difference`,
    `80 % power needs a difference of ${minimumDetectable.toPrecision(2)} ${unit}, or ${needed} an arm`,
  ].join("; ");
}

/** The method of the simulation, in sentences. */
export function sayChances({ studies, error }: ChanceTable): string[] {
  return [
    `Simulated: ${studies} studies a truth of the runs that the profile "paper" plans, judged by the code that judges real runs, after Holm over each family and under the primary reading; the error of a share is at most ${(100 * error).toFixed(1)} points (95 %).`,
    "Units are normal with the SD that is named, pairs are independent, and the data are taken as the paper's. The printed mean is not drawn again.",
  ];
}

/** A suite with its simulated reading, and the effect of the other readings on its chances. */
export function saySuite({ suite, reading, readings }: ClaimChances): string {
  if (readings === 1) return suite;
  return `${suite}, reading "${reading}": REPRODUCED of an ordering or trend needs all ${readings} readings, and has at most this chance`;
}

/** "worse by 2 margins (7 modes)", "no difference" */
export function sayTruth({ kind, margin, unit }: ClaimChances, { margins, order }: Chances["truth"]): string {
  if (margin === null) {
    const what = kind === "trend" ? "means" : "difference";
    return order === "printed" ? `printed ${what} right` : kind === "trend" ? "no trend" : "no difference";
  }
  if (margins === 0) return "print exactly right";
  const size = Math.abs(margins);
  return `${margins < 0 ? "worse" : "better"} by ${size} ${size === 1 ? "margin" : "margins"} (${Number((size * margin).toPrecision(4))} ${unit})`;
}

/** "12 %"; a share strictly between 0 and 1 is never rounded to 0 % or 100 %. */
export function sayShare(share: number): string {
  if (share > 0 && share < 0.005) return "<1 %";
  if (share < 1 && share > 0.995) return ">99 %";
  return `${Math.round(100 * share)} %`;
}

/** "a: 10 on the axis run, SD 5.8 (printed)"; identical arms are grouped. */
export function sayArms({ arms, axis }: ClaimChances): string {
  const alike = new Map<string, string[]>();
  for (const { arm, units, within, sd, sdFrom } of arms) {
    const outer = within === null ? "" : ` within ${within}`;
    const said = `${units} on the axis ${axis}${outer}, SD ${Number(sd.toPrecision(3))} (${sdFrom})`;
    alike.set(said, [...(alike.get(said) ?? []), arm]);
  }
  return [...alike].map(([said, names]) => `${names.join(", ")}: ${said}`).join("; ");
}

/** The verdict of all simulated studies under every truth; null if verdicts differ. */
export function onlyVerdict(of: readonly Chances[]): Outcome | null {
  return VERDICTS_OF_RUNS.find((outcome) => of.every(({ shares }) => shares[outcome] === 1)) ?? null;
}

const minus = (text: string): string => text.replace("-", "−");
