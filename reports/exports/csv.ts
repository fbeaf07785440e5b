/** A declared table as CSV: rows checked against their columns, booleans as text, absent as an empty cell. */
import { stringify } from "csv-stringify/sync";
import type { Cell, Table } from "../views/columns.ts";

/** A spreadsheet runs a text that begins like a formula; an apostrophe keeps it a text. */
function plainText(value: string): string {
  return /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
}

function checked(column: Table["columns"][number], value: Cell, row: number, table: string): string {
  if (value === null) return "";
  const fits = {
    text: typeof value === "string",
    boolean: typeof value === "boolean",
    number: typeof value === "number" && !Number.isNaN(value),
    integer: Number.isInteger(value),
  }[column.type];
  if (!fits)
    throw new Error(
      `Table "${table}", row ${row}, column "${column.key}": expected ${column.type} or nothing, got ${typeof value} ${String(value)}.`,
    );
  return typeof value === "string" ? plainText(value) : String(value);
}

/** Throws when a value does not fit its column or two columns share a key. */
export function tableCsv(table: Table): string {
  const keys = table.columns.map((column) => column.key);
  const twice = keys.find((key, i) => keys.indexOf(key) !== i);
  if (twice !== undefined) throw new Error(`Table "${table.name}" has two columns named "${twice}".`);
  const lines = table.rows.map((row, i) => {
    if (row.length !== keys.length)
      throw new Error(`Table "${table.name}", row ${i}: ${row.length} cells for ${keys.length} columns.`);
    return row.map((cell, j) => checked(table.columns[j]!, cell, i, table.name));
  });
  return stringify([keys.map(plainText), ...lines]);
}
