/** Two machines from which a cluster takes jobs, and one store. */
import assert from "node:assert/strict";
import { existsSync, mkdtempSync, rmSync, utimesSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, it } from "node:test";
import { HarnessError } from "../../errors.ts";
import { holdForSlurm, TakenOver } from "./coordinator-file.ts";

const folder = mkdtempSync(join(tmpdir(), "coordinator-file-"));
after(() => rmSync(folder, { recursive: true, force: true }));

const newStore = (): string => mkdtempSync(join(folder, "store-"));
const fileOf = (store: string): string => join(store, "slurm", "coordinator.json");
const [login1, login2] = [
  { host: "login1", pid: 11 },
  { host: "login2", pid: 22 },
];
/** As if the last heartbeat was so long ago. */
function age(store: string, seconds: number): void {
  const then = new Date(Date.now() - 1_000 * seconds);
  utimesSync(fileOf(store), then, then);
}

describe("the store of a coordinator", () => {
  it("is refused to another machine's while its heart beats", () => {
    const store = newStore();
    const hold = holdForSlurm(store, login1);
    age(store, 100);
    assert.throws(
      () => holdForSlurm(store, login2),
      (error: unknown) => {
        assert.ok(error instanceof HarnessError, String(error));
        assert.equal(error.exitCode, 3);
        assert.match(error.message, /is in use by process 11 on login1/);
        return true;
      },
    );
    age(store, 600);
    hold.beat();
    assert.throws(() => holdForSlurm(store, login2), HarnessError);
    hold.release();
    assert.equal(existsSync(fileOf(store)), false);
    holdForSlurm(store, login2).release();
  });

  it("is taken over from one that has died, which hears of it should it live", () => {
    const store = newStore();
    const first = holdForSlurm(store, login1);
    age(store, 130);
    const second = holdForSlurm(store, login2);
    assert.throws(() => first.beat(), TakenOver);
    first.release();
    assert.equal(existsSync(fileOf(store)), true, "the first one leaves the second one's file");
    second.beat();
  });

  it("is that of the same machine's next one at once: the store's lock keeps those apart", () => {
    const store = newStore();
    holdForSlurm(store, login1);
    holdForSlurm(store, { ...login1, pid: 12 }).beat();
  });
});
