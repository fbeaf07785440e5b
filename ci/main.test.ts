/** main.js, the way into the program: compiled ahead it does what main.ts does. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, test } from "node:test";
import { ROOT } from "./source-tree.ts";

const folder = mkdtempSync(join(tmpdir(), "main-test-"));
after(() => rmSync(folder, { recursive: true, force: true }));

/** A checkout with packages that are shared but a cache of its own. */
const checkout = join(folder, "checkout");
/** Links to every package, in a folder with a cache of its own. */
function linkPackages(into: string): void {
  mkdirSync(into, { recursive: true });
  for (const name of readdirSync(join(ROOT, "node_modules")))
    if (name !== ".cache") symlinkSync(join(ROOT, "node_modules", name), join(into, name));
}
const PARTS = ["main.js", "main.ts", "index.ts", "suite.ts", "package.json", "tsconfig.json"];
const FOLDERS = ["harness", "suites", "baselines", "datasets", "reports", "ci"];
const copySources = (into: string): void => {
  for (const part of [...PARTS, ...FOLDERS]) cpSync(join(ROOT, part), join(into, part), { recursive: true });
};
copySources(checkout);
linkPackages(join(checkout, "node_modules"));

const start = (...args: string[]) => {
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { cwd: checkout, encoding: "utf8" });
  return { status, stdout, stderr };
};
const cache = join(checkout, "node_modules", ".cache", "program");
/** Folders of what was compiled, by when they were made. */
const compiled = (): string[] => {
  const [own] = readdirSync(cache);
  const folders = readdirSync(join(cache, own!)).filter((name) => !["stamps.json", "main"].includes(name));
  return folders.map((name) => join(cache, own!, name));
};
const verbs = join(checkout, "harness", "cli", "verbs.ts");
const change = (from: string, to: string): void => writeFileSync(verbs, readFileSync(verbs, "utf8").replace(from, to));

describe("main.js", () => {
  const asIs = start("--import", "tsx", "main.ts", "--help");

  test("prints the help of main.ts, compiled once and kept", () => {
    assert.equal(asIs.status, 0, asIs.stderr);
    assert.match(asIs.stdout, /npm run suite <id>/);
    assert.deepEqual(start("main.js", "--help"), asIs);
    const [kept, ...others] = compiled();
    assert.deepEqual(others, []);
    const { ino } = statSync(join(kept!, "main.mjs"));
    assert.deepEqual(start("main.js", "--", "--help"), asIs);
    assert.deepEqual([compiled(), statSync(join(kept!, "main.mjs")).ino], [[kept], ino]);
  });

  test("without a command says what there is, as main.ts does", () => {
    const nothing = start("main.js");
    assert.deepEqual(nothing, start("--import", "tsx", "main.ts"));
    assert.equal(nothing.status, 2);
  });

  test("does runs in workers and writes their report, of files that stand beside the sources", () => {
    const args = ["suite", "theory", "--profile", "smoke", "--engine", "cpu"];
    const ran = (name: string, ...how: string[]) => {
      const { status, stderr } = start(
        ...how,
        ...args,
        "--store",
        join(folder, name),
        "--out",
        join(folder, name, "out"),
      );
      assert.equal(status, 0, stderr);
      const { records } = JSON.parse(
        readFileSync(join(folder, name, "out", "theory", "paper", "cpu", "theory-paper.json"), "utf8"),
      ) as { records: { key: string; metrics: object; provenance: { sourceSha256: string } }[] };
      return records.map(({ key, metrics, provenance }) => ({ key, metrics, sourceSha256: provenance.sourceSha256 }));
    };
    assert.deepEqual(ran("compiled", "main.js"), ran("sources", "--import", "tsx", "main.ts"));
  });

  test("notices a change of the source; what was compiled before it stays a day, for programs that are still at work", () => {
    const before = compiled();
    change("Do a suite's runs", "Really do a suite's runs");
    assert.match(start("main.js", "--help").stdout, /Really do a suite's runs/);
    assert.equal(compiled().length, 2);
    assert.equal(
      before.every((folder) => compiled().includes(folder)),
      true,
    );
    const twoDaysAgo = new Date(Date.now() - 48 * 3_600_000);
    for (const folder of before) utimesSync(folder, twoDaysAgo, twoDaysAgo);
    change("Really do", "Truly do");
    assert.match(start("main.js", "--help").stdout, /Truly do a suite's runs/);
    assert.equal(compiled().length, 2);
    assert.equal(
      before.some((folder) => compiled().includes(folder)),
      false,
    );
  });

  test("is compiled too in a checkout below its packages, as one of another revision is", () => {
    const [packages, code] = [join(folder, "above", "node_modules"), join(folder, "above", "code")];
    linkPackages(packages);
    copySources(code);
    const { status, stdout } = spawnSync(process.execPath, ["main.js", "--help"], { cwd: code, encoding: "utf8" });
    assert.deepEqual([status, stdout], [0, asIs.stdout]);
    assert.equal(readdirSync(join(packages, ".cache", "program")).length, 1);
  });

  test("takes the sources as they are where nothing can be kept", () => {
    rmSync(cache, { recursive: true });
    writeFileSync(cache, "a file in the place of the folder");
    assert.match(start("main.js", "--help").stdout, /Truly do a suite's runs/);
  });

  test("hands commands to main.ts", () => {
    const unknown = start("main.js", "suit");
    assert.equal(unknown.status, 2);
    assert.match(unknown.stderr, /Unknown command "suit"\. Did you mean "suite"\?/);
  });
});
