import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";

const root = mkdtempSync(join(tmpdir(), "without-data-"));
after(() => rmSync(root, { recursive: true, force: true }));
const MAIN = join(import.meta.dirname, "..", "..", "..", "main.ts");

test("without its images a suite says NOT TESTED and how to get them, exits with 3, and installs nothing", () => {
  const [cache, store] = [join(root, "cache"), join(root, "store")];
  const args = ["--import", import.meta.resolve("tsx"), MAIN, "suite", "svhn-l2-svm", "--store", store];
  const { status, stderr } = spawnSync(process.execPath, args, {
    encoding: "utf8",
    env: { ...process.env, NODE_TEST_CONTEXT: undefined, ALI_CACHE: cache },
  });
  assert.equal(status, 3, stderr);
  assert.match(stderr, /NOT TESTED: ALI \+ L2-SVM and DCGAN \+ L2-SVM on SVHN: the data are not here\./);
  assert.match(stderr, /npm run dataset -- fetch svhn/);
  assert.deepEqual(
    readdirSync(root).filter((name) => name === "cache"),
    [],
  );
});
