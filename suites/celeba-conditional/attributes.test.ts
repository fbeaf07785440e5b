import assert from "node:assert/strict";
import { test } from "node:test";
import { CELEBA_ATTRIBUTES } from "../../datasets/celeba-attributes.ts";
import { CHANGES, figureAttributes, PEOPLE } from "./attributes.ts";

test("the figure has rows I to IV and columns a to l, and each cell what both say, nothing else", () => {
  const all = figureAttributes();
  assert.equal(all.length, 4 * 12 * 40);
  assert.equal(PEOPLE.map(({ title }) => title).join(" "), "I II III IV");
  assert.equal(CHANGES.map(({ title }) => title).join(""), "abcdefghijkl");
  const cell = (row: number, column: number): string[] =>
    CELEBA_ATTRIBUTES.filter((_, i) => all[(row * 12 + column) * 40 + i] === 1).toSorted();
  assert.deepEqual(cell(0, 0), ["Attractive", "Male", "Young"]);
  assert.deepEqual(cell(3, 0), ["Attractive"]);
  assert.deepEqual(cell(1, 7), ["Attractive", "Bald", "Blond_Hair", "Male"]);
  assert.deepEqual(cell(2, 11), [
    "Attractive",
    "Black_Hair",
    "Eyeglasses",
    "Mouth_Slightly_Open",
    "Smiling",
    "Wearing_Hat",
    "Young",
  ]);
});
