/** Revalidates the toy's stored runs without their weights, by the program itself. */
import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, describe, it } from "node:test";
import { FAST_TEMPORARY, filesBelow, MAIN, run } from "../../harness/testing/program-under-test.ts";

const store = mkdtempSync(join(FAST_TEMPORARY, "without-weights-test-"));
after(() => rmSync(store, { recursive: true, force: true }));
const files = (pattern: RegExp): string[] =>
  filesBelow(store)
    .filter((file) => pattern.test(file))
    .map((file) => join(store, file));
const RECORDS = /replicate=\d+\.[0-9a-f]{16}\.json$/;

interface Checked {
  readonly path: string;
  readonly standing: string;
  readonly differences: readonly { readonly what: string }[];
  readonly finding: string;
}
async function checked(): Promise<{ code: number | null; runs: readonly Checked[] }> {
  const { code, stdout, stderr } = await run(MAIN, ["revalidate", "toy-inference", "--store", store, "--json"]);
  assert.notEqual(stdout, "", stderr);
  return { code, runs: JSON.parse(stdout).runs };
}
/** Rewrites a record as made by other code, modified by `change`, without a checksum, as in older versions. */
function rewrite(file: string, change: (record: { metrics: Record<string, number> }) => void = () => {}): void {
  const { checksum: _, ...record } = JSON.parse(readFileSync(file, "utf8"));
  record.provenance.sourceSha256 = "0".repeat(64);
  change(record);
  writeFileSync(file, JSON.stringify(record));
}

describe("runs of the toy without their weights", () => {
  it("have the same metrics, measured from their stored arrays", async () => {
    const what = ["--profile", "smoke", "--engine", "cpu", "--setting", "fixed", "--replicates", "1"];
    const out = ["--store", store, "--out", join(store, "..", `${store}-pages`)];
    const { code, stderr } = await run(MAIN, ["suite", "toy-inference", ...what, ...out]);
    rmSync(`${store}-pages`, { recursive: true, force: true });
    assert.equal(code, 0, stderr);
    for (const file of files(RECORDS)) rewrite(file);
    for (const file of files(/\.weights\.safetensors$/)) rmSync(file);

    const ended = await checked();
    assert.equal(ended.code, 0);
    const found = Object.fromEntries(
      ended.runs.map(({ path, standing }) => [path.replace("/fixed/replicate=0", ""), standing]),
    );
    assert.deepEqual(found, {
      "toy-modes/smoke/ali": "revalidated",
      "toy-modes/smoke/gan": "revalidated",
      "toy-inference/smoke/ali": "unverified",
      "toy-inference/smoke/inverse": "unverified",
      "toy-inference/smoke/post-hoc": "unverified",
      "toy-inference/smoke/vae": "revalidated",
    });
    for (const { path, finding } of ended.runs)
      assert.match(finding, /metrics measured again from the stored arrays/, path);
  });

  it("are STALE where a stored metric is not that of the arrays", async () => {
    for (const file of files(RECORDS))
      rewrite(file, ({ metrics }) => {
        metrics.share3sd = metrics.share3sd! + 1e-12;
      });
    const { code, runs } = await checked();
    assert.equal(code, 3);
    for (const { path, standing, differences } of runs) {
      assert.equal(standing, "stale", path);
      assert.deepEqual(
        differences.map(({ what }) => what),
        ["metric share3sd"],
        path,
      );
    }
  });
});
