/** The verdict table: what was claimed, what we found, how sure, why, and what would decide. */
import {
  alphaOf,
  type Claim,
  type Estimate,
  type Interval,
  type Judgement,
  PAPER_VERDICTS,
  type PublishedValue,
} from "../../harness/contract/claims.ts";
import type { ReportData } from "../../harness/verdict/report-data.ts";
import { formatInterval, formatNumber, formatP, meanDecimals, plural, unitText, withUnit } from "../format.ts";
import { anchor } from "./anchors.ts";
import { type Badge, badgeOf, NO_JUDGEMENT } from "./badge.ts";
import { effectName } from "./effect.ts";
import { shareOfReadings } from "./reading-share.ts";
import { printedValue, spreadKind } from "./spread.ts";

/** A number with everything that belongs to it: never bare. */
export interface ValueView {
  readonly arm: string;
  readonly value: string;
  readonly unit: string;
  /** Kind of ±, n, interval, extremes, failures: one short phrase each. */
  readonly details: readonly string[];
}
export interface JudgementView {
  readonly reading: string;
  readonly badge: Badge;
  readonly ours: readonly ValueView[];
  readonly effect: ValueView | null;
  readonly reason: string;
  readonly tests: readonly string[];
  readonly directional: string | null;
  readonly wouldDecide: readonly string[];
}
export interface VerdictRow {
  readonly id: string;
  readonly anchor: string;
  readonly statement: string;
  readonly kind: string;
  readonly place: string;
  readonly assumption: string | null;
  readonly paper: readonly ValueView[];
  readonly margin: string | null;
  /** What can be moved in the page, as registered; null where no test has a level. */
  readonly movable: { readonly margin: string | null; readonly alpha: string; readonly unit: string } | null;
  /** Under how many readings it holds. */
  readonly share: string | null;
  readonly primary: JudgementView;
}
export interface VerdictView {
  readonly primaryReading: string;
  /** Heading of the paper's column, which differs for identities because the paper prints no number for them. */
  readonly paperHeading: string;
  /** Whether there are other readings, in a table of their own. */
  readonly otherReadings: boolean;
  readonly summary: readonly { readonly badge: Badge; readonly count: number; readonly claims: string }[];
  readonly rows: readonly VerdictRow[];
  readonly meanings: readonly Badge[];
}

const INTERVAL_NAMES: Readonly<Record<Interval["kind"], string>> = {
  t: "t interval",
  welch: "Welch interval",
  prediction: "prediction interval",
  bootstrap: "bootstrap interval",
  permutation: "permutation interval",
};

function intervalText(interval: Interval, decimals: number): string {
  return `${formatNumber(100 * interval.level)} % ${INTERVAL_NAMES[interval.kind]} ${formatInterval(interval.low, interval.high, decimals)}`;
}

function paperValue(arm: string, published: PublishedValue): ValueView {
  return {
    arm,
    value: printedValue(published),
    unit: unitText(published.unit),
    details: [
      spreadKind(published.spread, published.n),
      published.n === null
        ? "n not stated"
        : `n = ${formatNumber(published.n)}${published.axis ? ` (${published.axis})` : ""}`,
      ...(published.min !== undefined && published.max !== undefined
        ? [`min ${formatNumber(published.min)}, max ${formatNumber(published.max)}`]
        : []),
      published.place,
    ],
  };
}

function paperValues(claim: Claim): readonly ValueView[] {
  switch (claim.kind) {
    case "point":
    case "range":
      return [paperValue(claim.arm, claim.published)];
    case "gap":
      return [paperValue(`${claim.arms[0]} minus ${claim.arms[1]}`, claim.published)];
    case "ordering":
      return claim.published
        ? claim.published.map((published, i) => paperValue(claim.arms[i]!, published))
        : [{ arm: "", value: `${claim.arms[0]} > ${claim.arms[1]}`, unit: "", details: ["no number printed"] }];
    case "trend":
      return [
        {
          arm: "",
          value: claim.arms.join(claim.direction === "rising" ? " < " : " > "),
          unit: "",
          details: [`${claim.direction}, no number tested`],
        },
      ];
    case "identity":
      return [
        {
          arm: claim.arm,
          value: formatNumber(claim.expected),
          unit: unitText(claim.quantity.unit),
          details: ["exact value of the theory", `our tolerance ± ${formatNumber(claim.tolerance)}`],
        },
      ];
    case "qualitative":
      return [];
  }
}

/** Whether the claim's units are draws within a run, not runs. */
const isOnDraws = (claim: Claim): boolean => claim.kind !== "qualitative" && claim.quantity.nesting?.[1] === claim.axis;

function ourValue(claim: Claim, estimate: Estimate, unit: string): ValueView {
  const decimals = meanDecimals(estimate.mean, estimate.sd);
  const mean = formatNumber(estimate.mean, decimals);
  const extreme = (value: number): string => formatNumber(value, Number.isInteger(value) ? undefined : decimals);
  return {
    arm: estimate.arm,
    value: `${mean}${estimate.sd === null ? "" : ` ± ${formatNumber(estimate.sd, decimals)}`}`,
    unit,
    details: [
      estimate.sd === null ? "no SD: fewer than two values" : "± 1 SD",
      `n = ${formatNumber(estimate.n)}${isOnDraws(claim) ? " draws" : ""}`,
      ...(estimate.interval ? [intervalText(estimate.interval, decimals)] : []),
      `min ${extreme(estimate.min)}, max ${extreme(estimate.max)}`,
      ...(estimate.failed > 0 ? [`${plural(estimate.failed, "run")} did not finish, counted at the worst value`] : []),
    ],
  };
}

function effectView(claim: Claim, judgement: Judgement): ValueView | null {
  if (!judgement.effect) return null;
  const { value, interval, unit } = judgement.effect;
  const decimals = meanDecimals(value, (interval.high - interval.low) / 4);
  const sign = value > 0 ? "+" : "";
  return {
    arm: effectName(claim),
    value: `${sign}${formatNumber(value, decimals)}`,
    unit: unitText(unit),
    details: [intervalText(interval, decimals)],
  };
}

function decisions(claim: Claim, judgement: Judgement, unit: string): readonly string[] {
  const would = judgement.wouldDecide;
  if (!would) return [];
  const lines: string[] = [];
  if (would.furtherReplicates !== null)
    lines.push(
      `About ${plural(would.furtherReplicates, isOnDraws(claim) ? "further draw" : "further replicate")} an arm would decide (80 % power at the present estimates).`,
    );
  if (would.smallestMargin !== null)
    lines.push(
      `Smallest margin decidable now: ± ${withUnit(formatNumber(would.smallestMargin, meanDecimals(0, would.smallestMargin)), unit)}.`,
    );
  return lines;
}

export function judgementView(claim: Claim, reading: string, judgement: Judgement | undefined): JudgementView {
  const unit = claim.kind === "qualitative" ? "" : unitText(claim.quantity.unit);
  if (!judgement)
    return {
      reading,
      badge: NO_JUDGEMENT,
      ours: [],
      effect: null,
      reason: NO_JUDGEMENT.meaning,
      tests: [],
      directional: null,
      wouldDecide: [],
    };
  return {
    reading,
    badge: badgeOf(judgement.verdict),
    ours: judgement.estimates.map((estimate) => ourValue(claim, estimate, unit)),
    effect: effectView(claim, judgement),
    reason: judgement.reason,
    tests: judgement.tests.map(
      (test) =>
        `${test.name}: ${formatP(test.p)}${test.adjustedP === test.p ? "" : `, after Holm ${formatP(test.adjustedP)}`}`,
    ),
    directional: judgement.directional,
    wouldDecide: decisions(claim, judgement, unit),
  };
}

function movableOf(claim: Claim, unit: string): VerdictRow["movable"] {
  if (claim.kind === "qualitative" || claim.kind === "identity") return null;
  return { margin: "margin" in claim ? String(claim.margin.value) : null, alpha: String(alphaOf(claim)), unit };
}

export function verdictView(data: ReportData): VerdictView {
  const primaryReading = data.readings[0]?.id ?? "";
  const find = (claimId: string, reading: string) =>
    data.judgements.find((judgement) => judgement.claimId === claimId && judgement.reading === reading);
  const rows = data.claims.map((claim): VerdictRow => {
    const unit = claim.kind === "qualitative" ? "" : unitText(claim.quantity.unit);
    return {
      id: claim.id,
      anchor: anchor("claim", claim.id),
      statement: claim.statement,
      kind: claim.kind,
      place: claim.place,
      assumption: claim.assumption ?? null,
      paper: paperValues(claim),
      margin:
        "margin" in claim
          ? `margin ± ${withUnit(formatNumber(claim.margin.value), unit)}: ${claim.margin.reason}`
          : null,
      movable: movableOf(claim, unit),
      share: shareOfReadings(data, claim),
      primary: judgementView(claim, primaryReading, find(claim.id, primaryReading)),
    };
  });
  const badges = new Map<string, { badge: Badge; count: number }>();
  for (const { primary: view } of rows) {
    const entry = badges.get(view.badge.verdict) ?? { badge: view.badge, count: 0 };
    entry.count++;
    badges.set(view.badge.verdict, entry);
  }
  const order: readonly string[] = [
    "REPRODUCED",
    "BETTER",
    "CONSISTENT",
    "INCONCLUSIVE",
    "CONTRADICTED",
    "STALE",
    "NOT TESTED",
    "NOT TESTABLE",
  ];
  return {
    primaryReading,
    paperHeading: data.claims.every(({ kind }) => kind === "identity")
      ? "The theory says (tolerance: ours)"
      : "The paper prints",
    otherReadings: data.readings.length > 1,
    summary: [...badges.values()]
      .sort((a, b) => order.indexOf(a.badge.verdict) - order.indexOf(b.badge.verdict))
      .map(({ badge, count }) => ({ badge, count, claims: count === 1 ? "claim" : "claims" })),
    rows,
    meanings: PAPER_VERDICTS.map(badgeOf),
  };
}
