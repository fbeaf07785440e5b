/** How far a claim hangs on our reading of the paper: all claims under all readings at a glance. */
import type { Judgement } from "../../harness/contract/claims.ts";
import type { Reading } from "../../harness/contract/readings.ts";
import type { ReportData } from "../../harness/verdict/report-data.ts";
import { anchor } from "./anchors.ts";
import { type Badge, DIRECTION_BADGES } from "./badge.ts";
import { isRun, judgementOf } from "./reading-share.ts";
import { type JudgementView, judgementView } from "./verdict-view.ts";

interface Heading {
  readonly text: string;
  readonly description: string;
  readonly span: number;
}
interface Cell {
  /** Null: the profile does not run this reading. */
  readonly mark: Omit<Badge, "meaning"> | null;
  /** All that the cell says, in words. */
  readonly said: string;
  /** Where the judgement stands in full. */
  readonly href: string;
}
export interface ReadingsView {
  readonly questions: readonly {
    readonly name: string;
    readonly headings: readonly Heading[];
    readonly last: boolean;
  }[];
  readonly rows: readonly { readonly id: string; readonly href: string; readonly cells: readonly Cell[] }[];
  /** The marks that occur, for the legend. */
  readonly marks: readonly Badge[];
  /** Every judgement that the verdict table does not show, by claim. */
  readonly others: readonly {
    readonly id: string;
    readonly statement: string;
    readonly judgements: readonly (JudgementView & { readonly anchor: string })[];
  }[];
}

/** One row of headings an question; readings that agree up to it share a heading. */
function headings(readings: readonly Reading[], questions: ReportData["readingAxes"]): ReadingsView["questions"] {
  if (questions.length === 0 || readings.some(({ options }) => questions.some(({ id }) => options[id] === undefined)))
    return [
      {
        name: "reading",
        headings: readings.map(({ id, description }) => ({ text: id, description, span: 1 })),
        last: true,
      },
    ];
  return questions.map((question, depth) => {
    const row: { text: string; description: string; span: number; path: string }[] = [];
    for (const { options } of readings) {
      const chosen = questions.slice(0, depth + 1).map(({ id }) => options[id]!);
      const path = JSON.stringify(chosen.map(({ id }) => id));
      const before = row.at(-1);
      if (before?.path === path) before.span++;
      else row.push({ text: chosen.at(-1)!.id, description: chosen.at(-1)!.description, span: 1, path });
    }
    return { name: question.id, headings: row, last: depth === questions.length - 1 };
  });
}

/** The verdict's mark; where there is no verdict, at most the direction's. */
function markOf(judgement: Judgement | undefined, view: JudgementView): Badge {
  if (judgement?.verdict !== "NOT TESTED" || judgement.pointsAsClaimed === null) return view.badge;
  return judgement.pointsAsClaimed ? DIRECTION_BADGES.along : DIRECTION_BADGES.against;
}

/** Null where there is one reading. */
export function readingsView(data: ReportData): ReadingsView | null {
  const { readings } = data;
  if (readings.length < 2) return null;
  const marks = new Map<string, Badge>();
  const measured = data.claims.filter((claim) => claim.kind !== "qualitative");
  const others: ReadingsView["others"][number][] = [];
  const rows = measured.map((claim) => {
    const judgements: (JudgementView & { anchor: string })[] = [];
    const href = `#${anchor("claim", claim.id)}`;
    const cells = readings.map((reading, index): Cell => {
      const judgement = judgementOf(data, claim, reading);
      const view = judgementView(claim, reading.id, judgement);
      if (judgement && !isRun(data, claim, reading))
        return { mark: null, said: `${claim.id}, ${reading.id}: not run in this profile.`, href: "" };
      const mark = markOf(judgement, view);
      marks.set(mark.verdict, mark);
      const id = anchor("judgement", `${claim.id} under ${reading.id}`);
      if (index > 0) judgements.push({ ...view, anchor: id });
      const effect = view.effect
        ? ` ${view.effect.arm} ${view.effect.value}${view.effect.unit === "" ? "" : ` ${view.effect.unit}`}, ${view.effect.details.join(", ")}.`
        : view.ours.map(({ arm, value, unit }) => ` ${arm} ${value}${unit === "" ? "" : ` ${unit}`}.`).join("");
      return {
        mark,
        said: `${claim.id}, ${reading.id}: ${mark.verdict}.${effect}`,
        href: index === 0 ? href : `#${id}`,
      };
    });
    others.push({ id: claim.id, statement: claim.statement, judgements });
    return { id: claim.id, href, cells };
  });
  return {
    questions: headings(readings, data.readingAxes),
    rows,
    marks: [...marks.values()],
    others: others.filter(({ judgements }) => judgements.length > 0),
  };
}
