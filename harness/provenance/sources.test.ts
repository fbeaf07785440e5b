import assert from "node:assert/strict";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { after, describe, it } from "node:test";
import { toyModesSuite } from "../../suites/toy-modes/suite.ts";
import { HarnessError } from "../errors.ts";
import { enterProject } from "../project.ts";
import { sourceFiles, sourceSha256 } from "./sources.ts";
import { knowSuiteFiles } from "./suite-files.ts";

const PROJECT = join(import.meta.dirname, "..", "..");
const root = mkdtempSync(join(tmpdir(), "sources-test-"));
after(() => rmSync(root, { recursive: true, force: true }));
const write = (file: string, text: string): void => {
  mkdirSync(dirname(join(root, file)), { recursive: true });
  writeFileSync(join(root, file), text);
};
const know = (suite: string, arms: Readonly<Record<string, string>> = {}): void =>
  knowSuiteFiles(suite, {
    file: join(root, "suites", suite, "suite.ts"),
    arms: new Map(Object.entries(arms).map(([arm, file]) => [arm, join(root, file)])),
  });
write("package.json", "{}");
enterProject(root);
write("node_modules/zod/index.js", "");
write("types/claims.ts", "");
write("baselines/model.ts", 'import "./table.json";');
write("baselines/table.json", "[1]");
write(
  "suites/one/suite.ts",
  'import type { Claim } from "../../types/claims.ts";\nimport "../../baselines/model.ts";\nimport "zod";\nimport "../../node_modules/zod/index.js";',
);
write("suites/one/suite.test.ts", 'import "./suite.ts";');
write("suites/other/suite.ts", "");
know("one");
know("other");

/** Files of the project, without those of the harness, which this project has installed. */
const ownFiles = (suite: string, model?: string): string[] =>
  sourceFiles(root, { suite, ...(model !== undefined && { model }) }).filter((file) => !file.startsWith("/"));

/** Whether the hash changes with the contents of a file, which stay. */
function counts(file: string, text: string, suite = "one", model?: string): boolean {
  const of = { suite, ...(model !== undefined && { model }) };
  const before = sourceSha256(root, of);
  write(file, text);
  return sourceSha256(root, of) !== before;
}

const refused = (work: () => unknown, message: RegExp): void =>
  assert.throws(work, (error: unknown) => {
    assert.ok(error instanceof HarnessError, String(error));
    assert.equal(error.exitCode, 3);
    assert.match(error.message, message);
    return true;
  });

describe("the sources of a suite's runs", () => {
  it("are its own file, the worker of the harness, and what they import but types and packages", () => {
    assert.deepEqual(ownFiles("one"), ["baselines/model.ts", "baselines/table.json", "suites/one/suite.ts"]);
    const harness = sourceFiles(root, { suite: "one" }).filter((file) => file.startsWith("/"));
    assert.equal(harness.includes(join(PROJECT, "harness", "worker", "train.ts")), true);
  });

  it("change their hash with their code; other files do not", () => {
    for (const file of ["types/claims.ts", "suites/other/suite.ts", "suites/one/suite.test.ts", "baselines/other.ts"])
      assert.equal(counts(file, "export const CHANGED = 1;"), false, file);
    assert.equal(counts("baselines/table.json", "[2]"), true);
    assert.equal(counts("baselines/model.ts", ""), true, "it imports less");
    assert.equal(counts("baselines/model.ts", 'import "./table.json";'), true);
  });

  it("do not change their hash with comments, formatting and types", () => {
    const text = 'import type { C } from "../types/claims.ts";\nimport "./table.json"; // from "./lost.ts"';
    assert.equal(counts("baselines/model.ts", text), false);
    assert.equal(counts("baselines/model.ts", `${text}\nexport interface Other { a: C }\n`), false);
  });

  it("are the same in another checkout, and are read there", () => {
    const copy = mkdtempSync(join(tmpdir(), "sources-copy-"));
    cpSync(root, copy, { recursive: true });
    writeFileSync(join(copy, "tsconfig.json"), '{ "compilerOptions": { "target": "es5" } }');
    assert.equal(sourceSha256(copy, { suite: "one" }), sourceSha256(root, { suite: "one" }));
    writeFileSync(join(copy, "baselines", "table.json"), "[3]");
    assert.notEqual(sourceSha256(copy, { suite: "one" }), sourceSha256(root, { suite: "one" }));
    rmSync(copy, { recursive: true });
  });

  it("that cannot be read are named", () => {
    write("suites/broken/suite.ts", 'import "../../baselines/lost.ts";');
    know("broken");
    refused(
      () => sourceSha256(root, { suite: "broken" }),
      /The source .*baselines\/lost\.ts cannot be read.*Restore it/,
    );
    know("gone");
    refused(() => sourceSha256(root, { suite: "gone" }), /The source .*suites\/gone\/suite\.ts cannot be read/);
  });

  it("of a suite that nobody has defined are unknown: nothing is hashed in their place", () => {
    refused(
      () => sourceSha256(root, { suite: "unheard-of" }),
      /suite "unheard-of" is unknown.*path of the suite's module/,
    );
  });
});

describe("the sources of an arm's runs", () => {
  write("models/shared.ts", "export const shared = 1;");
  write("models/ali.ts", 'import { shared } from "./shared.ts"; export const ali = { shared };');
  write("models/gan.ts", "export const gan = {};");
  write("models/vae.ts", 'import { ali } from "./ali.ts"; export const vae = { ...ali };');
  write(
    "suites/arms/suite.ts",
    'import { ali } from "../../models/ali.ts"; import { gan } from "../../models/gan.ts"; import { vae } from "../../models/vae.ts"; import "./run.ts"; f(ali, gan, vae);',
  );
  write("suites/arms/run.ts", "export const run = 1;");
  know("arms", { ali: "models/ali.ts", gan: "models/gan.ts", vae: "models/vae.ts" });

  it("leave out the modules of the other arms, and what they alone import", () => {
    const shared = ["suites/arms/run.ts", "suites/arms/suite.ts"];
    assert.deepEqual(ownFiles("arms", "gan"), ["models/gan.ts", ...shared]);
    assert.deepEqual(ownFiles("arms", "ali"), ["models/ali.ts", "models/shared.ts", ...shared]);
    assert.deepEqual(ownFiles("arms", "vae"), ["models/ali.ts", "models/shared.ts", "models/vae.ts", ...shared]);
    assert.equal(ownFiles("arms").length, 6, "of the whole suite are all");
    assert.equal(ownFiles("arms", "unheard-of").length, 2, "of no arm's model");
  });

  it("change their hash with their own module and with what is shared, and with no other arm's", () => {
    assert.equal(counts("models/ali.ts", "export const ali = 2;", "arms", "gan"), false);
    assert.equal(counts("models/ali.ts", "export const ali = 3;", "arms", "ali"), true);
    assert.equal(counts("models/ali.ts", "export const ali = 4;", "arms", "vae"), true);
    assert.equal(counts("models/ali.ts", "export const ali = 5;", "arms"), true);
    assert.equal(counts("models/gan.ts", "export const gan = 2;", "arms", "gan"), true);
    for (const arm of ["ali", "gan", "vae"])
      assert.equal(counts("suites/arms/run.ts", `export const run = "${arm}";`, "arms", arm), true);
  });

  it("do not change when another arm's module moves", () => {
    const suite = readFileSync(join(root, "suites", "arms", "suite.ts"), "utf8");
    const before = sourceSha256(root, { suite: "arms", model: "gan" });
    write("models/moved/ali.ts", "export const ali = 5;");
    write("suites/arms/suite.ts", suite.replace("models/ali.ts", "models/moved/ali.ts"));
    know("arms", { ali: "models/moved/ali.ts", gan: "models/gan.ts", vae: "models/vae.ts" });
    assert.equal(sourceSha256(root, { suite: "arms", model: "gan" }), before);
    write("suites/arms/suite.ts", suite);
    know("arms", { ali: "models/ali.ts", gan: "models/gan.ts", vae: "models/vae.ts" });
  });

  it("have another arm's module where the suite takes more of it than its model, or another file imports it", () => {
    write("suites/more/suite.ts", 'import { ali, HELPER } from "../../models/ali.ts"; f(ali, HELPER);');
    know("more", { ali: "models/ali.ts", gan: "models/gan.ts" });
    assert.equal(ownFiles("more", "gan").includes("models/ali.ts"), true);
    write("suites/around/suite.ts", 'import { ali } from "../../models/ali.ts"; import "./measure.ts"; f(ali);');
    write("suites/around/measure.ts", 'import { ali } from "../../models/ali.ts"; g(ali);');
    know("around", { ali: "models/ali.ts", gan: "models/gan.ts" });
    assert.equal(ownFiles("around", "gan").includes("models/ali.ts"), true);
  });
});

describe("the sources of this project", () => {
  it("are its models and data, and no report, command or test", () => {
    const files = sourceFiles(PROJECT, { suite: toyModesSuite.id });
    for (const file of ["baselines/models/gan/objective.ts", "datasets/mixture.ts", "harness/worker/train.ts"])
      assert.equal(files.includes(file), true, file);
    const outside = /^(reports|ci|harness\/cli|suites\/theory)\/|\.test\.ts$/;
    assert.deepEqual(
      files.filter((file) => outside.test(file)),
      [],
    );
  });

  it("of GAN on the toy have of ALI only its networks and losses, which GAN shares, and those of ALI nothing of GAN", () => {
    const filesOf = (model: string, folder: string): string[] =>
      sourceFiles(PROJECT, { suite: toyModesSuite.id, model }).filter((file) => file.startsWith(folder));
    const [ali, gan] = ["baselines/models/ali/", "baselines/models/gan/"];
    assert.deepEqual(filesOf("gan", ali), [`${ali}networks.ts`, `${ali}objective.ts`]);
    assert.deepEqual(filesOf("ali", gan), []);
    assert.equal(filesOf("ali", ali).includes(`${ali}model.ts`), true);
    assert.equal(filesOf("gan", gan).includes(`${gan}model.ts`), true);
  });
});
