import assert from "node:assert/strict";
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { after, describe, it } from "node:test";
import { HarnessError } from "../errors.ts";
import { thisProject } from "../project.ts";
import { sourceFiles, sourceSha256 } from "./sources.ts";

const root = mkdtempSync(join(tmpdir(), "sources-test-"));
after(() => rmSync(root, { recursive: true, force: true }));
const write = (file: string, text: string): void => {
  mkdirSync(dirname(join(root, file)), { recursive: true });
  writeFileSync(join(root, file), text);
};
write("harness/worker/worker.ts", 'import "../store.ts";');
write("harness/store.ts", "export const VERSION = 1;");
write("harness/contract/claims.ts", "");
write("harness/cli/run.ts", "");
write("baselines/model.ts", 'import "./table.json";');
write("baselines/table.json", "[1]");
write("suites/other/suite.ts", "");
write(
  "suites/one/suite.ts",
  'import type { Claim } from "../contract/claims.ts";\nimport "../../baselines/model.ts";\nimport "zod";',
);
write("suites/one/suite.test.ts", 'import "./suite.ts";');

/** Whether the hash changes with the contents of a file; it is as before afterwards. */
function counts(suite: string, file: string, text: string): boolean {
  const before = sourceSha256(root, suite);
  write(file, text);
  return sourceSha256(root, suite) !== before;
}

describe("the sources of a suite's runs", () => {
  it("are its own file, the worker, and what they import but types", () => {
    assert.deepEqual(sourceFiles(root, "one"), [
      "baselines/model.ts",
      "baselines/table.json",
      "harness/store.ts",
      "harness/worker/worker.ts",
      "suites/one/suite.ts",
    ]);
  });

  it("change their hash with their code; other files do not", () => {
    for (const file of [
      "harness/contract/claims.ts",
      "harness/cli/run.ts",
      "suites/other/suite.ts",
      "suites/one/suite.test.ts",
    ])
      assert.equal(counts("one", file, "export const CHANGED = 1;"), false, file);
    assert.equal(counts("one", "baselines/table.json", "[2]"), true);
    assert.equal(counts("one", "harness/store.ts", "export const VERSION = 2;"), true);
    assert.equal(counts("one", "harness/worker/worker.ts", ""), true, "it imports less");
  });

  it("do not change their hash with comments, formatting and types", () => {
    const text =
      '/** What is stored. */\nimport type { C } from "./contract/claims.ts";\nexport const VERSION: C   = 2; // two\n';
    assert.equal(counts("one", "harness/store.ts", text), false);
    assert.equal(
      counts("one", "harness/store.ts", `${text}export interface Other { a: C }\n// import "./lost.ts"\n`),
      false,
    );
    assert.equal(counts("one", "baselines/model.ts", 'import "./table.json"; // from "./lost.ts"'), false);
  });

  it("are the same in another folder", () => {
    const copy = mkdtempSync(join(tmpdir(), "sources-copy-"));
    cpSync(root, copy, { recursive: true });
    writeFileSync(
      join(copy, "tsconfig.json"),
      '{ "compilerOptions": { "target": "es5", "verbatimModuleSyntax": false } }',
    );
    assert.equal(sourceSha256(copy, "one"), sourceSha256(root, "one"));
    rmSync(copy, { recursive: true });
  });

  it("are every file but tests where the suite has none of its own", () => {
    assert.equal(counts("fixture", "harness/cli/run.ts", "export const AGAIN = 1;"), true);
    assert.equal(counts("fixture", "harness/cli/run.ts", "export const AGAIN = 1; // a comment"), false);
    assert.equal(counts("fixture", "suites/one/suite.test.ts", "export const AGAIN = 1;"), false);
  });

  it("that cannot be read are named", () => {
    write("suites/broken/suite.ts", 'import "../../baselines/lost.ts";');
    assert.throws(
      () => sourceSha256(root, "broken"),
      (error: unknown) => {
        assert.ok(error instanceof HarnessError, String(error));
        assert.match(error.message, /The source baselines\/lost\.ts cannot be read.*Restore it/);
        return true;
      },
    );
  });

  it("of this project are its models and data, and no report, command or test", () => {
    const files = sourceFiles(thisProject().root, "toy-modes");
    for (const file of ["baselines/models/gan/objective.ts", "datasets/mixture.ts", "harness/worker/train.ts"])
      assert.equal(files.includes(file), true, file);
    const outside = /^(reports|ci|harness\/cli|suites\/theory)\/|\.test\.ts$/;
    assert.deepEqual(
      files.filter((file) => outside.test(file)),
      [],
    );
  });
});
