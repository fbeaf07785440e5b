/** The first page of a night: what was done, what came of it, and where that is shown. */
import { relative, sep } from "node:path";
import type { Markup } from "../figures/svg.ts";
import { formatTime } from "../format.ts";
import { styles, template } from "../templates.ts";
import { type Badge, badgeOf } from "../views/badge.ts";
import type { BesideFile } from "./page.ts";

export interface ShownStep {
  readonly name: string;
  readonly outcome: "passed" | "failed" | "error" | "undecided" | "skipped";
  readonly message: string;
  readonly seconds: number;
  /** Path of its page; null where it has none. */
  readonly report: string | null;
}
export interface ShownNight {
  readonly steps: readonly ShownStep[];
  readonly notRun: readonly string[];
  readonly exitCode: 0 | 1 | 3;
  readonly summary: string;
}

const OUTCOMES: Readonly<Record<ShownStep["outcome"], Omit<Badge, "meaning">>> = {
  passed: { ...badgeOf("REPRODUCED"), verdict: "passed" },
  failed: { ...badgeOf("CONTRADICTED"), verdict: "failed" },
  error: { ...badgeOf("CONTRADICTED"), verdict: "could not judge" },
  undecided: { ...badgeOf("INCONCLUSIVE"), verdict: "undecided" },
  skipped: { ...badgeOf("NOT TESTED"), verdict: "skipped" },
};
const NIGHTS: Readonly<Record<ShownNight["exitCode"], Badge>> = {
  0: { ...badgeOf("REPRODUCED"), verdict: "good", meaning: "Nothing that is watched is shown to be worse." },
  1: {
    ...badgeOf("CONTRADICTED"),
    verdict: "regressed",
    meaning: "At least one suite is worse than its baseline, and was so again on fresh seeds.",
  },
  3: { ...badgeOf("INCONCLUSIVE"), verdict: "could not judge", meaning: "Something that is watched was not judged." },
};

interface NightView {
  readonly styles: Markup;
  readonly date: string;
  readonly headline: string;
  readonly badge: Badge;
  readonly facts: readonly { readonly label: string; readonly value: string }[];
  readonly steps: readonly {
    readonly badge: Omit<Badge, "meaning">;
    readonly name: string;
    readonly page: string | null;
    readonly message: string;
    readonly minutes: string;
  }[];
  readonly notRun: readonly string[];
  readonly files: readonly BesideFile[];
}

/** @param folder where the page is to stand; the steps' pages are linked from there */
export function renderNight({ steps, notRun, exitCode, summary }: ShownNight, date: string, folder: string): string {
  const minutes = (seconds: number): string => (seconds / 60).toFixed(1);
  return template<NightView>("night")({
    styles,
    date: formatTime(date),
    headline: summary,
    badge: NIGHTS[exitCode],
    facts: [
      { label: "Steps", value: String(steps.length) },
      { label: "Undecided", value: String(steps.filter(({ outcome }) => outcome === "undecided").length) },
      { label: "Minutes", value: minutes(steps.reduce((sum, { seconds }) => sum + seconds, 0)) },
    ],
    steps: steps.map(({ name, outcome, message, seconds, report }) => ({
      badge: OUTCOMES[outcome],
      name,
      page: report === null ? null : relative(folder, report).split(sep).join("/"),
      message,
      minutes: minutes(seconds),
    })),
    notRun,
    files: [
      { name: "night.json", meaning: "All data of this page.", columns: [] },
      { name: "night.junit.xml", meaning: "The steps as test cases.", columns: [] },
      { name: "night.md", meaning: "The same as Markdown.", columns: [] },
    ],
  });
}
