import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { CELEBA_ATTRIBUTES } from "../celeba-attributes.ts";
import { attributeList, partitionList } from "../fixtures/celeba-files.ts";
import { refusal } from "../fixtures/refusal.ts";
import { parseAttributes, parsePartition } from "./celeba-lists.ts";

const rows = { "000001.jpg": [0, 2, 39], "000002.jpg": [] };
const list = attributeList(rows);

describe("CelebA's attributes", () => {
  test("are read with CRLF endings and drifting columns", () => {
    assert.match(list, /^2\r\n5_o_Clock_Shadow .* Young \r\n000001\.jpg {2}1 -1 {2}1 -1/);
    const read = parseAttributes("list", list);
    assert.deepEqual([...read.keys()], Object.keys(rows));
    const on = CELEBA_ATTRIBUTES.map((_, i) => Number([0, 2, 39].includes(i)));
    assert.deepEqual([...read.get("000001.jpg")!], on);
    assert.deepEqual([...read.get("000002.jpg")!], Array(40).fill(0));
  });

  const cases: readonly (readonly [string, string, RegExp])[] = [
    ["a web page", "<html>\nquota", /does not begin with the number of images but with "<html>"/],
    ["a list cut off", list.split("\r\n").slice(0, 3).join("\r\n"), /has 1 rows, and its first line says 2/],
    ["a row cut off", list.trimEnd().slice(0, -4), /not a name and 40 values/],
    ["other attributes", list.replace("Young", "Old"), /not CelebA's 40/],
    ["another value", list.replace("000001.jpg  1", "000001.jpg  0"), /not a name and 40 values/],
    ["a name twice", list.replace("000002", "000001"), /lists 000001\.jpg twice/],
  ];
  for (const [what, text, words] of cases)
    test(`refuse ${what}`, () => assert.throws(() => parseAttributes("list", text), refusal(words)));
});

describe("CelebA's partition", () => {
  test("is read", () => {
    const read = parsePartition("list", partitionList({ "000001.jpg": 0, "000002.jpg": 2 }));
    assert.deepEqual(
      [...read],
      [
        ["000001.jpg", 0],
        ["000002.jpg", 2],
      ],
    );
  });
  test("refuses another split", () =>
    assert.throws(
      () => parsePartition("list", "000001.jpg 3\r\n"),
      refusal(/not a name and 0, 1 or 2: "000001.jpg 3"/),
    ));
});
