/** A page re-judges in the browser: what gives verdicts, and all it imports, runs without Node and without an engine. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { importsOf } from "../harness/provenance/imports.ts";
import { ROOT } from "./source-tree.ts";

/** Packages that are plain functions; bundled for a browser once by hand. */
const PLAIN = /^@stdlib\//;

/** Value imports of a file: those of types are erased. */
function valueImports(file: string): string[] {
  const source = readFileSync(join(ROOT, file), "utf8").replace(/\b(?:import|export)\s+type\b[^;]*;/g, "");
  return importsOf(file, source).map(({ target }) => target);
}

/** Every path of value imports from `file`, as the files on the way and, last, a package. */
function packagesFrom(file: string): { readonly files: readonly string[]; readonly packages: readonly string[] } {
  const files = new Set([file]);
  const packages = new Set<string>();
  for (const reached of files)
    for (const target of valueImports(reached))
      if (target.endsWith(".ts")) files.add(target);
      else packages.add(`${target} (in ${reached})`);
  return { files: [...files], packages: [...packages] };
}

test("harness/verdict/judge.ts reaches no module of Node and no tfjs", () => {
  const { files, packages } = packagesFrom("harness/verdict/judge.ts");
  assert.deepEqual(
    packages.filter((name) => !PLAIN.test(name)),
    [],
  );
  assert.equal(files.includes("harness/statistics/stream.ts"), true);
  assert.equal(packages.length > 0, true);
});

test("the walk sees a module of Node where there is one", () => {
  assert.deepEqual(packagesFrom("harness/random/seeds.ts").packages, ["node:crypto (in harness/random/seeds.ts)"]);
});
