/** Temporary folders when the system's temporary folder is missing, a file, read-only or full. */
import assert from "node:assert/strict";
import fs, { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { syncBuiltinESMExports } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { after, afterEach, describe, it, mock } from "node:test";
import { HarnessError } from "../errors.ts";
import { acquireLock } from "./lock.ts";
import { temporaryFolder } from "./temporary-folder.ts";

const folder = mkdtempSync(join(tmpdir(), "temporary-folder-test-"));
const before = { TMPDIR: process.env.TMPDIR, ALI_CACHE: process.env.ALI_CACHE };
const file = join(folder, "file");
const cache = join(folder, "cache");
writeFileSync(file, "");

function restore(): void {
  mock.restoreAll();
  syncBuiltinESMExports();
  for (const [name, value] of Object.entries(before))
    if (value === undefined) delete process.env[name];
    else process.env[name] = value;
}
afterEach(restore);
after(() => rmSync(folder, { recursive: true, force: true }));

/** Makes writes below a folder fail with this error code, e.g. ENOSPC. */
function answer(below: string, code: string, call: "writeFileSync" | "mkdtempSync"): void {
  const real = fs[call] as (...args: unknown[]) => unknown;
  mock.method(fs, call, (...args: unknown[]) => {
    if (String(args[0]).startsWith(below)) throw Object.assign(new Error(`${code}: injected`), { code });
    return real(...args);
  });
  syncBuiltinESMExports();
}
const made = () => temporaryFolder("A file of a test", "test-", { a: "contents" });

/** Asserts that the folder is made in the cache with its file, and leaves nothing behind. */
function assertInCache(): void {
  const { path, remove } = made();
  assert.equal(dirname(path), join(cache, "tmp"));
  assert.equal(readFileSync(join(path, "a"), "utf8"), "contents");
  remove();
  assert.equal(existsSync(path), false);
}

describe("a temporary folder", () => {
  it("is made in the system's place, and removed", () => {
    process.env.ALI_CACHE = cache;
    const { path, remove } = made();
    assert.equal(dirname(path), tmpdir());
    remove();
    remove();
    assert.equal(existsSync(path), false);
    assert.equal(existsSync(cache), false, "the cache is not touched");
  });

  for (const [what, place] of Object.entries({
    missing: join(folder, "missing", "tmp"),
    "a file": file,
    "of the kernel, which takes no folders": "/proc",
  }))
    it(`is made in the cache where the system's place is ${what}`, () => {
      Object.assign(process.env, { ALI_CACHE: cache, TMPDIR: place });
      assertInCache();
      assert.equal(existsSync(join(folder, "missing")), false, "a wrong path is not made");
    });

  for (const code of ["EROFS", "EACCES", "EDQUOT"])
    it(`is made in the cache where the system's place answers ${code}`, () => {
      const place = join(folder, code);
      mkdirSync(place);
      Object.assign(process.env, { ALI_CACHE: cache, TMPDIR: place });
      answer(place, code, "mkdtempSync");
      assertInCache();
    });

  it("is made in the cache where the system's place is full, and leaves nothing there", () => {
    const place = join(folder, "full");
    mkdirSync(place);
    Object.assign(process.env, { ALI_CACHE: cache, TMPDIR: place });
    answer(place, "ENOSPC", "writeFileSync");
    assertInCache();
    assert.deepEqual(readdirSync(place), []);
  });

  it("that can be made nowhere is an error that names each place, its fault, and what to do", () => {
    Object.assign(process.env, { ALI_CACHE: file, TMPDIR: "/proc" });
    assert.throws(made, (error) => {
      assert.ok(error instanceof HarnessError);
      assert.equal(error.exitCode, 3);
      assert.match(error.message, /^A file of a test cannot be written to a temporary folder \(\/proc: .*ENOENT\)/);
      assert.match(error.message, /file\/tmp: a part of the path is not a folder \(ENOTDIR\)/);
      assert.match(error.message, /Set TMPDIR to a folder/);
      return true;
    });
  });
});

it("a lock needs no place for its note", {
  skip: process.platform === "darwin" && "its socket is a file",
}, async () => {
  for (const place of [file, "/proc", join(folder, "missing")]) {
    process.env.TMPDIR = place;
    const lock = await acquireLock(join(folder, "locked"), "a test");
    assert.ok("release" in lock, place);
    await lock.release();
  }
});
