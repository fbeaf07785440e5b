/** One file from which runs are done again: whole programs on a project of their own. */
import assert from "node:assert/strict";
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { after, before, describe, it } from "node:test";
import { findInstallation } from "../engine/tensorflow/install/provision.ts";
import { readExportFile } from "../reproduce/export-file.ts";
import { type Ended, ProgramUnderTest, records } from "../testing/program-under-test.ts";
import { TemporaryProject } from "../testing/project.ts";

const project = new TemporaryProject();
after(() => project.remove());
const FIXTURE = "harness/testing/slotted.ts";
const sources = readFileSync(project.at(FIXTURE), "utf8");
const FILE = project.at("reports", "slotted.lock.json"); // which git ignores

function assertEnds({ code, stdout, stderr }: Ended, expected: number, ...said: RegExp[]): void {
  const all = stdout + stderr;
  assert.equal(code, expected, all);
  for (const text of said) assert.match(all, text);
  assert.doesNotMatch(all, /This is a bug|\n {4}at /, "no stack");
}
const start = (verb: string, ...args: string[]): Promise<Ended> =>
  new ProgramUnderTest(project.main, [verb, ...args, "--store", project.at("runs")]).ended;
const reproduce = (file: string, ...more: string[]): Promise<Ended> =>
  start("reproduce", file, "--out", project.at("reports"), "--workers", "1", ...more);

describe("an exported file", () => {
  before(async () => {
    assertEnds(await project.run("suite"), 0);
    const ended = await start("export", "slotted", "--lock", "--profile", "smoke", "--file", FILE);
    assertEnds(ended, 0, /Exported: .*slotted\.lock\.json/, /16 runs of slotted, smoke on cpu/);
  });

  it("has recipe, lock and results of every run", () => {
    const { recipe, results, bits, replicates } = readExportFile(FILE);
    assert.match(recipe.join("\n"), /^git checkout [0-9a-f]{40}\nnpm ci\nnpm run reproduce <this file>$/);
    assert.deepEqual([results.runs.length, Object.keys(bits).length, replicates], [16, 16, 8]);
    assert.equal(results.provenance.revision, project.git("rev-parse", "HEAD"));
  });

  it("is done again to the same bits by the same code; then nothing is left to do", async () => {
    assertEnds(
      await reproduce(FILE),
      0,
      /^IDENTICAL: 16 of 16 runs are the same bits\.$/m,
      /Report: .*reproduction\.html/,
    );
    const again = await reproduce(FILE, "--json");
    assertEnds(again, 0, /16 already stored/);
    const { verdict, lock, runs } = JSON.parse(again.stdout);
    assert.equal(verdict, "IDENTICAL");
    assert.deepEqual(
      lock.filter((row: { locked: string; here: string }) => row.locked !== row.here),
      [],
    );
    assert.ok(runs.every(({ metrics }: { metrics: { name: string }[] }) => metrics[0]!.name === "height"));
  });

  it("is done again by changed code, never taken from what other code did; each goes on with its own", async () => {
    project.write(FIXTURE, sources.replace("target = 1", "target = 0.5"));
    const changed = await reproduce(FILE, "--json");
    assertEnds(changed, 1, /0 already stored/);
    const { verdict, lock } = JSON.parse(changed.stdout);
    const row = (name: string) => lock.find(({ what }: { what: string }) => what.startsWith(name));
    assert.equal(verdict, "DIFFERENT");
    assert.notEqual(row("Sources").here, row("Sources").locked);
    assert.equal(row("Revision").here, `${row("Revision").locked}, with uncommitted changes`);
    project.write(FIXTURE, sources);
    const back = await reproduce(FILE, "--json");
    assertEnds(back, 0, /16 already stored/);
    assert.equal(JSON.parse(back.stdout).verdict, "IDENTICAL");
  });

  it("whose results are other bits within the margin is EQUIVALENT, beyond it DIFFERENT with exit code 1", async () => {
    const altered = (name: string, by: number): string => {
      const lock = JSON.parse(readFileSync(FILE, "utf8"));
      // Not each by the same: differences without a spread would leave nothing to judge by.
      for (const [i, run] of lock.results.runs.entries()) run.metrics.height += by * (1 + i / 100);
      const file = project.at("reports", `${name}.json`);
      writeFileSync(file, JSON.stringify(lock));
      return file;
    };
    assertEnds(await reproduce(altered("near", 0.001)), 0, /^EQUIVALENT: 0 of 16 runs are the same bits\.$/m);
    const far = await reproduce(altered("far", 0.5));
    assertEnds(far, 1, /^DIFFERENT: 0 of 16 runs/m, /REGRESSED +fast/, /Report: /);
  });

  it("is refused where it is none, or of other settings than the code here has", async () => {
    const torn = project.at("reports", "torn.json");
    writeFileSync(torn, readFileSync(FILE, "utf8").slice(0, 100));
    assertEnds(await reproduce(torn), 2, /is no file that "npm run export" wrote: it is not JSON/);
    assertEnds(await reproduce(project.at("package.json")), 2, /is no file that "npm run export" wrote/);
    assertEnds(await reproduce(project.at("gone.json")), 2, /There is no file .*npm run export/);
    const lock = JSON.parse(readFileSync(FILE, "utf8"));
    lock.results.suiteVersion = 7;
    writeFileSync(torn, JSON.stringify(lock));
    assertEnds(await reproduce(torn), 3, /NOT COMPARABLE .*suiteVersion: baseline 7, now 1/);
    assertEnds(await start("export", "slotted", "--profile", "smoke"), 2, /Say what to export: .*--lock/);
  });
});

describe("an export", () => {
  const OTHER = project.at("reports", "other.lock.json");
  const ofSeed = (seed: string, ...more: string[]): Promise<Ended> =>
    start("export", "slotted", "--lock", "--profile", "smoke", "--seed", seed, "--file", OTHER, ...more);

  it("of another seed is done again by that seed; without its runs it says which command does them", async () => {
    assertEnds(await project.run("suite", ["--seed", "7"], {}, "runs"), 0);
    assertEnds(await ofSeed("7"), 0);
    assert.equal(readExportFile(OTHER).results.rootSeed, "7");
    assertEnds(await reproduce(OTHER), 0, /^IDENTICAL: 16 of 16/m, /16 runs again, 0 already stored/);
    assertEnds(await ofSeed("8"), 3, /Run npm run suite slotted -- --profile smoke --seed 8 first\./);
    const [file] = [...records(project.at("runs"))].find(
      ([name, record]) => name.startsWith("slotted") && record.provenance.rootSeed === "7",
    )!;
    rmSync(project.at("runs", file));
    assertEnds(
      await ofSeed("7"),
      3,
      /1 of 16 runs are missing.*Run npm run suite slotted -- --profile smoke --engine cpu --seed 7 to its end first/,
    );
  });

  it("of a tree with changes is refused, in its own words", async () => {
    project.write(FIXTURE, `${sources}\n// changed\n`);
    const ended = await start("export", "slotted", "--lock", "--profile", "smoke", "--file", OTHER);
    project.write(FIXTURE, sources);
    assertEnds(
      ended,
      3,
      /The working tree has changes \(.*\): an exported file has to be of a revision.*npm run export/,
    );
    assert.doesNotMatch(ended.stderr, /baseline|accept/);
  });

  it("of stacked runs is done again by stacked runs", {
    skip: !findInstallation("cpu") && "no tensorflow",
  }, async () => {
    const two = ["--profile", "smoke", "--replicates", "2", "--engine", "tensorflow", "--stack", "2", "--workers", "1"];
    const env = { FIXTURE_REPLICATES: "2" };
    const stacked = (verb: string, ...args: string[]): Promise<Ended> =>
      new ProgramUnderTest(project.main, [verb, ...args, "--store", project.at("runs-stacked")], env).ended;
    assertEnds(await stacked("suite", "slotted", ...two, "--out", project.at("reports")), 0);
    assertEnds(await stacked("export", "slotted", "--lock", "--profile", "smoke", "--file", OTHER), 0);
    assert.match(readExportFile(OTHER).results.engineClass, /^tensorflow-.pu-stacked$/);
    assertEnds(await stacked("reproduce", OTHER, "--out", project.at("reports")), 0, /^IDENTICAL: 4 of 4/m);
  });
});
