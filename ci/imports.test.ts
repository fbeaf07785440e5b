import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "node:test";
import { type Import, importsOf } from "../harness/provenance/imports.ts";
import { fileCircle, folderCircle, violation } from "./imports.ts";
import { FOLDERS, filesIn, ROOT } from "./source-tree.ts";

/** Tests whose examples are no imports. */
const EXAMPLES = [
  ...["ci/imports.test.ts", "harness/provenance/imports.test.ts"],
  ...["harness/provenance/source-code.test.ts", "harness/provenance/sources.test.ts"],
];
const IMPORTS = ["main.ts", "index.ts", "suite.ts", ...filesIn(ROOT, FOLDERS, ".ts")]
  .filter((file) => !EXAMPLES.includes(file))
  .flatMap((file) => importsOf(file, readFileSync(join(ROOT, file), "utf8")));

describe("the source tree", () => {
  test("imports point one way", () => {
    const wrong = IMPORTS.flatMap((found) => {
      const why = violation(found, FOLDERS);
      return why ? [`${found.file}:${found.line}  ${found.text}\n    ${why}`] : [];
    });
    assert.equal(wrong.join("\n"), "");
  });

  // Tests may import what they like: nothing imports them.
  const counted = IMPORTS.filter(
    ({ file, target }) => FOLDERS.some((folder) => target.startsWith(`${folder}/`)) && !file.endsWith(".test.ts"),
  );
  test("no files import each other in a circle", () => assert.equal(fileCircle(counted)?.join(" → "), undefined));
  test("no folders import each other in a circle", () => assert.equal(folderCircle(counted)?.join(" → "), undefined));

  test("main.ts is not imported", () => {
    assert.deepEqual(
      IMPORTS.filter(({ target }) => target === "main.ts").map(({ file }) => file),
      [],
    );
  });

  test("relative imports name a file with its ending", () => {
    const without = IMPORTS.filter(({ target }) => FOLDERS.some((folder) => target.startsWith(`${folder}/`)))
      .filter(({ target }) => !/\.(ts|js|json|html|css|hbs|py)$/.test(target))
      .map(({ file, line, text }) => `${file}:${line}  ${text}`);
    assert.deepEqual(without, []);
  });
});

describe("the check", () => {
  const why = (file: string, line: string): string | undefined => {
    const [found] = importsOf(file, line);
    return violation(found!, FOLDERS);
  };
  const allowed: readonly (readonly [string, string])[] = [
    ["suites/toy/suite.ts", 'import { ali } from "../../baselines/models/ali/model.ts";'],
    ["suites/toy/suite.ts", 'import { mixture } from "../../datasets/mixture.ts";'],
    ["reports/pages/page.ts", 'import type { ReportData } from "../../harness/verdict/report-data.ts";'],
    ["harness/contract/run.ts", 'import { z } from "zod";'],
    ["harness/nn/adam.ts", 'import * as tf from "@tensorflow/tfjs-core";'],
    ["harness/engine/wasm/load.ts", 'await import("@tensorflow/tfjs-backend-wasm");'],
    ["ci/test.ts", 'import { findBrowser } from "../reports/browser.ts";'],
  ];
  for (const [file, line] of allowed) test(`allows ${file}: ${line}`, () => assert.equal(why(file, line), undefined));

  const refused: readonly (readonly [string, string, RegExp])[] = [
    [
      "harness/contract/run.ts",
      'import { ali } from "../../baselines/models/ali/model.ts";',
      /harness may import from no other/,
    ],
    ["harness/cli/run-cli.ts", 'import type { A } from "../../suites/index.ts";', /not from suites/],
    [
      "reports/pages/page.ts",
      'const { x } = await import("../../suites/index.ts");',
      /may import from harness, not from suites/,
    ],
    ["baselines/papers/ali/published.ts", 'export { y } from "../../../datasets/mixture.ts";', /not from datasets/],
    ["datasets/mixture.ts", 'import "../ci/test.ts";', /not from ci/],
    ["suites/toy/suite.ts", 'import "../../main.ts";', /nothing from the root/],
    ["suites/toy/suite.ts", 'import * as tf from "@tensorflow/tfjs";', /only harness\/engine/],
    ["ci/test.ts", 'createRequire(import.meta.url)("@tensorflow/tfjs-node-gpu");', /only harness\/engine/],
    ["harness/nn/adam.ts", "import '@tensorflow/tfjs-backend-cpu';", /only harness\/engine/],
    ["harness/nn/adam.ts", 'require("@tensorflow/tfjs-node/dist/index.js");', /only harness\/engine/],
  ];
  for (const [file, line, reason] of refused)
    test(`refuses ${file}: ${line}`, () => assert.match(why(file, line) ?? "allowed", reason));

  test("finds the line of an import over several lines", () => {
    const [found] = importsOf("harness/a.ts", '/** About. */\nimport {\n  b,\n} from "./b.ts";\n');
    const text = '} from "./b.ts";';
    const [specifier, target] = ["./b.ts", "harness/b.ts"];
    assert.deepEqual(found, { file: "harness/a.ts", line: 4, text, specifier, target, typeOnly: false });
  });

  test("passes over comments", () => assert.deepEqual(importsOf("harness/a.ts", '// import "../ci/test.ts";'), []));

  const edge = (file: string, target: string): Import => {
    return { file, specifier: target, target, line: 1, text: "", typeOnly: false };
  };

  test("finds a circle of files, however long", () => {
    const imports = [edge("harness/a.ts", "harness/b/b.ts"), edge("harness/b/b.ts", "harness/c.ts")];
    assert.equal(fileCircle(imports), undefined);
    const found = ["harness/a.ts", "harness/b/b.ts", "harness/c.ts", "harness/a.ts"];
    assert.deepEqual(fileCircle([...imports, edge("harness/c.ts", "harness/a.ts")]), found);
    assert.equal(fileCircle([...imports, edge("harness/a.ts", "harness/c.ts")]), undefined, "two ways are no circle");
  });

  test("finds a circle of folders that lie next to each other, at every level", () => {
    const imports = [edge("harness/a/a.ts", "harness/b/x/b.ts"), edge("harness/b/y/b.ts", "harness/c/c.ts")];
    assert.equal(folderCircle(imports), undefined);
    const found = ["harness/a", "harness/b", "harness/c", "harness/a"];
    assert.deepEqual(folderCircle([...imports, edge("harness/c/z/c.ts", "harness/a/other.ts")]), found);
    const tops = [edge("harness/a/a.ts", "reports/b.ts"), edge("reports/c/c.ts", "harness/d.ts")];
    assert.deepEqual(folderCircle(tops), ["harness", "reports", "harness"]);
    assert.deepEqual(folderCircle([edge("a/b/c.ts", "a/d/e.ts"), edge("a/d/f.ts", "a/b/g/h.ts")]), [
      "a/b",
      "a/d",
      "a/b",
    ]);
  });

  test("lets a folder and a folder in it import each other", () =>
    assert.equal(folderCircle([edge("a/b.ts", "a/c/d.ts"), edge("a/c/d.ts", "a/e.ts")]), undefined));
});
