/** The command as a person meets it: on this paper's numbers, without a store. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, it } from "node:test";
import { FAST_TEMPORARY, MAIN, ROOT } from "../testing/program-under-test.ts";

const root = mkdtempSync(join(FAST_TEMPORARY, "audit-test-"));
after(() => rmSync(root, { recursive: true, force: true }));
const command = (...args: string[]) =>
  spawnSync(process.execPath, [MAIN, "audit", ...args], { cwd: ROOT, encoding: "utf8" });

it("prints the audit in 100 columns, names its page and ends with 0", () => {
  const out = join(root, "text");
  const { status, stdout, stderr } = command("--out", out);
  assert.equal(status, 0, stderr);
  // Approved by a person. To renew it: `npm run --silent audit > baselines/papers/ali/fixtures/audit.txt`, then review the diff.
  assert.equal(stdout, readFileSync(join(ROOT, "baselines", "papers", "ali", "fixtures", "audit.txt"), "utf8"));
  assert.deepEqual(
    stdout.split("\n").filter((line) => line.length > 100),
    [],
  );
  assert.equal(stderr.trim(), `Report: ${join(out, "audit-ali.html")}`);
  assert.match(readFileSync(join(out, "audit-ali.html"), "utf8"), /^<!doctype html>/);
});

it("--json prints one JSON text with the same audit, and the page's path", () => {
  const out = join(root, "json");
  const { status, stdout } = command("ali", "--json", "--out", out);
  assert.equal(status, 0);
  const [{ values, comparisons, chances, crossChecks, page }, ...others] = JSON.parse(stdout);
  assert.equal(others.length, 0);
  assert.equal(page, join(out, "audit-ali.html"));
  assert.equal(existsSync(page), true);
  assert.equal(values[0].id, "toy/ali/modes");
  assert.equal(comparisons[0].test.ddof1.unitsPerArm, 105);
  assert.equal(crossChecks[0].result, "differs");
  assert.deepEqual([chances.studies, chances.seed], [500, "audit"]);
  const aliMean = chances.claims.find(({ claim }: { claim: string }) => claim === "ali-mean");
  assert.deepEqual([aliMean.suite, aliMean.margin, aliMean.arms[0].units], ["toy-modes", 3.5, 10]);
  const [exact] = aliMean.chances.of;
  assert.deepEqual(exact.truth, { margins: 0, order: "printed" });
  // SciPy 1.17.1, as in harness/audit/chances.test.ts: 81.8 % within the prediction interval, 0 % beyond the margin.
  assert.ok(Math.abs(exact.shares.CONSISTENT - 0.8177) < 0.09, String(exact.shares.CONSISTENT));
  assert.deepEqual([exact.shares.REPRODUCED, exact.shares.CONTRADICTED], [0, 0]);
});

it("a page that cannot be written is said, after the text, with its own exit code", () => {
  const blocked = join(root, "file");
  writeFileSync(blocked, "");
  const { status, stdout, stderr } = command("--out", blocked);
  assert.equal(status, 3, stderr);
  assert.match(stdout, /Cross-checks/);
  assert.doesNotMatch(stderr, /\n {4}at /);
});

it("an unknown paper is wrong use, and the message names the known ones", () => {
  const { status, stderr } = command("alli", "--out", join(root, "none"));
  assert.equal(status, 2);
  assert.match(stderr, /Unknown paper "alli"\. Did you mean "ali"\?/);
});
