/** The page's data as JSON, without the points of its pictures. */
import type { ReportData } from "../../harness/verdict/report-data.ts";
import { kindOf } from "../figures/kinds.ts";
import type { Table } from "../views/columns.ts";
import { exactNumber } from "../views/page-data.ts";

/**
 * `runs` repeats the CSV's rows with their types kept; `columns` says what each key means. Part by part, each made when it
 * is asked for: as one text it would take many times the room.
 */
export function* reportJson(data: ReportData, runs: Table): Iterable<Uint8Array> {
  const document = {
    format: "reproducibility-report",
    version: 1,
    ...data,
    figures: data.figures.map((figure) => kindOf(figure).json?.(figure) ?? figure),
    columns: runs.columns,
  };
  const keyed = (key: string) => Buffer.from(`${key === "format" ? "{" : ","}\n${JSON.stringify(key)}: `);
  for (const [key, value] of Object.entries(document)) {
    if (value === undefined) continue;
    yield keyed(key);
    yield* inLines(value, !FROM_JSON.has(key));
  }
  yield keyed("runs");
  yield* inLines(runs.rows, false, (row: Table["rows"][number]) =>
    Object.fromEntries(runs.columns.map((column, i) => [column.key, row[i]])),
  );
  yield Buffer.from("\n}\n");
}

/** Made of what was read from JSON: every number in them is finite. */
const FROM_JSON: ReadonlySet<string> = new Set(["plan", "records"]);

/** Elements of a list that are turned into one part. */
const AT_ONCE = 100;

/** A list has an element a line: for diffs, and for tools that go by lines. */
function* inLines(
  value: unknown,
  perhapsInfinite: boolean,
  of: (element: never) => unknown = (element) => element,
): Iterable<Uint8Array> {
  const json = (part: unknown): string =>
    // `exactNumber` is slow: only where it is needed.
    JSON.stringify(part, !perhapsInfinite || isExact(part) ? undefined : exactNumber);
  if (!Array.isArray(value) || value.length === 0) return yield Buffer.from(json(value));
  for (let from = 0; from < value.length; from += AT_ONCE) {
    const some = value.slice(from, from + AT_ONCE).map((element) => json(of(element as never)));
    yield Buffer.from(`${from === 0 ? "[" : ","}\n${some.join(",\n")}`);
  }
  yield Buffer.from("\n]");
}

/** Whether JSON keeps all numbers in a value. */
function isExact(value: unknown): boolean {
  if (typeof value === "number") return Number.isFinite(value);
  if (typeof value !== "object" || value === null) return true;
  for (const part of Object.values(value)) if (!isExact(part)) return false;
  return true;
}
