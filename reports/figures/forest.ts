/** Against the paper, one card a measured quantity: printed and measured values on one axis, and the differences claimed. */
import type {
  Claim,
  Estimate,
  Judgement,
  Observation,
  PublishedValue,
  Quantity,
} from "../../harness/contract/claims.ts";
import type { Reading } from "../../harness/contract/readings.ts";
import { showPlace } from "../../harness/verdict/axes.ts";
import { armsOf } from "../../harness/verdict/judge.ts";
import type { ReportData } from "../../harness/verdict/report-data.ts";
import { formatInterval, formatNumber, meanDecimals, printedDecimals, unitText, withUnit } from "../format.ts";
import { effectName } from "../views/effect.ts";
import { drawnSpread, printedValue, spreadKind } from "../views/spread.ts";
import { type StripBand, type StripDot, type StripRow, stripPlot } from "./strip-plot.ts";
import { groupStyle, type Markup } from "./svg.ts";

export type MeasuredClaim = Exclude<Claim, { kind: "qualitative" }>;

export interface ForestCard {
  readonly metric: string;
  readonly label: string;
  readonly unit: string;
  readonly better: string;
  readonly claims: readonly MeasuredClaim[];
  readonly values: Markup;
  readonly differences: readonly { readonly name: string; readonly svg: Markup }[];
  /** How printed ± were converted, and what ours are. */
  readonly notes: readonly string[];
}

/**
 * Readings worth a row: the primary one, and those that differ from it in one choice, as far as they are run and show
 * other values than the rows before. All of them stand in the table of readings.
 */
function drawnReadings<Shown>(
  { readings }: ReportData,
  shownUnder: (reading: Reading) => Shown | null,
): readonly { readonly reading: Reading; readonly shown: Shown | null }[] {
  const [primary, ...others] = readings;
  if (!primary) return [];
  const drawn = [{ reading: primary, shown: shownUnder(primary) }];
  const seen = new Set([JSON.stringify(drawn[0]!.shown)]);
  for (const reading of others) {
    const changed = Object.keys(reading.options).filter(
      (axis) => reading.options[axis]?.id !== primary.options[axis]?.id,
    );
    if (changed.length > 1) continue;
    const shown = shownUnder(reading);
    const text = JSON.stringify(shown);
    if (shown === null || seen.has(text)) continue;
    seen.add(text);
    drawn.push({ reading, shown });
  }
  return drawn;
}

function publishedFor(claim: MeasuredClaim, arm: string): PublishedValue | null {
  if ((claim.kind === "point" || claim.kind === "range") && claim.arm === arm) return claim.published;
  if (claim.kind === "ordering" && claim.published) return claim.published[claim.arms.indexOf(arm)] ?? null;
  return null;
}

function paperRow(arm: string, published: PublishedValue): StripRow {
  const drawn = drawnSpread(published.spread, published.n);
  return {
    label: `${arm}, printed`,
    detail: `${printedValue(published)}${published.n === null ? "" : `, n = ${formatNumber(published.n)}`}`,
    source: "paper",
    colour: "currentColor",
    mean: published.mean,
    spread: drawn && drawn.draws !== "mean" ? { halfWidth: drawn.halfWidth, certain: drawn.draws === "sd" } : null,
    interval: drawn?.draws === "mean" ? [published.mean - drawn.halfWidth, published.mean + drawn.halfWidth] : null,
    extremes: published.min !== undefined && published.max !== undefined ? [published.min, published.max] : null,
    dots: [],
  };
}

function ourRow(
  arm: string,
  reading: string,
  estimate: Estimate | null,
  dots: readonly StripDot[],
  colour: string,
): StripRow {
  const decimals = estimate ? meanDecimals(estimate.mean, estimate.sd) : 0;
  const failed = dots.filter((dot) => !dot.finished).length;
  return {
    label: `${arm}, ours, ${reading}`,
    detail: estimate
      ? `${formatNumber(estimate.mean, decimals)}${estimate.sd === null ? "" : ` ± ${formatNumber(estimate.sd, decimals)}`}, n = ${formatNumber(estimate.n)}`
      : dots.length > 0
        ? `n = ${formatNumber(dots.length)}${failed > 0 ? `, ${failed} failed` : ""}`
        : "no value",
    source: "ours",
    colour,
    mean: estimate && Number.isFinite(estimate.mean) ? estimate.mean : null,
    spread: estimate?.sd != null ? { halfWidth: estimate.sd, certain: true } : null,
    interval: estimate?.interval ? [estimate.interval.low, estimate.interval.high] : null,
    extremes: null,
    dots,
  };
}

function sampleFor(data: ReportData, metric: string, arm: string, reading: string) {
  return data.samples.find((s) => s.metric === metric && s.arm === arm && s.reading === reading) ?? null;
}

/** "replicate 3" or "encoder 3, labelDraw 41" */
const placeOf = ({ replicate, units }: Observation): string =>
  units ? showPlace(Object.keys(units), Object.values(units)) : `replicate ${replicate}`;

function dotsFor(data: ReportData, metric: string, arm: string, reading: string, unit: string): readonly StripDot[] {
  return (sampleFor(data, metric, arm, reading)?.observations ?? []).map((run) => ({
    value: run.value,
    finished: run.finished,
    title: `${arm}, ${reading}, ${placeOf(run)}: ${
      run.finished
        ? `${withUnit(formatNumber(run.value), unit)}`
        : `did not finish, counted as ${withUnit(formatNumber(run.value), unit)}`
    }`,
  }));
}

function estimateFor(judgements: readonly Judgement[], arm: string, reading: string): Estimate | null {
  for (const judgement of judgements)
    if (judgement.reading === reading)
      for (const estimate of judgement.estimates) if (estimate.arm === arm) return estimate;
  return null;
}

function differencePlot(
  data: ReportData,
  claim: Extract<Claim, { kind: "gap" | "ordering" }>,
  judgements: readonly Judgement[],
): Markup {
  const blank = { spread: null, interval: null, extremes: null, dots: [] };
  const name = effectName(claim);
  const rows: StripRow[] = [];
  if (claim.kind === "ordering" && claim.published && data.usesPapersData) {
    const [greater, lesser] = claim.published;
    const decimals = Math.max(printedDecimals(greater.mean), printedDecimals(lesser.mean));
    const mean = greater.mean - lesser.mean;
    rows.push({
      ...blank,
      label: "of the printed means",
      detail: formatNumber(mean, decimals),
      source: "paper",
      colour: "currentColor",
      mean,
    });
  }
  const effectUnder = (reading: Reading) =>
    judgements.find((j) => j.claimId === claim.id && j.reading === reading.id)?.effect ?? null;
  for (const { reading, shown: effect } of drawnReadings(data, effectUnder)) {
    const decimals = effect ? meanDecimals(effect.value, (effect.interval.high - effect.interval.low) / 4) : 0;
    rows.push({
      ...blank,
      label: `ours, ${reading.id}`,
      detail: effect
        ? `${formatNumber(effect.value, decimals)} ${formatInterval(effect.interval.low, effect.interval.high, decimals)}`
        : "no estimate",
      source: "ours",
      colour: "var(--difference)",
      mean: effect?.value ?? null,
      interval: effect ? [effect.interval.low, effect.interval.high] : null,
    });
  }
  const last = rows.length - 1;
  const unit = unitText(claim.quantity.unit);
  return stripPlot({
    name: `${claim.quantity.label}, ${name}: ${rows.map((row) => `${row.label} ${row.detail}`).join("; ")}`,
    axis: `difference${unit === "" ? "" : ` (${unit})`}; dashed: none`,
    rows,
    bands: claim.kind === "gap" ? [{ low: -claim.margin.value, high: claim.margin.value, rows: [0, last] }] : [],
    reference: 0,
    domain: null,
    worseEdge: claim.quantity.better === "higher" ? "low" : "high",
  });
}

/** What is printed for an arm: a point and a range claim on one printed number are one. */
function printedOf(claims: readonly MeasuredClaim[], arm: string): readonly PublishedValue[] {
  const printed = new Map<string, PublishedValue>();
  for (const claim of claims) {
    const published = publishedFor(claim, arm);
    if (published) printed.set(published.id, { ...published, ...printed.get(published.id) });
  }
  return [...printed.values()];
}

function printedNote(arm: string, { spread, n, min }: PublishedValue): string {
  const drawn = drawnSpread(spread, n);
  const ticks = min === undefined ? "" : "; end ticks: printed minimum and maximum";
  return `${arm}: ${drawn ? drawn.label : "no ± printed"}${ticks}.`;
}

/** The interval that a claim leaves an arm's mean: about a printed number, or about an identity's; null without one. */
function bandOf(claim: MeasuredClaim, arm: string, data: ReportData): Pick<StripBand, "low" | "high"> | null {
  const about = (centre: number, half: number) => ({ low: centre - half, high: centre + half });
  if (claim.kind === "point" && claim.arm === arm && data.usesPapersData)
    return about(claim.published.mean, claim.margin.value);
  return claim.kind === "identity" && claim.arm === arm ? about(claim.expected, claim.tolerance) : null;
}

interface ArmRows {
  readonly rows: readonly StripRow[];
  readonly bands: readonly Pick<StripBand, "low" | "high">[];
  readonly notes: readonly string[];
}

/** An arm's rows, the printed ones first, with the bands behind all of them. */
function armRows(
  data: ReportData,
  quantity: Quantity,
  claims: readonly MeasuredClaim[],
  judgements: readonly Judgement[],
  { arm, colour }: { readonly arm: string; readonly colour: string },
): ArmRows {
  const printed = printedOf(data.usesPapersData ? claims : [], arm);
  const valuesUnder = ({ id }: Reading) => sampleFor(data, quantity.metric, arm, id)?.observations ?? null;
  const ours = drawnReadings(data, valuesUnder).map(({ reading: { id } }) => {
    const dots = dotsFor(data, quantity.metric, arm, id, quantity.unit);
    return ourRow(arm, id, estimateFor(judgements, arm, id), dots, colour);
  });
  const identities = claims.flatMap((claim) => (claim.kind === "identity" && claim.arm === arm ? [claim] : []));
  return {
    rows: [...printed.map((published) => paperRow(arm, published)), ...ours],
    bands: claims.flatMap((claim) => bandOf(claim, arm, data) ?? []),
    notes: [
      ...printed.map((published) => printedNote(arm, published)),
      ...identities.map(
        ({ expected, tolerance }) =>
          `${arm}: expected ${formatNumber(expected)} within ± ${formatNumber(tolerance)} (shaded).`,
      ),
    ],
  };
}

/** Notes on a card as a whole: readings and printed values that are not drawn, printed differences. */
function cardNotes(data: ReportData, claims: readonly MeasuredClaim[]): readonly string[] {
  const notes: string[] = [];
  if (data.readings.length > 2)
    notes.push(
      "Drawn are the primary reading and those that differ from it in one choice and in their values; all stand in the table of readings.",
    );
  if (!data.usesPapersData && claims.some((claim) => armsOf(claim).some((arm) => publishedFor(claim, arm))))
    notes.push("The printed values are not drawn: these runs did not read the paper's data.");
  for (const claim of claims)
    if (claim.kind === "gap" && data.usesPapersData)
      notes.push(
        `${claim.arms[0]} minus ${claim.arms[1]}: printed ${printedValue(claim.published)}; ${spreadKind(claim.published.spread, claim.published.n)}.`,
      );
  return notes;
}

function forestCard(data: ReportData, quantity: Quantity, claims: readonly MeasuredClaim[]): ForestCard {
  const judgements = data.judgements.filter((judgement) => claims.some((claim) => claim.id === judgement.claimId));
  const rows: StripRow[] = [];
  const bands: StripBand[] = [];
  const notes = new Set<string>();
  for (const [index, arm] of [...new Set(claims.flatMap(armsOf))].entries()) {
    const own = armRows(data, quantity, claims, judgements, { arm, colour: groupStyle(index).colour });
    const behind = [rows.length, rows.length + own.rows.length - 1] as const;
    bands.push(...own.bands.map((band) => ({ ...band, rows: behind })));
    rows.push(...own.rows);
    for (const note of own.notes) notes.add(note);
  }
  for (const note of cardNotes(data, claims)) notes.add(note);
  return {
    metric: quantity.metric,
    label: quantity.label,
    unit: unitText(quantity.unit),
    better: quantity.better === "higher" ? "more is better" : "less is better",
    claims,
    values: stripPlot({
      name: `${quantity.label}: ${rows.map((row) => `${row.label} ${row.detail}`).join("; ")}`,
      axis: withUnit(quantity.label, unitText(quantity.unit) === "" ? "" : `(${quantity.unit})`),
      rows,
      bands,
      reference: null,
      domain: null,
      worseEdge: quantity.better === "higher" ? "low" : "high",
    }),
    differences: claims.flatMap((claim) =>
      claim.kind === "gap" || claim.kind === "ordering"
        ? [{ name: effectName(claim), svg: differencePlot(data, claim, judgements) }]
        : [],
    ),
    notes: [...notes],
  };
}

/** One card for each metric that a claim measures, in the order of the claims. */
export function forestCards(data: ReportData): readonly ForestCard[] {
  const byMetric = new Map<string, MeasuredClaim[]>();
  for (const claim of data.claims)
    if (claim.kind !== "qualitative")
      byMetric.set(claim.quantity.metric, [...(byMetric.get(claim.quantity.metric) ?? []), claim]);
  return [...byMetric.values()].map((claims) => forestCard(data, claims[0]!.quantity, claims));
}
