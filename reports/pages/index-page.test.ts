import assert from "node:assert/strict";
import { test } from "node:test";
import { HOSTILE } from "../fixtures/report-data.ts";
import { type IndexEntry, renderIndex } from "./index-page.ts";

const entry: IndexEntry = {
  title: "Toy",
  paper: "A paper",
  place: "section 1",
  profile: "paper",
  scope: "What it can show.",
  generatedAt: "2020-01-01T00:00:00.000Z",
  href: "toy/toy-paper.html",
  verdicts: ["REPRODUCED", "REPRODUCED", "INCONCLUSIVE"],
  finished: 9,
  planned: 10,
};

test("a suite is listed with its link, its runs and its verdicts counted", () => {
  const html = renderIndex([entry]);
  assert.match(html, /href="\.\/toy\/toy-paper\.html"/);
  assert.match(html, /9 of 10 planned runs finished/);
  assert.match(html, /REPRODUCED<\/span>\s*<span>2<\/span>/);
  assert.doesNotMatch(html, /Reduced profile/);
});

test("a reduced profile is said, a missing report has no link, no suite is said", () => {
  assert.match(renderIndex([{ ...entry, profile: "quick" }]), /Reduced profile/);
  assert.doesNotMatch(renderIndex([{ ...entry, href: null }]), /<a /);
  assert.match(renderIndex([]), /No suite has a report yet/);
});

test("hostile text stays text, and a link cannot leave the folder's scheme", () => {
  const html = renderIndex([
    { ...entry, title: HOSTILE, scope: HOSTILE, place: HOSTILE, href: `javascript:alert(1)//${HOSTILE}` },
  ]);
  assert.doesNotMatch(html, /<script|<img|href="javascript/);
});
