/** Tables that are sorted by their headings and filtered by a word. Without this script they are plain tables. */

const ABSENT = "—";

/** A number as this page prints it, or null: "−1,234.5", "12 of 40" begins with its number. */
export function numberIn(text: string): number | null {
  const match = /^([−-]?\d[\d,]*(?:\.\d+)?)(?:\s*×\s*10([⁻]?[⁰¹²³⁴⁵⁶⁷⁸⁹]+))?(?=$|[\s,;)])/u.exec(text);
  if (!match) return null;
  const mantissa = Number(match[1]!.replace("−", "-").replaceAll(",", ""));
  const power = [...(match[2] ?? "⁰")].map((char) => (char === "⁻" ? "-" : "⁰¹²³⁴⁵⁶⁷⁸⁹".indexOf(char))).join("");
  return mantissa * 10 ** Number(power);
}

/** Order of two cells, rising: numbers by size, else by text; an absent value is neither. */
export function compareCells(a: string, b: string): number {
  const [x, y] = [numberIn(a), numberIn(b)];
  if (x !== null && y !== null) return x - y;
  if ((x === null) !== (y === null)) return x === null ? 1 : -1;
  return a.localeCompare(b, "en", { numeric: true });
}

const textOf = (element: Element | null | undefined): string => element?.textContent?.replace(/\s+/g, " ").trim() ?? "";

/** What is moved as one: a body of a table with several, else a row. */
function units(table: HTMLTableElement): readonly HTMLElement[] {
  const bodies = [...table.tBodies];
  return bodies.length > 1 ? bodies : [...(bodies[0]?.rows ?? [])];
}

function sortBy(table: HTMLTableElement, original: readonly HTMLElement[], column: number, direction: number): void {
  const cell = (unit: HTMLElement): string => {
    const row = unit instanceof HTMLTableRowElement ? unit : (unit as HTMLTableSectionElement).rows[0];
    const found = row?.cells[column];
    return found?.dataset.sort ?? textOf(found);
  };
  const rows = original.map((unit) => ({ unit, key: cell(unit) }));
  if (direction !== 0)
    rows.sort((a, b) => {
      // What is absent stays at the end, both ways.
      if (a.key === ABSENT || b.key === ABSENT) return Number(a.key === ABSENT) - Number(b.key === ABSENT);
      return direction * compareCells(a.key, b.key);
    });
  for (const { unit } of rows) unit.parentElement!.append(unit);
  for (const [index, heading] of [...table.tHead!.rows[0]!.cells].entries())
    if (index === column && direction !== 0)
      heading.setAttribute("aria-sort", direction > 0 ? "ascending" : "descending");
    else heading.removeAttribute("aria-sort");
}

function addSorting(table: HTMLTableElement): void {
  const original = units(table);
  for (const [column, heading] of [...table.tHead!.rows[0]!.cells].entries()) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "sort";
    button.append(...heading.childNodes);
    heading.append(button);
    button.addEventListener("click", () => {
      const now = heading.getAttribute("aria-sort");
      sortBy(table, original, column, now === null ? 1 : now === "ascending" ? -1 : 0);
    });
  }
}

function addFilter(table: HTMLTableElement): void {
  const box = document.createElement("p");
  box.className = "filter";
  const label = document.createElement("label");
  const input = document.createElement("input");
  input.type = "search";
  label.append("Filter ", input);
  const count = document.createElement("output");
  box.append(label, " ", count);
  (table.closest(".scroll") ?? table).before(box);
  const rows = units(table);
  input.addEventListener("input", () => {
    const wanted = input.value.trim().toLowerCase();
    for (const row of rows) row.hidden = !textOf(row).toLowerCase().includes(wanted);
    const shown = rows.filter((row) => !row.hidden).length;
    count.textContent = wanted === "" ? "" : `${shown} of ${rows.length} shown`;
  });
}

/** Every table that is marked for it and has more than one row. */
export function enhanceTables(): void {
  for (const table of document.querySelectorAll<HTMLTableElement>("table[data-enhance]"))
    if (units(table).length > 1) {
      addSorting(table);
      addFilter(table);
    }
}
