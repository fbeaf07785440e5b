import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, it } from "node:test";
import { pathToFileURL } from "node:url";
import { acquireLock, type Lock } from "./lock.ts";

const folder = mkdtempSync(join(tmpdir(), "lock-test-"));
after(() => rmSync(folder, { recursive: true, force: true }));

/** Another process that takes the lock, says so, and keeps it; `busy` blocks its event loop meanwhile. */
async function otherHolder(path: string, what: string, busy = false): Promise<ChildProcess> {
  const module = pathToFileURL(join(import.meta.dirname, "lock.ts")).href;
  const code = `
    const { acquireLock } = await import(${JSON.stringify(module)});
    const lock = await acquireLock(${JSON.stringify(path)}, ${JSON.stringify(what)});
    console.log("release" in lock ? "held" : "refused");
    ${busy ? "setTimeout(() => { for (;;); }, 20);" : "setInterval(() => {}, 1000);"}`;
  const child = spawn(process.execPath, ["--import", "tsx", "--input-type=module", "--eval", code]);
  const [said] = (await once(child.stdout, "data")) as [Buffer];
  assert.equal(String(said).trim(), "held");
  return child;
}

async function killed(child: ChildProcess): Promise<void> {
  child.kill("SIGKILL");
  await once(child, "exit");
}

async function taken(path: string): Promise<Lock> {
  const lock = await acquireLock(path, "testing");
  assert.ok("release" in lock, `held by ${JSON.stringify(lock)}`);
  return lock;
}

describe("a lock", () => {
  it("is free again after its release", async () => {
    const path = join(folder, "free");
    await (await taken(path)).release();
    await (await taken(path)).release();
  });

  it("tells who holds it, in the same process too", async () => {
    const path = join(folder, "same-process");
    const lock = await taken(path);
    const second = await acquireLock(path, "second");
    assert.ok("heldBy" in second, `"heldBy" in second`);
    assert.equal(second.heldBy.pid, process.pid);
    assert.equal(second.heldBy.what, "testing");
    await lock.release();
  });

  it("tells who holds it in another process, and is released by kill -9", async () => {
    const path = join(folder, "killed");
    const child = await otherHolder(path, "running toy-modes");
    const refused = await acquireLock(path, "testing");
    assert.ok("heldBy" in refused, `"heldBy" in refused`);
    assert.equal(refused.heldBy.pid, child.pid);
    assert.equal(refused.heldBy.what, "running toy-modes");
    assert.ok(
      Math.abs(Date.now() - Date.parse(refused.heldBy.since)) < 60_000,
      "Math.abs(Date.now() - Date.parse(refused.heldBy.since)) < 60_000",
    );
    await killed(child);
    await (await taken(path)).release();
  });

  it("names a holder that is too busy to answer", async () => {
    const path = join(folder, "busy");
    const child = await otherHolder(path, "training", true);
    await new Promise((wake) => setTimeout(wake, 100));
    const refused = await acquireLock(path, "testing");
    assert.ok("heldBy" in refused, `"heldBy" in refused`);
    assert.deepEqual([refused.heldBy.pid, refused.heldBy.what], [child.pid, "training"]);
    await killed(child);
  });

  it("is one lock for a folder and a link to it, and not one for its neighbour", async () => {
    const [real, link, neighbour] = ["real", "link", "neighbour"].map((name) => join(folder, name)) as [
      string,
      string,
      string,
    ];
    mkdirSync(real);
    symlinkSync(real, link);
    const lock = await taken(join(real, "not-made-yet"));
    assert.ok(
      "heldBy" in (await acquireLock(join(link, "not-made-yet"), "testing")),
      `"heldBy" in (await acquireLock(join(link, "not-made-yet"), "testing"))`,
    );
    await (await taken(join(neighbour, "not-made-yet"))).release();
    await lock.release();
  });

  it("goes to exactly one of many that ask at once", async () => {
    const answers = await Promise.all(Array.from({ length: 8 }, () => acquireLock(join(folder, "race"), "racing")));
    const locks = answers.filter((answer): answer is Lock => "release" in answer);
    assert.equal(locks.length, 1);
    await locks[0]!.release();
  });
});
