/** The page of a reproduction: what the runs were made with then and here, and whether the same came out. */
import { join } from "node:path";
import type { ComparedChange } from "../../harness/compare/judge-change.ts";
import { writeAtomic } from "../../harness/files/atomic-file.ts";
import type { RepeatedRun, Reproduction, ReproductionVerdict } from "../../harness/reproduce/reproduction.ts";
import type { Markup } from "../figures/svg.ts";
import { ABSENT, decimalsFor, formatInterval, formatNumber, formatTime, meanDecimals, withUnit } from "../format.ts";
import { styles, template } from "../templates.ts";
import { type Badge, badgeOf, STATE_BADGES } from "../views/badge.ts";
import { CHANGE_BADGES, side } from "../views/change-view.ts";
import type { BesideFile } from "./page.ts";

const BADGES: Readonly<Record<ReproductionVerdict, Badge>> = {
  IDENTICAL: { ...badgeOf("REPRODUCED"), verdict: "IDENTICAL", meaning: "Every run gave the same bits." },
  EQUIVALENT: {
    ...badgeOf("REPRODUCED"),
    verdict: "EQUIVALENT",
    meaning: "Every metric is within its margin of the file's.",
  },
  DIFFERENT: {
    ...badgeOf("CONTRADICTED"),
    verdict: "DIFFERENT",
    meaning: "At least one metric differs from the file's, significantly and by more than its margin.",
  },
  INCONCLUSIVE: {
    ...badgeOf("INCONCLUSIVE"),
    meaning:
      "Not every run gave the same bits, and the runs are too few to show that every metric is within its margin.",
  },
};
const ALIKE: Badge = { ...badgeOf("REPRODUCED"), verdict: "alike" };
const OTHER: Badge = { ...badgeOf("INCONCLUSIVE"), verdict: "other" };
const SAME_BITS: Badge = { ...badgeOf("REPRODUCED"), verdict: "the same" };
const OTHER_BITS: Badge = { ...badgeOf("INCONCLUSIVE"), verdict: "others" };
/** It diverged in both, and nothing was kept that could tell. */
const NO_BITS: Badge = { ...badgeOf("NOT TESTABLE"), verdict: "not kept" };

interface ReproductionView extends Pick<Reproduction, "suite" | "scope" | "file" | "recipe" | "claims" | "command"> {
  readonly styles: Markup;
  readonly badge: Badge;
  readonly facts: readonly { readonly label: string; readonly value: string }[];
  readonly lock: readonly {
    readonly what: string;
    readonly locked: string;
    readonly here: string;
    readonly alike: Badge;
  }[];
  readonly rows: readonly ReturnType<typeof rowOf>[];
  readonly runs: readonly { readonly path: string; readonly badge: Omit<Badge, "meaning">; readonly metrics: string }[];
  readonly files: readonly BesideFile[];
  readonly generatedAt: string;
}

export function renderReproduction(data: Reproduction, files: readonly BesideFile[]): string {
  const same = data.runs.filter(({ bits }) => bits === "same").length;
  const { suite, scope, file, recipe, claims, command } = data;
  return template<ReproductionView>("reproduction")({
    styles,
    suite,
    scope,
    file,
    recipe,
    claims,
    command,
    files,
    badge: BADGES[data.verdict],
    facts: [
      { label: "Runs of the same bits", value: `${same} of ${data.runs.length}` },
      { label: "Budget", value: data.budget },
      { label: "Engine", value: data.engineClass },
      { label: "Root seed", value: data.rootSeed },
      { label: "Exported", value: formatTime(data.exportedAt) },
      { label: "Done again", value: formatTime(data.generatedAt) },
    ],
    lock: data.lock.map(({ what, locked, here }) => ({
      what,
      alike: locked === here ? ALIKE : OTHER,
      locked: shortHashes(locked),
      here: shortHashes(here),
    })),
    rows: data.change?.comparisons.map(rowOf) ?? [],
    runs: data.runs.map(({ path, ...run }) => ({ path, badge: bitsBadge(run), metrics: metricsText(run) })),
    generatedAt: formatTime(data.generatedAt),
  });
}

/** The data beside the page have them whole. */
const shortHashes = (text: string): string => text.replace(/\b[0-9a-f]{40,64}\b/g, (hash) => hash.slice(0, 12));

/** Writes `<name>.html` and `<name>.json` into the folder, each whole or not at all. */
export async function writeReproduction(
  data: Reproduction,
  folder: string,
  name: string,
): Promise<{ html: string; files: string[] }> {
  const files = [`${name}.json`, `${name}.html`].map((file) => join(folder, file)) as [string, string];
  const html = renderReproduction(data, [{ name: `${name}.json`, meaning: "All data of this page.", columns: [] }]);
  const json = { format: "reproducibility-reproduction", version: 1, ...data };
  writeAtomic(files[0], `${JSON.stringify(json, null, 1)}\n`);
  writeAtomic(files[1], html);
  return { html: files[1], files };
}

function rowOf({ verdict, slot, setting, quantity, margin, estimates, effect, reason }: ComparedChange) {
  const spread = estimates && Math.max(estimates.baseline.sd ?? 0, estimates.candidate.sd ?? 0);
  const decimals = estimates ? meanDecimals(estimates.baseline.mean, spread) : undefined;
  const half = effect && (effect.interval.high - effect.interval.low) / 2;
  const places = half ? decimalsFor(half) : undefined;
  return {
    badge: CHANGE_BADGES[verdict],
    slot,
    setting,
    metric: quantity.label,
    locked: side(estimates?.baseline, decimals),
    here: side(estimates?.candidate, decimals),
    difference: effect
      ? `${formatNumber(effect.value, places)} ${formatInterval(effect.interval.low, effect.interval.high, places)}`
      : ABSENT,
    margin: withUnit(formatNumber(margin.value), quantity.unit),
    reason,
  };
}

function bitsBadge({ bits, hereState, lockedState }: Omit<RepeatedRun, "path">): Omit<Badge, "meaning"> {
  if (bits === "same") return SAME_BITS;
  if (bits === "none") return NO_BITS;
  return hereState === lockedState ? OTHER_BITS : STATE_BADGES[hereState]!;
}

function metricsText({ metrics, bits }: Omit<RepeatedRun, "path">): string {
  return metrics
    .filter(({ locked, here }) => bits === "same" || locked !== here)
    .map(({ name, locked, here }) =>
      locked === here ? `${name} ${formatNumber(locked)}` : `${name} ${formatNumber(locked)} → ${formatNumber(here)}`,
    )
    .join("; ");
}
