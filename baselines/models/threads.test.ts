/** Threads between operations make no difference to a run's bits: a run may get as many as there are cores to spare. */
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { join } from "node:path";
import { describe, test } from "node:test";
import { promisify } from "node:util";
import { NEEDS_TENSORFLOW } from "../../harness/engine/tensorflow/capture/engine-for-tests.ts";

interface Trained {
  readonly states: readonly { readonly model: string; readonly kind: string; readonly sha256: string }[];
  /** Threads of the process. */
  readonly threads: number;
}

/**
 * A process of its own: threads are read when the engine loads. One that a signal ends is started once more, as a suite does with
 * its workers: once in some 200 starts the engine's threads have ended one by SIGSEGV (the notebook, "A process that threads end").
 */
async function trainOn(threads: number, say: (line: string) => void): Promise<Trained> {
  const fixture = join(import.meta.dirname, "testing", "threads-fixture.ts");
  const start = () =>
    promisify(execFile)(process.execPath, ["--import", import.meta.resolve("tsx"), fixture, String(threads)], {
      env: { ...process.env, NODE_TEST_CONTEXT: undefined },
    });
  const { stdout } = await start().catch((error: Error & { readonly signal?: string | null }) => {
    if (!error.signal) throw error;
    say(`the process of ${threads} threads was ended by ${error.signal}; started once more`);
    return start();
  });
  return JSON.parse(stdout) as Trained;
}

describe("the toy's models", NEEDS_TENSORFLOW, () => {
  test("end in the same bits on one thread, two and five", async (t) => {
    const on = (threads: number) => trainOn(threads, (line) => t.diagnostic(line));
    const [one, two, five] = [await on(1), await on(2), await on(5)];
    assert.deepEqual(
      one.states.map(({ model, kind }) => [model, kind]),
      ["ali", "gan", "vae"].map((model) => [model, "captured"]),
    );
    assert.deepEqual([two.states, five.states], [one.states, one.states]);
    assert.equal(one.threads < two.threads && two.threads < five.threads, true, "the engine did not get its threads");
  });
});
