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

function forestCard(data: ReportData, quantity: Quantity, claims: readonly MeasuredClaim[]): ForestCard {
  const judgements = data.judgements.filter((judgement) => claims.some((claim) => claim.id === judgement.claimId));
  const arms = [...new Set(claims.flatMap(armsOf))];
  const rows: StripRow[] = [];
  const bands: StripBand[] = [];
  const notes = new Set<string>();
  arms.forEach((arm, armIndex) => {
    const first = rows.length;
    const printed = new Map<string, PublishedValue>();
    for (const claim of data.usesPapersData ? claims : []) {
      const published = publishedFor(claim, arm);
      // A point and a range claim on one printed number are one row.
      if (published) printed.set(published.id, { ...published, ...printed.get(published.id) });
    }
    for (const published of printed.values()) {
      rows.push(paperRow(arm, published));
      const drawn = drawnSpread(published.spread, published.n);
      notes.add(
        `${arm}: ${drawn ? drawn.label : "no ± printed"}${published.min !== undefined ? "; end ticks: printed minimum and maximum" : ""}.`,
      );
    }
    const valuesUnder = ({ id }: Reading) => sampleFor(data, quantity.metric, arm, id)?.observations ?? null;
    for (const { reading } of drawnReadings(data, valuesUnder))
      rows.push(
        ourRow(
          arm,
          reading.id,
          estimateFor(judgements, arm, reading.id),
          dotsFor(data, quantity.metric, arm, reading.id, quantity.unit),
          groupStyle(armIndex).colour,
        ),
      );
    for (const claim of claims) {
      if (claim.kind === "point" && claim.arm === arm && data.usesPapersData)
        bands.push({
          low: claim.published.mean - claim.margin.value,
          high: claim.published.mean + claim.margin.value,
          rows: [first, rows.length - 1],
        });
      if (claim.kind === "identity" && claim.arm === arm) {
        bands.push({
          low: claim.expected - claim.tolerance,
          high: claim.expected + claim.tolerance,
          rows: [first, rows.length - 1],
        });
        notes.add(
          `${arm}: expected ${formatNumber(claim.expected)} within ± ${formatNumber(claim.tolerance)} (shaded).`,
        );
      }
    }
  });
  if (data.readings.length > 2)
    notes.add(
      "Drawn are the primary reading and those that differ from it in one choice and in their values; all stand in the table of readings.",
    );
  if (!data.usesPapersData && claims.some((claim) => armsOf(claim).some((arm) => publishedFor(claim, arm))))
    notes.add("The printed values are not drawn: these runs did not read the paper's data.");
  for (const claim of claims)
    if (claim.kind === "gap" && data.usesPapersData)
      notes.add(
        `${claim.arms[0]} minus ${claim.arms[1]}: printed ${printedValue(claim.published)}; ${spreadKind(claim.published.spread, claim.published.n)}.`,
      );
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
