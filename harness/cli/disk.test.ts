/** A disk that is full or read-only, by file systems that this test mounts; skipped where it may not, but never in CI. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, it } from "node:test";
import { writeAtomicInBackground } from "../files/atomic-file.ts";
import { verifyStore } from "../store/verify.ts";
import {
  assertEnds,
  type Ended,
  filesBelow,
  finishedFiles,
  MAIN,
  MILLISECOND_MAIN,
  results,
  run,
} from "../testing/program-under-test.ts";

const root = mkdtempSync(join(tmpdir(), "disk-test-"));
const mounted: string[] = [];
after(() => {
  for (const folder of mounted) spawnSync("umount", [folder]);
  rmSync(root, { recursive: true, force: true });
});

/** Mounts a small file system in memory; tells why it could not. */
function mount(name: string, size: string): { folder: string; why: string | undefined } {
  const folder = join(root, name);
  mkdirSync(folder);
  if (process.platform !== "linux") return { folder, why: "tmpfs is Linux's" };
  const { status, stderr, error } = spawnSync("mount", ["-t", "tmpfs", "-o", `size=${size}`, "none", folder], {
    encoding: "utf8",
  });
  if (status === 0) mounted.push(folder);
  return { folder, why: status === 0 ? undefined : `cannot mount: ${error?.message ?? stderr.trim()}` };
}
function remount(folder: string, options: string): void {
  const { status, stderr } = spawnSync("mount", ["-o", `remount,${options}`, folder], { encoding: "utf8" });
  assert.equal(status, 0, stderr);
}

const suite = (store: string, out: string): Promise<Ended> =>
  run(MILLISECOND_MAIN, [
    ...["suite", "millisecond", "--profile", "smoke", "--engine", "cpu", "--workers", "2", "--replicates", "4"],
    ...["--checkpoint-every", "5", "--store", store, "--out", out],
  ]);

// Room for the records and arrays of some runs only: a file takes a page of 4 kB at least.
const disk = mount("disk", "64k");
if (disk.why && process.env.CI && process.platform === "linux")
  throw new Error(
    `The tests of full disks cannot be done: ${disk.why}. As root: sudo -E env "PATH=$PATH" bash .ci/run`,
  );
if (disk.why) console.log(`# skipped: ${disk.why}`);

describe("a disk", { skip: disk.why }, () => {
  const quiet = join(root, "quiet");
  const pages = join(root, "pages");
  const store = join(disk.folder, "store");

  it("that is full ends a suite with exit code 3 and what to do; with room it goes on, and nothing is lost", async () => {
    const full = await suite(store, pages);
    assert.equal(full.code, 3, full.stderr);
    assert.match(
      full.stderr,
      /Error: Cannot write .*: the disk is full \(ENOSPC\)\. Nothing stored before is lost\. Make room/,
    );
    assert.doesNotMatch(full.stderr, /This is a bug/);
    const kept = finishedFiles(store);
    assert.ok(kept.size > 0 && kept.size < 8, `${kept.size} runs were stored before the disk was full`);
    const again = await suite(store, pages);
    assert.equal(again.code, 3, again.stderr);

    remount(disk.folder, "size=4m");
    const done = await suite(store, pages);
    assert.equal(done.code, 0, done.stderr);
    const now = finishedFiles(store);
    for (const [file, was] of kept) assert.deepEqual(now.get(file), was);
    assert.equal((await suite(quiet, pages)).code, 0);
    assert.deepEqual(results(store), results(quiet));
    assert.deepEqual(
      filesBelow(store).filter((file) => /tmp$|checkpoint/.test(file)),
      [],
    );
  });

  it("that is full ends a collection with exit code 3; with room it goes on to whole runs", async () => {
    const { folder } = mount("collected", "64k");
    const into = join(folder, "store");
    const collect = (): Promise<Ended> => run(MAIN, ["collect", "--from", quiet, "--into", into]);
    assertEnds(await collect(), 3, /the disk is full \(ENOSPC\).*--into/);
    assert.deepEqual(verifyStore(into).problems, []);
    remount(folder, "size=4m");
    assertEnds(await collect(), 0);
    assert.deepEqual([verifyStore(into).problems, results(into)], [[], results(quiet)]);
  });

  it("that becomes full in the middle of a large file keeps nothing of it", async () => {
    const file = join(disk.folder, "large");
    const parts = [Buffer.from("head"), Buffer.alloc(3 << 20, 1), Buffer.alloc(3 << 20, 2)];
    await assert.rejects(writeAtomicInBackground(file, parts), /Cannot write .*large: the disk is full \(ENOSPC\)/);
    assert.deepEqual(
      filesBelow(disk.folder).filter((name) => name.includes("large")),
      [],
    );
  });

  it("that is full or read-only where the report is to go costs the report alone", async () => {
    writeFileSync(join(disk.folder, "filler"), "");
    remount(disk.folder, "size=200k");
    const filler = join(disk.folder, "filler");
    assert.throws(() => writeFileSync(filler, new Uint8Array(1 << 20)), { code: "ENOSPC" });
    const full = await suite(quiet, join(disk.folder, "pages"));
    assert.equal(full.code, 3, full.stderr);
    assert.match(full.stderr, /Cannot write .*pages.*: the disk is full \(ENOSPC\).*--out/);
    rmSync(filler);
    remount(disk.folder, "ro");
    const readOnly = await suite(quiet, join(disk.folder, "pages"));
    assert.equal(readOnly.code, 3, readOnly.stderr);
    assert.match(readOnly.stderr, /Cannot write .*: the file system is read-only \(EROFS\)/);
    remount(disk.folder, "rw");
    assert.equal((await suite(quiet, join(disk.folder, "pages"))).code, 0);
  });

  it("that is read-only serves a finished store, and refuses a new one", async () => {
    remount(disk.folder, "ro");
    assert.equal((await suite(store, pages)).code, 0);
    const refused = await suite(join(disk.folder, "new"), pages);
    assert.equal(refused.code, 3, refused.stderr);
    assert.match(refused.stderr, /Cannot write .*new\/store\.json: the file system is read-only \(EROFS\)/);
  });
});
