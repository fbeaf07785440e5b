import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { test } from "node:test";
import { FOLDERS, filesIn, ROOT } from "./source-tree.ts";
import { chooseTests, SLOW } from "./test-files.ts";

const ALL = ["harness/files/lock.test.ts", "reports/browser.test.ts", "suites/index.test.ts"];
const every = { patterns: [], fast: false };

test("all are chosen without a pattern, slow ones first", () =>
  assert.deepEqual(chooseTests(ALL, every), [ALL[1], ALL[0], ALL[2]]));

test("a pattern is a part of the path", () => {
  assert.deepEqual(chooseTests(ALL, { ...every, patterns: ["lock", "suites/"] }), [ALL[0], ALL[2]]);
});

test("a pattern that nothing matches is an error that lists the files, also beside one that matches", () => {
  assert.throws(
    () => chooseTests(ALL, { ...every, patterns: ["lock", "lokc"] }),
    /"lokc".*\n {2}harness\/files\/lock\.test\.ts/,
  );
});

test("no test file at all is an error, never a success", () =>
  assert.throws(() => chooseTests([], every), /No \*\.test\.ts/));

test("fast leaves the slow ones out, and says so when nothing is left", () => {
  assert.deepEqual(chooseTests(ALL, { ...every, fast: true }), [ALL[0], ALL[2]]);
  assert.throws(() => chooseTests(ALL, { patterns: ["browser"], fast: true }), /Only slow tests/);
});

test("every slow test exists", () => {
  const all = filesIn(ROOT, FOLDERS, ".test.ts");
  assert.deepEqual(
    SLOW.filter((path) => !all.includes(path)),
    [],
  );
});

test("every top-level folder that holds TypeScript is searched", () => {
  const ignored = ["node_modules", "runs"];
  const folders = readdirSync(ROOT, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && !entry.name.startsWith(".") && !ignored.includes(entry.name))
    .map(({ name }) => name)
    .filter((name) => filesIn(ROOT, [name], ".ts").length > 0);
  assert.deepEqual(folders.sort(), [...FOLDERS].sort());
});
