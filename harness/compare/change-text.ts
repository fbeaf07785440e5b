/** A change as text: one row a comparison. */
import type { BaselineSource, NextCompare } from "./change-data.ts";
import type { Change, ComparedChange } from "./judge-change.ts";

export function changeTable({ comparisons }: Change): string {
  const rows = comparisons.map((one) => [
    one.verdict,
    one.slot,
    one.setting,
    one.quantity.label,
    ...sides(one),
    effect(one),
    decides(one),
  ]);
  const head = ["verdict", "slot", "setting", "metric", "baseline", "candidate", "difference", "what would decide"];
  const widths = head.map((title, i) => Math.max(title.length, ...rows.map((row) => row[i]!.length)));
  return [head, ...rows]
    .map((row) =>
      row
        .map((cell, i) => cell.padEnd(widths[i]!))
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}

export const sourceInWords = (source: BaselineSource): string =>
  source.kind === "file" ? source.file : `the revision ${source.asked}`;

/** One line per deciding compare with its command, then the largest on fresh seeds; empty without such a compare. */
export const nextInWords = (next: readonly NextCompare[]): string[] => [
  ...next.map(
    ({ replicates, decides, open, command }) =>
      `${replicates} replicates would decide ${decides} of ${open} INCONCLUSIVE comparison${open === 1 ? "" : "s"} (80 % power): ${command}`,
  ),
  ...next
    .slice(-1)
    .flatMap(({ fresh }) => (fresh === null ? [] : [`On fresh seeds, so that no run is looked at twice: ${fresh}`])),
];

/** Three significant digits; a whole number as it is. */
export function short(value: number): string {
  return Number.isInteger(value) ? String(value) : String(Number(value.toPrecision(3)));
}

function sides({ estimates }: ComparedChange): [string, string] {
  if (!estimates) return ["failed runs: ranks", "failed runs: ranks"];
  const words = ({ mean, sd, n, failed }: (typeof estimates)["baseline"]): string =>
    `${short(mean)}${sd === null ? "" : ` ± ${short(sd)}`} (${n}${failed > 0 ? `, ${failed} failed` : ""})`;
  return [words(estimates.baseline), words(estimates.candidate)];
}

function effect({ effect, margin }: ComparedChange): string {
  if (!effect) return "—";
  const { low, high } = effect.interval;
  return `${short(effect.value)} [${short(low)}, ${short(high)}], margin ${short(margin.value)}`;
}

/** "a new compare of 22 replicates, or a margin of 0.08"; "12 more replicates, …" where runs are being added. */
export function decides({ wouldDecide }: ComparedChange): string {
  if (!wouldDecide) return "";
  const { furtherReplicates, newCompare, smallestMargin } = wouldDecide;
  const words = [
    ...(newCompare !== null
      ? [`a new compare of ${newCompare} replicates`]
      : furtherReplicates !== null
        ? [`${furtherReplicates} more replicate${furtherReplicates === 1 ? "" : "s"}`]
        : []),
    ...(smallestMargin === null ? [] : [`a margin of ${short(smallestMargin)}`]),
  ];
  return words.join(", or ") || "no number of replicates";
}
