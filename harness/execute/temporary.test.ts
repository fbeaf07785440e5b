/** Whole programs with an unusable temporary folder: their steps are still captured, or the programs end. */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, describe, it } from "node:test";
import { pathToFileURL } from "node:url";
import { NEEDS_TENSORFLOW } from "../engine/tensorflow/capture/engine-for-tests.ts";
import { assertEnds, FAST_TEMPORARY, MILLISECOND_MAIN, records, run } from "../testing/program-under-test.ts";

const folder = mkdtempSync(join(FAST_TEMPORARY, "temporary-test-"));
after(() => rmSync(folder, { recursive: true, force: true }));
const file = join(folder, "file");
writeFileSync(file, "");

const program = (store: string, verb: string, more: string[], env: Record<string, string>) =>
  run(
    MILLISECOND_MAIN,
    [
      ...[verb, "millisecond", "--profile", "smoke", "--engine", "tensorflow", "--workers", "1", "--replicates", "1"],
      ...["--store", join(folder, store), ...more],
    ],
    env,
  );
const suite = (store: string, env: Record<string, string>) =>
  program(store, "suite", ["--out", join(folder, "pages")], env);
const steps = (store: string): unknown[] =>
  [...records(join(folder, store)).values()].map(({ state, provenance }) => `${state}, ${provenance.step.kind}`);

describe("a suite whose TMPDIR", NEEDS_TENSORFLOW, () => {
  it("is missing has its steps captured all the same", async () => {
    assertEnds(await suite("missing", { TMPDIR: join(folder, "nowhere") }), 0);
    assert.deepEqual(steps("missing"), ["finished, captured", "finished, captured"]);
  });

  it("is a file has its steps captured all the same", async () => {
    assertEnds(await suite("of-a-file", { TMPDIR: file }), 0);
    assert.deepEqual(steps("of-a-file"), ["finished, captured", "finished, captured"]);
  });

  it("is full, as is every other place, ends with a message, stores nothing, and goes on when there is room", async () => {
    const full = {
      NODE_OPTIONS: `--import=${pathToFileURL(join(import.meta.dirname, "..", "testing", "full-disk.mjs")).href}`,
    };
    const said = /The graph of a training step cannot be written .*the disk is full \(ENOSPC\).*Set TMPDIR/;
    assertEnds(await suite("full", full), 3, said);
    assert.deepEqual(steps("full"), []);
    assertEnds(await program("full", "plan", [], full), 3, said);
    assertEnds(await suite("full", {}), 0);
    assert.deepEqual(steps("full"), ["finished, captured", "finished, captured"]);
  });
});
