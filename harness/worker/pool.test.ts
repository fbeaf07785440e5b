/** Worker processes that do not answer. */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, it } from "node:test";
import { HarnessError } from "../errors.ts";
import { startWorker } from "./pool.ts";

const folder = mkdtempSync(join(tmpdir(), "pool-test-"));
const main = process.argv[1]!;
after(() => {
  process.argv[1] = main;
  rmSync(folder, { recursive: true, force: true });
});

describe("an engine", () => {
  it("that does not open, in a process that lives, is given up", async () => {
    // It tells that it is alive, again and again, and nothing else.
    process.argv[1] = join(folder, "silent.mjs");
    writeFileSync(
      process.argv[1],
      'process.on("message", () => {}); setInterval(() => process.send({ type: "alive" }), 20);',
    );
    await assert.rejects(startWorker({ requested: "cpu" }, 1, 500), (error: unknown) => {
      assert.ok(error instanceof HarnessError, String(error));
      assert.match(
        error.message,
        /The engine did not open: the worker process did not answer within \d s, and was ended/,
      );
      return true;
    });
  });
});
