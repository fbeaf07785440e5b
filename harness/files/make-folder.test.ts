import assert from "node:assert/strict";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { makeFolder } from "./make-folder.ts";

test("a folder is made with those above it, again and again", () => {
  const root = mkdtempSync(join(tmpdir(), "make-folder-"));
  makeFolder(join(root, "a", "b", "c"));
  makeFolder(join(root, "a", "b", "c"));
  assert.equal(existsSync(join(root, "a", "b", "c")), true);
  rmSync(root, { recursive: true });
});

test("a file in the way is an error", () => {
  const root = mkdtempSync(join(tmpdir(), "make-folder-"));
  writeFileSync(join(root, "file"), "");
  assert.throws(() => makeFolder(join(root, "file")), { code: "EEXIST" });
  assert.throws(() => makeFolder(join(root, "file", "below")), { code: "ENOTDIR" });
  rmSync(root, { recursive: true });
});

test("where no folder can be made it says so, and comes back", {
  skip: existsSync("/proc") ? false : "no /proc",
}, () => {
  assert.throws(() => makeFolder("/proc/nowhere/below"), { code: "ENOENT" });
});
