/** The page that lists every suite's report. */
import { join } from "node:path";
import { PAPER_VERDICTS, type PaperVerdict } from "../harness/claims.ts";
import { writeAtomic } from "../harness/store/atomic-file.ts";
import { type Badge, badgeOf } from "./badge.ts";
import { formatTime } from "./format.ts";
import type { Markup } from "./svg.ts";
import { styles, template } from "./templates.ts";

export interface IndexEntry {
  readonly title: string;
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
  readonly entries: readonly (Omit<IndexEntry, "verdicts" | "generatedAt" | "profile"> & {
    readonly profile: string;
    readonly reduced: boolean;
    readonly written: string;
    readonly counts: readonly { readonly badge: Badge; readonly count: number }[];
  })[];
}

/** A path inside the folder, each part encoded: nothing in it can name a scheme or a host. */
function relativeHref(path: string): string {
  return `./${path.split(/[\\/]/).map(encodeURIComponent).join("/")}`;
}

export function renderIndex(entries: readonly IndexEntry[]): string {
  return template<IndexView>("index")({
    styles,
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

/** Writes `index.html` into the folder and returns its path. */
export async function writeIndex(entries: readonly IndexEntry[], folder: string): Promise<string> {
  const path = join(folder, "index.html");
  writeAtomic(path, renderIndex(entries));
  return path;
}
