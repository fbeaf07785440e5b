/** CelebA's two lists: text with CRLF endings, columns padded by a varying number of blanks. */
import { CELEBA_ATTRIBUTES } from "../celeba-attributes.ts";
import { malformed } from "./malformed.ts";

/** Attributes as 0 and 1, [40] each, by the image's file name, in the order of the list. @throws HarnessError */
export function parseAttributes(file: string, text: string): Map<string, Uint8Array> {
  const [count = "", header = "", ...rows] = linesOf(text);
  if (!/^\d+$/.test(count)) throw malformed(file, `does not begin with the number of images but with "${cut(count)}"`);
  const names = header.split(/\s+/);
  if (names.join(" ") !== CELEBA_ATTRIBUTES.join(" "))
    throw malformed(file, `names ${names.length} attributes in line 2, not CelebA's 40: ${cut(header)}`);
  if (rows.length !== Number(count))
    throw malformed(file, `has ${rows.length} rows, and its first line says ${count}: it is cut off, or not whole`);
  return unique(file, rows, (cells, row) => {
    if (cells.length !== 40 || cells.some((cell) => cell !== "1" && cell !== "-1"))
      throw malformed(file, `has a row that is not a name and 40 values of 1 and -1: "${cut(row)}"`);
    return Uint8Array.from(cells, (cell) => (Number(cell) + 1) / 2);
  });
}

/** Split of each image by its file name: 0 train, 1 validation, 2 test. @throws HarnessError */
export function parsePartition(file: string, text: string): Map<string, number> {
  return unique(file, linesOf(text), (cells, row) => {
    if (cells.length !== 1 || !/^[012]$/.test(cells[0]!))
      throw malformed(file, `has a row that is not a name and 0, 1 or 2: "${cut(row)}"`);
    return Number(cells[0]);
  });
}

function unique<T>(
  file: string,
  rows: readonly string[],
  read: (cells: readonly string[], row: string) => T,
): Map<string, T> {
  const all = new Map<string, T>();
  for (const row of rows) {
    const [name = "", ...cells] = row.split(/\s+/);
    if (all.has(name)) throw malformed(file, `lists ${name} twice`);
    all.set(name, read(cells, row));
  }
  return all;
}

const linesOf = (text: string): string[] =>
  text
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "");
const cut = (text: string): string => (text.length > 60 ? `${text.slice(0, 60)} …` : text);
