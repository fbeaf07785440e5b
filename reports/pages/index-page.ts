/** The page that lists every suite's report. */
import { join } from "node:path";
import { PAPER_VERDICTS, type PaperVerdict } from "../../harness/contract/claims.ts";
import { writeAtomic } from "../../harness/files/atomic-file.ts";
import type { Markup } from "../figures/svg.ts";
import { formatTime } from "../format.ts";
import { styles, template } from "../templates.ts";
import { type Badge, badgeOf } from "../views/badge.ts";
import { type OtherPage, otherPages, relativeHref } from "./other-pages.ts";

export interface IndexEntry {
  readonly title: string;
  /** The title of its paper; null for a suite of the harness itself. */
  readonly paper: string | null;
  readonly place: string;
  readonly profile: string;
  readonly scope: string;
  readonly generatedAt: string;
  /** Path of the report, relative to the index page; null when there is none yet. */
  readonly href: string | null;
  /** One for each claim, under the primary reading. */
  readonly verdicts: readonly PaperVerdict[];
  readonly finished: number;
  readonly planned: number;
}
interface IndexView {
  readonly styles: Markup;
  readonly others: readonly OtherPage[];
  readonly entries: readonly (Omit<IndexEntry, "verdicts" | "generatedAt" | "profile"> & {
    readonly profile: string;
    readonly reduced: boolean;
    readonly written: string;
    readonly counts: readonly { readonly badge: Badge; readonly count: number }[];
  })[];
}

export function renderIndex(entries: readonly IndexEntry[], others: readonly OtherPage[] = []): string {
  return template<IndexView>("index")({
    styles,
    others: others.map(({ title, href }) => ({ title, href: relativeHref(href) })),
    entries: entries.map(({ verdicts, generatedAt, ...entry }) => ({
      ...entry,
      href: entry.href === null ? null : relativeHref(entry.href),
      reduced: entry.profile !== "paper",
      written: formatTime(generatedAt),
      counts: PAPER_VERDICTS.map((verdict) => ({
        badge: badgeOf(verdict),
        count: verdicts.filter((other) => other === verdict).length,
      })).filter(({ count }) => count > 0),
    })),
  });
}

/** Writes `index.html` into the folder and returns its path. It lists the pages beside the reports that are there. */
export async function writeIndex(entries: readonly IndexEntry[], folder: string): Promise<string> {
  const path = join(folder, "index.html");
  writeAtomic(path, renderIndex(entries, otherPages(folder)));
  return path;
}
