import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { importsOf } from "./imports.ts";

const read = (source: string) => importsOf("a/b.ts", source).map(({ target, typeOnly }) => [target, typeOnly]);

describe("imports of a source", () => {
  it("are static, dynamic, side effects, re-exports and requires", () => {
    const source = [
      'import { x } from "./c.ts";',
      "import '../d.ts';",
      'const e = await import("./e.ts");',
      'export { f } from "./f.ts";',
      'require("./g.json");',
      'import { z } from "zod";',
    ].join("\n");
    const targets = ["a/c.ts", "d.ts", "a/e.ts", "a/f.ts", "a/g.json", "zod"];
    assert.deepEqual(
      read(source),
      targets.map((target) => [target, false]),
    );
  });

  it("are of types only where the whole statement is", () => {
    assert.deepEqual(read('import type { A } from "./c.ts";'), [["a/c.ts", true]]);
    assert.deepEqual(read('import type {\n  A,\n} from "./c.ts";'), [["a/c.ts", true]]);
    assert.deepEqual(read('export type { A } from "./c.ts";'), [["a/c.ts", true]]);
    assert.deepEqual(read('import type * as c from "./c.ts";'), [["a/c.ts", true]]);
    assert.deepEqual(read('import { type A } from "./c.ts";'), [["a/c.ts", false]]);
    assert.deepEqual(read('import type { A } from "./c.ts";\nimport { d } from "./d.ts";'), [
      ["a/c.ts", true],
      ["a/d.ts", false],
    ]);
    assert.deepEqual(read('import type { A } from "./c.ts";\nimport "./d.ts";')[1], ["a/d.ts", false]);
  });
});
