import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { test } from "node:test";
import type { Figure } from "../../harness/contract/figures.ts";
import { fixtureData } from "../fixtures/report-data.ts";
import { renderPage } from "../pages/page.ts";
import { FIGURE_KINDS, kindOf } from "./kinds.ts";

const pictures = {
  kind: "images",
  id: "pictures",
  title: "Pictures",
  caption: "Two grey images.",
  panels: [{ title: "run 1", note: "", columns: 2, shape: [1, 1, 1], pixels: new Uint8Array([0, 255]) }],
} as const satisfies Figure;
const example = fixtureData({ pointsAPanel: 5 });
const data = { ...example, figures: [...example.figures, pictures] };

test("a page has a section for a figure of each kind, with its lead and its drawing", () => {
  assert.deepEqual([...new Set(data.figures.map(({ kind }) => kind))].sort(), Object.keys(FIGURE_KINDS).sort());
  const sections = renderPage(data, []).split('<section id="').slice(1);
  for (const figure of data.figures) {
    const section = sections.find((text) => text.startsWith(`figure-${figure.id}"`));
    assert.notEqual(section, undefined, figure.id);
    const { view, drawn } = kindOf(figure);
    const { lead } = view(figure, data);
    assert.equal(section!.includes(lead.replaceAll("'", "&#x27;")), true, lead);
    assert.equal(section!.includes("data-figure="), drawn, figure.id);
    assert.match(section!, drawn ? /<svg / : /<img |<table /);
  }
});

test("each kind has a template of its own", () => {
  const partials = Object.values(FIGURE_KINDS).map(({ partial }) => partial);
  assert.equal(new Set(partials).size, partials.length);
  for (const partial of partials)
    assert.equal(existsSync(new URL(`../templates/${partial}.hbs`, import.meta.url)), true, partial);
});

test("a figure in the JSON file has no typed array", () => {
  const arrays = (value: unknown): number =>
    ArrayBuffer.isView(value)
      ? 1
      : typeof value === "object" && value !== null
        ? Object.values(value).reduce((sum: number, part) => sum + arrays(part), 0)
        : 0;
  for (const figure of data.figures) assert.equal(arrays(kindOf(figure).json?.(figure) ?? figure), 0, figure.id);
});
