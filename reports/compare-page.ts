/** The page of a compare: both sides run by run, the difference with its interval, the verdict and what would decide. */
import { join } from "node:path";
import type { Estimate, Observation } from "../harness/claims.ts";
import type { BaselineSource, ChangeData, Look, SideOrigin } from "../harness/comparing/change-data.ts";
import type { ChangeVerdict, ComparedChange } from "../harness/comparing/judge-change.ts";
import { writeAtomic } from "../harness/store/atomic-file.ts";
import { type Badge, badgeOf } from "./badge.ts";
import {
  ABSENT,
  decimalsFor,
  formatInterval,
  formatNumber,
  formatP,
  formatTime,
  meanDecimals,
  plural,
  shortHash,
  withUnit,
} from "./format.ts";
import type { BesideFile } from "./page.ts";
import { stripPlot } from "./strip-plot.ts";
import { groupStyle, type Markup } from "./svg.ts";
import { styles, template } from "./templates.ts";

export const CHANGE_BADGES: Readonly<Record<ChangeVerdict, Badge>> = {
  REGRESSED: {
    ...badgeOf("CONTRADICTED"),
    verdict: "REGRESSED",
    meaning: "At least one metric is worse than the baseline, significantly and by more than its margin.",
  },
  INCONCLUSIVE: {
    ...badgeOf("INCONCLUSIVE"),
    meaning: "Nothing is shown to be worse, and not everything is shown to be within its margin.",
  },
  IMPROVED: {
    ...badgeOf("BETTER"),
    verdict: "IMPROVED",
    meaning: "At least one metric is better than the baseline, and all others are within their margins.",
  },
  EQUIVALENT: {
    ...badgeOf("REPRODUCED"),
    verdict: "EQUIVALENT",
    meaning: "Every metric is within its margin of the baseline.",
  },
};
const rule = ({ number, alpha }: Look): readonly string[] => [
  "Runs of equal replicate share their seeds: differences are taken pair by pair. A failed run counts as the metric's worst value; where it has none, tests are on ranks and equivalence cannot be shown.",
  "EQUIVALENT: every pair is identical, or two one-sided t tests show the mean difference within the margin.",
  "REGRESSED or IMPROVED: exact sign flips show a difference, and its estimate lies beyond the margin. INCONCLUSIVE: the rest.",
  number === 1 && alpha === 0.05
    ? "One look at the runs: all p are after Holm over the comparisons of this page, at 0.05."
    : `Runs were added until it was decided or the budget was spent: all p are after Holm over the comparisons of this page, look k at 0.05/(k(k + 1)), which sum to 0.05 however often one looks; this is look ${number}, at ${formatNumber(alpha)}, and intervals are at its level.`,
  "Where nothing changed, some REGRESSED comes up in at most 5 of 100 compares. A real change smaller than the margin can be called REGRESSED by chance: its direction is right, its size overstated.",
];

interface Row {
  readonly badge: Badge;
  readonly slot: string;
  readonly setting: string;
  readonly metric: string;
  readonly better: string;
  readonly baseline: string;
  readonly candidate: string;
  readonly difference: string;
  readonly margin: string;
  readonly reason: string;
  readonly tests: string;
  readonly decides: string;
  readonly values: Markup;
  readonly differences: Markup | null;
}
interface CompareView {
  readonly styles: Markup;
  readonly suite: ChangeData["suite"];
  readonly subject: string;
  readonly badge: Badge;
  readonly meaning: string;
  readonly scope: string;
  readonly facts: readonly { readonly label: string; readonly value: string }[];
  readonly warnings: readonly string[];
  readonly rows: readonly Row[];
  readonly rule: readonly string[];
  /** Coverage of the intervals. */
  readonly interval: string;
  /** What the baseline is, in words. */
  readonly against: string;
  readonly provenance: readonly { readonly label: string; readonly baseline: string; readonly candidate: string }[];
  readonly files: readonly BesideFile[];
  readonly generatedAt: string;
  readonly command: string;
}

export function renderChange(data: ChangeData, files: readonly BesideFile[]): string {
  const badge = CHANGE_BADGES[data.change.verdict];
  const { module } = data;
  return template<CompareView>("compare")({
    styles,
    suite: data.suite,
    subject: module ? `${module.id} in the slot ${module.slot}` : "The code as it is",
    badge,
    meaning: badge.meaning,
    scope: data.plan.scope,
    facts: [
      { label: "Budget", value: data.plan.budget },
      { label: "Engine", value: data.engineClass },
      { label: "Root seed", value: data.rootSeed },
      { label: "Suite version", value: String(data.suite.version) },
      { label: "Comparisons", value: String(data.change.comparisons.length) },
      {
        label: "Runs of each arm, a side",
        value: `${data.look.replicates} (look ${data.look.number}). ${data.look.stopped}`,
      },
      { label: "Written", value: formatTime(data.generatedAt) },
    ],
    warnings: data.warnings,
    rows: data.change.comparisons.map(rowOf),
    rule: rule(data.look),
    interval: `${formatNumber(100 * (1 - data.look.alpha))} %`,
    against: againstOf(data.baseline.source),
    provenance: provenanceOf(data),
    files,
    generatedAt: formatTime(data.generatedAt),
    command: data.command,
  });
}

/** Writes `<name>.html` and `<name>.json` into the folder, each whole or not at all. */
export async function writeChange(
  data: ChangeData,
  folder: string,
  name: string,
): Promise<{ html: string; files: string[] }> {
  const files = [`${name}.json`, `${name}.html`].map((file) => join(folder, file)) as [string, string];
  const html = renderChange(data, [{ name: `${name}.json`, meaning: "All data of this page.", columns: [] }]);
  const json = { format: "reproducibility-compare", version: 1, ...data };
  writeAtomic(files[0], `${JSON.stringify(json, null, 1)}\n`);
  // Last: a reader who sees the page finds its file.
  writeAtomic(files[1], html);
  return { html: files[1], files };
}

function rowOf(one: ComparedChange): Row {
  const { slot, setting, quantity, margin, estimates, effect } = one;
  const spread = estimates && Math.max(estimates.baseline.sd ?? 0, estimates.candidate.sd ?? 0);
  const decimals = estimates ? meanDecimals(estimates.baseline.mean, spread) : undefined;
  const half = effect && (effect.interval.high - effect.interval.low) / 2;
  const places = half ? decimalsFor(half) : undefined;
  return {
    badge: CHANGE_BADGES[one.verdict],
    slot,
    setting,
    metric: quantity.label,
    better: `${quantity.better} is better`,
    baseline: side(estimates?.baseline, decimals),
    candidate: side(estimates?.candidate, decimals),
    difference: effect
      ? `${formatNumber(effect.value, places)} ${formatInterval(effect.interval.low, effect.interval.high, places)}`
      : ABSENT,
    margin: withUnit(formatNumber(margin.value), quantity.unit),
    reason: one.reason,
    tests: one.tests.map((test) => `${test.name}: ${formatP(test.adjustedP)}`).join("; "),
    decides: decides(one),
    values: valuesPlot(one),
    differences: differencePlot(one),
  };
}

/** "13.4 ± 5.8 (10)" */
export function side(estimate: Estimate | undefined, decimals: number | undefined): string {
  if (!estimate) return "failed runs, by ranks";
  const { mean, sd, n, failed } = estimate;
  return `${formatNumber(mean, decimals)} ± ${formatNumber(sd, decimals)} (${n}${failed > 0 ? `, ${failed} failed` : ""})`;
}

function decides({ wouldDecide }: ComparedChange): string {
  if (!wouldDecide) return ABSENT;
  const { furtherReplicates, smallestMargin } = wouldDecide;
  return [
    furtherReplicates === null
      ? "no number of replicates"
      : `${plural(furtherReplicates, "more replicate")} for 80 % power`,
    ...(smallestMargin === null ? [] : [`decidable now: a margin of ${formatNumber(smallestMargin)}`]),
  ].join("; ");
}

function valuesPlot({ runs, estimates, quantity, slot, setting }: ComparedChange): Markup {
  const rows = (["baseline", "candidate"] as const).map((label, index) => {
    const estimate = estimates?.[label];
    return {
      label,
      detail: side(estimate, estimate && meanDecimals(estimate.mean, estimate.sd)),
      source: "ours" as const,
      colour: groupStyle(index).colour,
      mean: estimate?.mean ?? null,
      spread: estimate?.sd ? { halfWidth: estimate.sd, certain: true } : null,
      interval: estimate?.interval ? ([estimate.interval.low, estimate.interval.high] as const) : null,
      extremes: null,
      dots: runs[label].map((run) => dotOf(run, label)),
    };
  });
  return stripPlot({
    name: `${quantity.label} of ${slot}, ${setting}: ${rows.map((row) => `${row.label} ${row.detail}`).join("; ")}`,
    axis: withUnit(quantity.label, quantity.unit === quantity.label ? "" : `(${quantity.unit})`),
    rows,
    bands: [],
    reference: null,
    domain: null,
    worseEdge: quantity.better === "higher" ? "low" : "high",
  });
}

const dotOf = ({ value, finished, replicate }: Observation, label: string) => ({
  value,
  finished,
  title: `${label}, replicate ${replicate}: ${finished ? "" : "did not finish, counted as "}${formatNumber(value)}`,
});

/** A dot a pair. Null where there are no pairs, or a failed run has no value. */
function differencePlot({ runs, effect, margin, design, quantity, slot, setting }: ComparedChange): Markup | null {
  if (!effect || design === "unpaired") return null;
  const before = new Map(runs.baseline.map((run) => [run.replicate, run]));
  const { low, high } = effect.interval;
  const detail = `${formatNumber(effect.value)} ${formatInterval(low, high)}`;
  return stripPlot({
    name: `Difference in ${quantity.label} of ${slot}, ${setting}: ${detail}`,
    axis: "candidate minus baseline",
    rows: [
      {
        label: "difference",
        detail,
        source: "ours",
        colour: groupStyle(1).colour,
        mean: effect.value,
        spread: null,
        interval: [low, high],
        extremes: null,
        dots: runs.candidate.map((run) => {
          const pair = before.get(run.replicate)!;
          const value = run.value - pair.value;
          return {
            value,
            finished: run.finished && pair.finished,
            title: `pair ${run.replicate}: ${formatNumber(value)}`,
          };
        }),
      },
    ],
    bands: [{ low: -margin.value, high: margin.value, rows: [0, 0] }],
    reference: 0,
    domain: null,
    worseEdge: quantity.better === "higher" ? "low" : "high",
  });
}

const againstOf = (source: BaselineSource): string =>
  source.kind === "file" ? "the accepted baseline" : `the revision ${source.asked}`;

function provenanceOf({ baseline, candidate, module }: ChangeData): CompareView["provenance"] {
  const tree = (dirty: boolean | null): string => (dirty === null ? "unknown" : dirty ? "modified" : "clean");
  const both = (label: string, of: (side: SideOrigin) => string) => ({
    label,
    baseline: of(baseline),
    candidate: of(candidate),
  });
  const versions = (of: Readonly<Record<string, number | string>>): string =>
    Object.entries(of)
      .map(([name, version]) => `${name} ${version}`)
      .join(", ");
  const { source } = baseline;
  const accepted = source.kind === "file" ? source : null;
  return [
    { label: "File", baseline: accepted?.file ?? ABSENT, candidate: module ? module.path : ABSENT },
    ...(source.kind === "revision" ? [{ label: "Asked for", baseline: source.asked, candidate: ABSENT }] : []),
    { label: "Module (SHA-256)", baseline: ABSENT, candidate: shortHash(module?.sha256 ?? null) },
    { label: "Accepted", baseline: accepted ? formatTime(accepted.acceptedAt) : ABSENT, candidate: ABSENT },
    { label: "Note", baseline: accepted?.note ?? ABSENT, candidate: ABSENT },
    both("Git revision", (side) => shortHash(side.revision)),
    both("Working tree", (side) => tree(side.dirty)),
    both("Source files (SHA-256)", (side) => shortHash(side.sourceSha256)),
    both("Lockfile (SHA-256)", (side) => shortHash(side.lockfileSha256)),
    both("Model versions", (side) => versions(side.models)),
    both("Engine", ({ engine }) => `${engine.class}, ${engine.device}`),
    both("Versions", ({ engine }) => versions(engine.versions)),
    both("Machine", ({ machine }) => `${machine.cpu}, ${plural(machine.cores, "core")}, Node.js ${machine.node}`),
  ];
}
