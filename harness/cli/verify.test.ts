/** Is a store what was stored? As a person asks it: whole programs on stores that somebody, or a kill, has changed. */
import assert from "node:assert/strict";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import {
  assertEnds,
  type Ended,
  FAST_TEMPORARY,
  filesBelow,
  MILLISECOND_MAIN,
  ProgramUnderTest,
  records,
  run,
} from "../testing/program-under-test.ts";

const root = mkdtempSync(join(FAST_TEMPORARY, "verify-command-test-"));
after(() => rmSync(root, { recursive: true, force: true }));
const at = (...names: string[]): string => join(root, ...names);

const suiteArgs = (store: string, ...more: string[]): string[] => [
  ...["suite", "millisecond", "--profile", "smoke", "--engine", "cpu", "--workers", "1"],
  ...["--store", at(store), "--out", at(`${store}-pages`), ...more],
];
const suite = (store: string, ...more: string[]): Promise<Ended> => run(MILLISECOND_MAIN, suiteArgs(store, ...more));
const verify = (store: string, ...more: string[]): Promise<Ended> =>
  run(MILLISECOND_MAIN, ["verify", "--store", at(store), ...more]);
/** A store with the four runs of the suite. */
function storeOf(name: string): string {
  cpSync(at("original"), at(name), { recursive: true });
  return name;
}
const recordsOf = (store: string): string[] => [...records(at(store)).keys()];

describe("verify", () => {
  before(async () => assertEnds(await suite("original"), 0));

  it("says that a store that nobody touched is what was stored", async () => {
    const [text, json] = await Promise.all([verify("original"), verify("original", "--json")]);
    assertEnds(text, 0, /: 4 runs, \d+ files \(a chain of 1 links since \S+\)\nEverything is what was stored\.\n$/);
    const [{ runs, chain, problems }] = JSON.parse(json.stdout);
    assert.deepEqual([runs, chain.unlisted, problems], [4, 0, []]);
  });

  it("names a run that was deleted, also when a suite has been run since; then that it was done again", async () => {
    const store = storeOf("deleted");
    const [file] = recordsOf(store);
    rmSync(at(store, file!));
    assertEnds(await verify(store), 3, `MISSING    ${file}: the chain lists it, and it is not here.`);
    assertEnds(await suite(store, "--model", "wild"), 0, "2 already stored");
    assertEnds(await verify(store), 3, `MISSING    ${file}`);
    assertEnds(await suite(store), 0, "3 already stored");
    assertEnds(await verify(store), 0, "1 runs had gone and were done again", "Everything is what was stored.");
  });

  it("names a record that was edited, and no command that reads it goes on", async () => {
    const store = storeOf("edited");
    const [file] = recordsOf(store);
    const record = JSON.parse(readFileSync(at(store, file!), "utf8"));
    record.metrics.loss /= 2;
    writeFileSync(at(store, file!), JSON.stringify(record));
    const [verified, report] = await Promise.all([
      verify(store),
      run(MILLISECOND_MAIN, ["report", "millisecond", "--store", at(store), "--out", at(`${store}-pages`)]),
    ]);
    assertEnds(verified, 3, `ALTERED    ${file}: it is not what was stored: its checksum differs.`);
    assertEnds(report, 3, at(store, file!), "it is not what was stored", "Move it away and run again");
  });

  it("takes what a kill left for what it is, and the next suite lists it", async () => {
    const program = new ProgramUnderTest(MILLISECOND_MAIN, suiteArgs("killed"), { FIXTURE_STEP_MS: "10" });
    await program.said("[1/4]");
    program.signal("SIGKILL", true);
    await program.ended;
    await program.allGone();
    assertEnds(await verify("killed"), 0, "What is here is what was stored", "no chain yet");
    assertEnds(await suite("killed"), 0, "1 already stored");
    assertEnds(await verify("killed"), 0, ": 4 runs, ", "Everything is what was stored.");
    assert.equal(filesBelow(at("killed", "chain")).length, 3, "a link before, one after, and which is the last");
  });

  it("looks at the stores below a store too", async () => {
    const store = storeOf("parts");
    for (const name of ["candidates", "reproductions", "times"])
      cpSync(at("original"), at(store, name, "0123456789ab"), { recursive: true });
    mkdirSync(at(store, "candidates", "begun"));
    assertEnds(
      await verify(store),
      0,
      /candidates\/0123456789ab: 4 runs/,
      /reproductions\/0123456789ab: 4 runs/,
      /times\/0123456789ab: 4 runs/,
    );
    const [file] = recordsOf("original");
    rmSync(at(store, "candidates", "0123456789ab", file!));
    assertEnds(await verify(store), 3, `MISSING    ${file}`);
    rmSync(at(store, "reproductions", "0123456789ab", "store.json"));
    assertEnds(await verify(store), 3, "MISSING    store.json: without this file the folder is no store");
  });
});
