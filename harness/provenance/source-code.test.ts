import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { chmodSync, cpSync, existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, it } from "node:test";
import { thisProject } from "../project.ts";
import { codeSha256, importedCode } from "./source-code.ts";

const sha256 = (text: string): string => createHash("sha256").update(text).digest("hex");
/** The code hash of a single file with this text. */
const codeOf = (text: string, file = "a.ts"): string =>
  importedCode([file], { read: () => Buffer.from(text), follows: () => false }).get(file)!;
const same = (a: string, b: string): void => assert.equal(codeOf(a), codeOf(b), `${a} and ${b}`);
const other = (a: string, b: string): void => assert.notEqual(codeOf(a), codeOf(b), `${a} and ${b}`);

describe("the code of a source", () => {
  it("is its text without comments, spaces and types", () => {
    const text = "/** A sum. */\nexport const  sum = (a: number, b: number): number =>\n  a + b; // of two\n";
    assert.equal(codeOf(text), sha256("export const sum=(a,b)=>a+b;\n"));
  });

  it("is the same with other comments, formatting and types", () => {
    same("export const a = 1;", "// one\nexport const a /* a */ = 1; /*! (c) */");
    same("f(1000, 'x')", 'f(\n  1_000,\n  "x",\n);');
    same("f(a)", "interface A { b: string }\ntype B = A | null;\nf(a as B)");
    same("f(a!)", "f(a)");
    same('import type { A } from "./a.ts";\nf()', "f()");
    same("f(/* ours */ () => import(/* lazily */ './b.ts'))", 'f(() => import("./b.ts"))');
    same("f(); // import './lost.ts'", "f()");
  });

  it("is another with any change of what runs", () => {
    other("export const a = 1;", "export const a = 2;");
    other("export const a = 1;", "export const b = 1;");
    other("a(); b();", "b(); a();");
    other("f(1 + 2)", "f(3)");
    other("f('// a')", "f('// b')");
    other("f(`a  b`)", "f(`a b`)");
    other("f(x / 2 / 3)", "f(x / (2 / 3))");
    other("f(a)", "f?.(a)");
    other("if (false) f()", "");
    other('import { a } from "./a.ts";', 'import { a } from "./b.ts";');
    other('import { a } from "./a.ts";', "");
  });

  it("that is no valid script is all of its text, and of other files their bytes", () => {
    assert.equal(codeOf("export const = 1; // one"), sha256("export const = 1; // one"));
    assert.equal(codeOf('{ "a": 1 }', "a.json"), sha256('{ "a": 1 }'));
    assert.notEqual(codeOf('{ "a": 1 }', "a.json"), codeOf('{"a":1}', "a.json"));
  });

  it("of JavaScript and JSX has no comments either", () => {
    assert.equal(codeOf("f(1); // one", "a.mjs"), codeOf("f(1);", "a.mjs"));
    assert.equal(codeOf("f(<a>b</a>); // one", "a.tsx"), codeOf("f(<a>b</a>)", "a.tsx"));
  });

  it("is followed through imports, each file once; packages and types are left out", () => {
    const files: Record<string, string> = {
      "a/a.ts": 'import "../b.ts"; import "zod"; import type { T } from "./types.ts";\nawait import("./c.mjs");',
      "b.ts": 'export { a } from "./a/a.ts"; export * from "./d.json";',
      "a/c.mjs": "// import './lost.ts'\n",
      "d.json": "{}",
    };
    const read = (file: string): Buffer => Buffer.from(files[file]!);
    const found = importedCode(["a/a.ts"], { read, follows: (target) => /\.(ts|mjs|json)$/.test(target) });
    assert.deepEqual([...found.keys()].sort(), Object.keys(files).sort());
  });
});

/** The hash of a program: the code of `start` and of all files that it imports. */
const programOf = (files: Record<string, string>, start: string): string =>
  codeSha256(
    importedCode([start], { read: (file) => Buffer.from(files[file]!), follows: (target) => target in files }),
  );

describe("the code of a program", () => {
  const two = { "d/two.ts": "export const two = () => 2;", "d/three.ts": "export const two = () => 3;" };
  const program = {
    ...two,
    "a/main.ts":
      'import * as zod from "zod"; import { one } from "../b/one.ts"; import { two } from "../d/two.ts"; f(one, two, zod);',
    "b/one.ts":
      'import { two } from "../d/three.ts"; export const one = () => two() - 1; lazily(() => import("./late.ts"));',
    "b/late.ts": 'export { one } from "./one.ts";',
  };
  const hash = programOf(program, "a/main.ts");

  it("is the same when files move and import statements change their order", () => {
    const moved = {
      "x/y/second.ts": two["d/two.ts"],
      "x/third.ts": two["d/three.ts"],
      "main.ts":
        'import { two } from "./x/y/second.ts"; import { one } from "./b/first.ts"; import * as zod from "zod"; f(one, two, zod);',
      "b/first.ts":
        'import { two } from "../x/third.ts"; export const one = () => two() - 1; lazily(() => import("./c/late.ts"));',
      "b/c/late.ts": 'export { one } from "../first.ts";',
    };
    assert.equal(programOf(moved, "main.ts"), hash);
  });

  it("is another when an import is of another file, though the files are the same", () => {
    const [main, one] = [program["a/main.ts"], program["b/one.ts"]];
    const changed = (files: Record<string, string>): string => programOf({ ...program, ...files }, "a/main.ts");
    assert.notEqual(changed({ "a/main.ts": main.replace("two.ts", "three.ts") }), hash);
    const swapped = { "a/main.ts": main.replace("two.ts", "three.ts"), "b/one.ts": one.replace("three.ts", "two.ts") };
    assert.notEqual(changed(swapped), hash, "each imports the other's");
    assert.notEqual(changed({ "a/main.ts": main.replace('"zod"', '"yargs"') }), hash);
    assert.notEqual(changed({ "b/one.ts": one.replace("./late.ts", "../d/two.ts") }), hash);
    assert.notEqual(changed({ "b/late.ts": 'export { one as two } from "./one.ts";' }), hash);
  });

  it("is another when something changes in a file, however far away", () => {
    const chain = (last: string): Record<string, string> => ({
      ...Object.fromEntries(Array.from({ length: 20 }, (_, i) => [`${i}.ts`, `import "./${i + 1}.ts";`])),
      "20.ts": last,
    });
    assert.notEqual(programOf(chain("f(1);"), "0.ts"), programOf(chain("f(2);"), "0.ts"));
  });
});

describe("the cache of code", () => {
  const root = mkdtempSync(join(tmpdir(), "source-code-test-"));
  after(() => rmSync(root, { recursive: true, force: true }));
  const cache = join(root, "node_modules", ".cache", "source-code");
  for (const file of ["provenance/source-code.ts", "provenance/imports.ts", "errors.ts"])
    cpSync(join(thisProject().root, "harness", file), join(root, "harness", file));
  // Copied, because a linked package keeps its cache in the link's target.
  for (const name of ["esbuild", "@esbuild", "zod"])
    cpSync(join(thisProject().root, "node_modules", name), join(root, "node_modules", name), { recursive: true });
  writeFileSync(join(root, "package.json"), '{ "type": "module" }');
  const TEXT = "export const a: number = 1; // one";

  /** The hash of a file by a separate process, in a folder outside the project. */
  function hashed(text = TEXT): string {
    const code = `
      const { importedCode } = await import(${JSON.stringify(join(root, "harness", "provenance", "source-code.ts"))});
      const read = () => Buffer.from(${JSON.stringify(text)});
      console.log(importedCode(["a.ts"], { read, follows: () => false }).get("a.ts"));`;
    const args = ["--import", import.meta.resolve("tsx"), "--input-type=module", "--eval", code];
    const { stdout, stderr } = spawnSync(process.execPath, args, { encoding: "utf8", cwd: tmpdir() });
    assert.equal(stderr, "");
    return stdout.trim();
  }
  const expected = sha256("export const a=1;\n");

  it("gives what was compiled, and is made anew where it cannot be read", () => {
    assert.equal(hashed(), expected, "cold");
    const [file] = readdirSync(cache) as [string];
    assert.equal(hashed(), expected, "warm");
    writeFileSync(join(cache, file), '{"ts 0');
    assert.equal(hashed(), expected, "cut off");
    writeFileSync(join(cache, file), '{"a":{"sha256":1,"body":"","links":[]}}');
    assert.equal(hashed(), expected, "of another shape");
    assert.deepEqual(readdirSync(cache), [file]);
  });

  it("is not needed: where it cannot be written the code is compiled each time", () => {
    rmSync(cache, { recursive: true });
    writeFileSync(cache, "a file in its place");
    assert.equal(hashed(), expected);
  });

  it("is left alone and nothing passes for the code where esbuild cannot run", () => {
    rmSync(cache, { force: true });
    const binary = join(
      root,
      "node_modules",
      "@esbuild",
      readdirSync(join(root, "node_modules", "@esbuild"))[0]!,
      "bin",
      "esbuild",
    );
    writeFileSync(binary, "#!/bin/sh\nexit 1\n");
    chmodSync(binary, 0o755);
    const code = `
      const { importedCode } = await import(${JSON.stringify(join(root, "harness", "provenance", "source-code.ts"))});
      try { importedCode(["a.ts"], { read: () => Buffer.from("f()"), follows: () => false }); }
      catch (error) { console.log(error.name + " " + error.exitCode + " " + error.message); }`;
    const args = ["--import", import.meta.resolve("tsx"), "--input-type=module", "--eval", code];
    const { stdout } = spawnSync(process.execPath, args, { encoding: "utf8", timeout: 60_000 });
    assert.match(stdout, /^HarnessError 3 esbuild cannot take the comments out of a\.ts/);
    assert.equal(existsSync(cache), false);
  });
});
