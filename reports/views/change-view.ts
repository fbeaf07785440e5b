/** What a compare found, in words: its page and its Markdown are made of these. */
import {
  type BaselineSource,
  type ChangeData,
  type Look,
  type SideOrigin,
  slotsInWords,
} from "../../harness/compare/change-data.ts";
import type { Change, ChangeVerdict, ComparedChange } from "../../harness/compare/judge-change.ts";
import type { Estimate } from "../../harness/contract/claims.ts";
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
} from "../format.ts";
import { type Badge, badgeOf } from "./badge.ts";

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
export const rule = ({ number, alpha }: Look, { comparisons, family }: Change): readonly string[] => [
  "Runs of equal replicate share their seeds: differences are taken pair by pair. A failed run counts as the metric's worst value; where it has none, tests are on ranks, equivalence cannot be shown unless both sides did the same runs, and significantly worse with more failed runs than before is REGRESSED.",
  "EQUIVALENT: both sides did the same runs, as far as all metrics tell, or two one-sided t tests show the mean difference within the margin. Where values recur, as counts do, the runs also have to exclude that so many fall to the metric's worst value as make the margin, whether or not any fell (unseen falls).",
  `REGRESSED or IMPROVED: a test shows a difference, and its estimate lies beyond the margin. INCONCLUSIVE: the rest. Tests here: ${testsUsed(comparisons)}.`,
  number === 1 && alpha === 0.05
    ? `One look at the runs: all p are after Holm over ${familyInWords(family, comparisons.length)}, at 0.05.`
    : `Runs were added until it was decided or the budget was spent: all p are after Holm over ${familyInWords(family, comparisons.length)}, look k at 0.05/(k(k + 1)), which sum to 0.05 however often one looks (the union bound; alpha spending, Lan and DeMets 1983); this is look ${number}, at ${formatNumber(alpha)}, and intervals are at its level.`,
  number === 1 && alpha === 0.05
    ? "A compare of more replicates on the same seeds looks at the runs of this one again: where nothing changed, the two together say REGRESSED or IMPROVED in more than 5 of 100, in up to about twice as many. On fresh seeds it keeps its own 5 of 100."
    : "The same compare with more time takes the next look at its own level: nothing is spent twice.",
  "Where nothing changed, some REGRESSED or IMPROVED comes up in at most 5 of 100 compares. A false EQUIVALENT comes up in at most 5 of 100 where values recur or the next runs spread like these: a fall of a continuous metric that happens in few runs and in none of these is not seen. A real change smaller than the margin can be called REGRESSED by chance: its direction is right, its size overstated.",
];

const TESTS: Readonly<Record<string, string>> = {
  "sign flips": "sign flips of the pairs (exact up to 17, drawn above)",
  permutation: "permutation of the two sides",
  "paired t": "the paired t test, for there are too few pairs for sign flips to reach this level",
  "Welch t": "Welch's t test, for there are too few runs for permutations to reach this level",
  "signed ranks": "sign flips of signed ranks",
  "rank sum": "permutation of ranks",
};

/** "the 9 comparisons that need a test (of 12; the other 3 are the same on both sides)" */
function familyInWords(family: number, all: number): string {
  if (family === all) return "the comparisons of this page";
  const rest = all - family;
  return `the ${plural(family, "comparison")} that ${family === 1 ? "needs" : "need"} a test (of ${all}; ${rest === 1 ? "the other one is" : `the other ${rest} are`} the same on both sides, cannot raise a false alarm and so ${rest === 1 ? "does" : "do"} not count)`;
}

/** "sign flips of the pairs … (10 comparisons); the paired t test, … (2)" */
function testsUsed(comparisons: readonly ComparedChange[]): string {
  const names = comparisons.flatMap(({ tests }) => tests.slice(-1).map(({ name }) => name));
  const used = [...new Set(names)].map(
    (name) => `${TESTS[name] ?? name} (${plural(names.filter((one) => one === name).length, "comparison")})`,
  );
  return used.join("; ") || "none";
}

/** A comparison in words. */
export interface ChangeRow {
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
}
export function changeRow(one: ComparedChange): ChangeRow {
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
    tests: one.tests.map((test) => `${test.name}: ${formatP(test.adjustedP)}`).join("; ") || "no test needed",
    decides: decides(one),
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
  const { furtherReplicates, newCompare, smallestMargin } = wouldDecide;
  const runs =
    newCompare !== null
      ? `a new compare of ${plural(newCompare, "replicate")} for 80 % power`
      : furtherReplicates !== null
        ? `${plural(furtherReplicates, "more replicate")} for 80 % power`
        : "no number of replicates";
  return [
    runs,
    ...(smallestMargin === null ? [] : [`decidable now: a margin of ${formatNumber(smallestMargin)}`]),
  ].join("; ");
}

/** What is judged. */
export const subjectOf = ({ module, slots }: ChangeData): string =>
  module
    ? `${module.id} in the slot ${module.slot}`
    : `The code as it is${slots.left.length === 0 ? "" : `, slot ${slots.judged.join(", ")} alone`}`;

/** What it is judged against. */
export const againstOf = (source: BaselineSource): string =>
  source.kind === "file" ? "the accepted baseline" : `the revision ${source.asked}`;

export interface Fact {
  readonly label: string;
  readonly value: string;
}
export const factsOf = (data: ChangeData): readonly Fact[] => [
  { label: "Budget", value: data.plan.budget },
  { label: "Engine", value: data.engineClass },
  { label: "Root seed", value: data.rootSeed },
  { label: "Suite version", value: String(data.suite.version) },
  { label: "Slots judged", value: slotsInWords(data.slots) },
  { label: "Comparisons", value: String(data.change.comparisons.length) },
  {
    label: "Runs of each arm, a side",
    value: `${data.look.replicates} (look ${data.look.number}). ${data.look.stopped}`,
  },
  ...baselineRuns(data),
  { label: "Written", value: formatTime(data.generatedAt) },
];

/** The baseline's runs at this look, if they differ from the accepted runs. */
function baselineRuns({ look: { replicates, baselineHad }, baseline }: ChangeData): Fact[] {
  if (replicates === baselineHad) return [];
  const value =
    replicates < baselineHad
      ? `the first ${replicates} of the ${baselineHad} that it has`
      : `${replicates} by the code of its revision ${shortHash(baseline.revision)}; it has ${baselineHad}`;
  return [{ label: "Baseline's runs of each arm", value }];
}

/** A compare that would decide the INCONCLUSIVE comparisons, in words and as a command. */
export interface NextRow {
  readonly words: string;
  readonly command: string;
  readonly fresh: string | null;
}
export const nextRows = ({ next }: ChangeData): readonly NextRow[] =>
  next.map(({ replicates, decides, open, command, fresh }) => ({
    words: `${plural(replicates, "replicate")} would decide ${decides} of ${plural(open, "INCONCLUSIVE comparison")}, with 80 % power if what was seen is the truth:`,
    command,
    fresh,
  }));

/** The same of both sides. */
export interface ProvenanceRow {
  readonly label: string;
  readonly baseline: string;
  readonly candidate: string;
}
export function provenanceOf({ baseline, candidate, module }: ChangeData): readonly ProvenanceRow[] {
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
