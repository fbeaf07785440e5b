/** main.js, the way into the program: its help compiled, everything else as main.ts has it. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, test } from "node:test";
import { ROOT } from "./source-tree.ts";

const folder = mkdtempSync(join(tmpdir(), "main-test-"));
after(() => rmSync(folder, { recursive: true, force: true }));

/** As much of a checkout as its help needs, with packages that are shared but a cache of its own. */
const checkout = join(folder, "checkout");
for (const part of ["main.js", "main.ts", "package.json", "harness"])
  cpSync(join(ROOT, part), join(checkout, part), { recursive: true });
mkdirSync(join(checkout, "node_modules"));
for (const name of readdirSync(join(ROOT, "node_modules")))
  if (name !== ".cache") symlinkSync(join(ROOT, "node_modules", name), join(checkout, "node_modules", name));

const start = (...args: string[]) => {
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { cwd: checkout, encoding: "utf8" });
  return { status, stdout, stderr };
};
const cache = join(checkout, "node_modules", ".cache", "help");

describe("main.js", () => {
  const asIs = start("--import", "tsx", "main.ts", "--help");

  test("prints the help of main.ts, compiled once and kept", () => {
    assert.equal(asIs.status, 0, asIs.stderr);
    assert.match(asIs.stdout, /npm run suite <id>/);
    assert.deepEqual(start("main.js", "--help"), asIs);
    const [kept] = readdirSync(cache);
    const before = readFileSync(join(cache, kept!));
    assert.deepEqual(start("main.js", "--", "--help"), asIs);
    assert.deepEqual([readdirSync(cache), readFileSync(join(cache, kept!))], [[kept], before]);
  });

  test("without a command says what there is, as main.ts does", () => {
    const nothing = start("main.js");
    assert.deepEqual(nothing, start("--import", "tsx", "main.ts"));
    assert.equal(nothing.status, 2);
  });

  test("notices a change of the source", () => {
    const verbs = join(checkout, "harness", "cli", "verbs.ts");
    writeFileSync(verbs, readFileSync(verbs, "utf8").replace("Do a suite's runs", "Really do a suite's runs"));
    assert.match(start("main.js", "--help").stdout, /Really do a suite's runs/);
  });

  test("prints the help where nothing can be kept, too", () => {
    rmSync(cache, { recursive: true });
    writeFileSync(cache, "a file in the place of the folder");
    assert.match(start("main.js", "--help").stdout, /Really do a suite's runs/);
  });

  test("hands commands to main.ts", () => {
    const unknown = start("main.js", "suit");
    assert.equal(unknown.status, 2);
    assert.match(unknown.stderr, /Unknown command "suit"\. Did you mean "suite"\?/);
  });
});
