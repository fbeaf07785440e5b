import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { EXIT, type HarnessError } from "./errors.ts";
import { cacheDir } from "./files/cache-dir.ts";
import { enterProject, thisProject } from "./project.ts";

const folder = mkdtempSync(join(tmpdir(), "project-test-"));
after(() => rmSync(folder, { recursive: true }));
const projectOf = (packageJson: string): string => {
  const root = mkdtempSync(join(folder, "one-"));
  writeFileSync(join(root, "package.json"), packageJson);
  return root;
};

test("without an entered project, the project is the package of the main module", () => {
  assert.equal(thisProject().root, join(import.meta.dirname, ".."));
});

test("a project without choices has a seed and a cache of its own", () => {
  const root = projectOf('{"name": "second"}');
  enterProject(root);
  assert.deepEqual(thisProject(), {
    root,
    name: "second",
    rootSeed: "1",
    cache: { name: "reproducibility-harness", variable: "HARNESS_CACHE" },
  });
  assert.equal(cacheDir({ XDG_CACHE_HOME: "/cache" }), join("/cache", "reproducibility-harness"));
  assert.equal(cacheDir({ HARNESS_CACHE: "/other", XDG_CACHE_HOME: "/cache" }), "/other");
});

test("package.json names the seed, the cache and the variable that moves it", () => {
  enterProject(
    projectOf('{"reproducibility": {"rootSeed": "7", "cache": {"name": "third", "variable": "THIRD_CACHE"}}}'),
  );
  assert.equal(thisProject().rootSeed, "7");
  assert.equal(cacheDir({ THIRD_CACHE: "/third" }), "/third");
  assert.equal(cacheDir({ HARNESS_CACHE: "/other", HOME: "/home/a" }), join("/home/a", ".cache", "third"));
});

for (const [name, packageJson, said] of [
  ["a wrong field", '{"reproducibility": {"rootsed": "7"}}', /rootsed/],
  ["a name that is a path", '{"reproducibility": {"cache": {"name": "../x", "variable": "X"}}}', /cache\.name/],
  ["no JSON", "{", /cannot be read/],
] as const)
  test(`${name} is refused, and the project stays`, () => {
    const before = thisProject();
    const root = projectOf(packageJson);
    assert.throws(
      () => enterProject(root),
      (error: HarnessError) =>
        error.exitCode === EXIT.wrongUse &&
        error.message.startsWith(join(root, "package.json")) &&
        said.test(error.message),
    );
    assert.equal(thisProject(), before);
  });

test("a folder without package.json is refused", () => {
  const root = join(folder, "none");
  mkdirSync(root);
  assert.throws(() => enterProject(root), /package\.json cannot be read/);
});
