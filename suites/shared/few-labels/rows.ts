/** The rows of the two tables. */
import type { AnyRow } from "./row.ts";
import { aliK1Row } from "./rows/ali-k1.ts";
import { catganRow } from "./rows/catgan.ts";
import { ganFeatureMatchingRow } from "./rows/gan-feature-matching.ts";
import { ladderRow } from "./rows/ladder.ts";
import { sdgmRow } from "./rows/sdgm.ts";
import { supervisedRow } from "./rows/supervised.ts";
import { swwaeRow } from "./rows/swwae.ts";
import { vaeM1M2Row } from "./rows/vae-m1-m2.ts";

export const ROWS: readonly AnyRow[] = [
  supervisedRow,
  vaeM1M2Row,
  swwaeRow,
  sdgmRow,
  ladderRow,
  catganRow,
  ganFeatureMatchingRow,
  aliK1Row,
];

/** @throws TypeError for a row that is not listed. */
export function rowOf(id: string): AnyRow {
  const row = ROWS.find((candidate) => candidate.id === id);
  if (!row) throw new TypeError(`no row "${id}" among ${ROWS.map((known) => known.id).join(", ")}`);
  return row;
}
