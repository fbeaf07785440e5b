/** `bench` as a person meets it. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, test } from "node:test";
import { BenchResult } from "../bench/result.ts";
import { ROOT } from "../testing/program-under-test.ts";

const root = mkdtempSync(join(tmpdir(), "bench-test-"));
after(() => rmSync(root, { recursive: true, force: true }));
const at = (name: string): string => join(root, name);

function bench(args: readonly string[], env: NodeJS.ProcessEnv = {}) {
  return spawnSync(process.execPath, ["main.js", "bench", ...args], {
    cwd: ROOT,
    encoding: "utf8",
    env: { ...process.env, ...env },
  });
}

describe("wrong use", () => {
  const cases: readonly (readonly [args: string[], message: RegExp])[] = [
    [["toy-alii"], /Unknown case "toy-alii"\. Did you mean "toy-ali"\? Known: toy-ali, /],
    [["toy-ali", "--peer", "jax"], /Unknown peer "jax"\. Known: pytorch, sklearn\./],
    [["help-start", "--peer", "pytorch"], /help-start has nothing of pytorch beside it\. These have: toy-ali, /],
    [["toy-ali", "--alternations", "0"], /--alternations takes a whole number from 1 to 1000, got "0"/],
    [["toy-ali", "--python", ""], /--python is empty/],
    [["toy-ali", "--engine", "tensorfow"], /Unknown engine "tensorfow"\. Did you mean "tensorflow"\?/],
    [["--table", "--out", at("nothing")], /No result of the bench is in .*nothing.bench\. Run npm run bench first/],
  ];
  for (const [args, message] of cases)
    test(args.join(" "), () => {
      const { status, stderr, stdout } = bench(args);
      assert.match(stderr, message);
      assert.deepEqual([status, stdout], [2, ""]);
    });

  test("a Python that cannot be started, or has no PyTorch, is exit code 3 and says what to install", () => {
    const missing = bench(["toy-ali", "--peer", "pytorch", "--python", "/nowhere/python"]);
    assert.match(missing.stderr, /\/nowhere\/python cannot be started\. .*pip install torch.*--python .*BENCH_PYTHON/);
    assert.equal(missing.status, 3);
    // Node is no Python: it has no PyTorch either.
    const without = bench(["toy-ali", "--peer", "pytorch"], { BENCH_PYTHON: process.execPath });
    assert.match(without.stderr, /has no PyTorch \(.+\)\. Make an environment/);
    assert.equal(without.status, 3);
  });
});

describe("a case", () => {
  const out = at("out");
  const { status, stdout, stderr } = bench(["help-start", "--alternations", "2", "--json", "--out", out]);

  test("gives one JSON text, which is stored too", () => {
    assert.equal(status, 0, stderr);
    const result = BenchResult.parse(JSON.parse(stdout));
    assert.deepEqual([result.case, result.alternations], ["help-start", 2]);
    assert.deepEqual(
      result.measured.map(({ name, ms }) => [name, ms.n]),
      [
        ["--help", 2],
        ["node -e 0", 2],
      ],
    );
    for (const { name, peakMemoryBytes } of result.measured)
      assert.equal(peakMemoryBytes! > 10e6, true, `${name} took ${peakMemoryBytes} bytes`);
    assert.deepEqual(Object.keys(result.ratio), ["node -e 0"]);
    assert.deepEqual(JSON.parse(readFileSync(join(out, "bench", "help-start.json"), "utf8")), result);
  });

  test("becomes a row of the table", () => {
    const table = bench(["--table", "--out", out]);
    assert.match(table.stdout, /^\| case \| ours, median \|.*\n.*\n\| `help-start` \| \S+ m?s \| node -e 0 \| \*\*/);
    assert.equal(table.status, 0, table.stderr);
  });

  test("a stored result that is none is exit code 3", () => {
    const file = join(out, "bench", "help-start.json");
    for (const text of ["{}", "no JSON"]) {
      writeFileSync(file, text);
      const table = bench(["--table", "--out", out]);
      assert.match(table.stderr, /help-start\.json is no result of this program\. Remove it and measure again/);
      assert.equal(table.status, 3);
    }
  });
});
