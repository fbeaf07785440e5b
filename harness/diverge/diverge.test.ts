/** Where runs part: whole programs on a project of their own, whose code is changed between runs. */
import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { after, describe, it } from "node:test";
import { type Ended, ProgramUnderTest, records } from "../testing/program-under-test.ts";
import { TemporaryProject } from "../testing/project.ts";

const project = new TemporaryProject();
after(() => project.remove());
const FIXTURE = "harness/testing/slotted.ts";
const sources = readFileSync(project.at(FIXTURE), "utf8");

/** One run by the code as it is; its record's file. */
async function runOnce(store: string): Promise<string> {
  const args = ["--model", "fast", "--replicates", "1"];
  const { code, stderr } = await project.run("suite", args, {}, store);
  assert.equal(code, 0, stderr);
  const [file] = [...records(project.at(store)).keys()];
  return project.at(store, file!);
}
const diverge = (...args: string[]): Promise<Ended> =>
  new ProgramUnderTest(project.main, ["diverge", ...args, "--store", project.at("runs-a")]).ended;
async function parted(a: string, b: string) {
  const { code, stdout, stderr } = await diverge(a, b, "--json");
  assert.equal(code, 0, stdout + stderr);
  return JSON.parse(stdout);
}

describe("diverge", async () => {
  const a = await runOnce("runs-a");

  it("finds that equal runs agree", async () => {
    const b = await runOnce("runs-b");
    const { code, stdout } = await diverge(a, b);
    assert.equal(code, 0);
    assert.match(stdout, /^The runs agree to the bit\.$/m);
  });

  it("finds the update, the tensor and the operation of a change that was committed", async () => {
    assert.ok(sources.includes("key: (index) => [low | 0, index]"));
    project.write(FIXTURE, sources.replace("[low | 0, index]", "[low | 0, index === 10 ? 99 : index]"));
    project.commit("another key in the eleventh update");
    const c = await runOnce("runs-c");
    const { agree, kept, update, operation, unlike, results, words } = await parted(a, c);
    assert.equal(agree, false);
    assert.deepEqual(kept, { same: 8, differs: 16, tensors: ["w"] });
    assert.deepEqual(update, { number: 11, tensors: ["w"] });
    assert.ok(operation.number > 1 && operation.number < operation.of, JSON.stringify(operation));
    assert.equal(operation.a.operation, operation.b.operation);
    assert.deepEqual(
      unlike.map(({ what }: { what: string }) => what),
      ["revision", "sources of the suite"],
    );
    assert.ok(results.some(({ what }: { what: string }) => what === "trained weights"));
    assert.match(words.join("\n"), /Run A is the same when it is done again here/);
    assert.equal(project.git("worktree", "list").split("\n").length, 1);
  });

  it("says of a run that it is another one when it is done again: its record was made elsewhere", async () => {
    project.write(FIXTURE, sources);
    project.commit("as it was");
    const record = JSON.parse(readFileSync(a, "utf8"));
    record.trail.tensors.w = record.trail.tensors.w.map((hash: string, i: number) => (i < 2 ? hash : "0123456789ab"));
    record.weightsSha256 = "another";
    const elsewhere = project.at("elsewhere.json");
    writeFileSync(elsewhere, JSON.stringify(record));
    const { update, words } = await parted(a, elsewhere);
    assert.equal(update, null);
    assert.match(words.join("\n"), /after update 2, not after 4 \(w\)/);
    assert.match(words.join("\n"), /Run A is the same[\s\S]*Run B is another when it is done again here/);
    assert.match(words.join("\n"), /where and with what they ran/);
  });

  it("claims of runs that kept no hashes only what is known: looks for the update by doing them again", async () => {
    const changed = (name: string, change: (record: Record<string, unknown>) => void): string => {
      const record = JSON.parse(readFileSync(a, "utf8"));
      delete record.trail;
      change(record);
      const file = project.at(`${name}.json`);
      writeFileSync(file, JSON.stringify(record));
      return file;
    };
    const late = changed("late", (record) => {
      for (const key of ["metrics", "weightsSha256", "earlyStateSha256", "artifacts"]) delete record[key];
      Object.assign(record, { state: "timed-out", updatesDone: 10, failure: { message: "late", stack: null } });
    });
    const inTime = await parted(a, late);
    assert.deepEqual([inTime.kept, inTime.update], [null, null]);
    assert.match(inTime.words.join("\n"), /no update is known to be the same, and none to differ; .*first 10\./);
    assert.match(
      inTime.words.join("\n"),
      /both make the same 10 updates: if they parted there, it was not by their code/,
    );
    const noEarly = changed("no-early", (record) => {
      Object.assign(record, { earlyStateSha256: null, weightsSha256: "another" });
    });
    assert.deepEqual((await parted(a, noEarly)).kept, { same: 0, differs: 20, tensors: [] });
  });

  it("says why a run's code cannot be had, and refuses what is no record", async () => {
    const record = JSON.parse(readFileSync(a, "utf8"));
    record.provenance.sourceSha256 = "other";
    record.provenance.dirty = true;
    record.trail.tensors.w[0] = "0123456789ab";
    const dirty = project.at("dirty.json");
    writeFileSync(dirty, JSON.stringify(record));
    assert.match((await parted(a, dirty)).words.join("\n"), /Run B cannot be done again here: .* not committed/);
    for (const [file, said] of [
      [project.at("nothing.json"), /There is no file/],
      [project.at("package.json"), /is not a run record/],
    ] as const) {
      const { code, stderr } = await diverge(a, file);
      assert.equal(code, 2, stderr);
      assert.match(stderr, said);
    }
  });
});
