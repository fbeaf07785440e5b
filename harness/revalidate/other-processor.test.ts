/** Stored runs of another kind of processor: their bits cannot be repeated here, so their own code is run beside today's. */
import assert from "node:assert/strict";
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { after, before, describe, it } from "node:test";
import { type Ended, ProgramUnderTest, records } from "../testing/program-under-test.ts";
import { TemporaryProject } from "../testing/project.ts";

const project = new TemporaryProject();
after(() => project.remove());
const FIXTURE = "harness/testing/slotted.ts";
const sources = readFileSync(project.at(FIXTURE), "utf8");

/** Stores one run, of another processor, whose first updates gave other bits there. */
before(async () => {
  const { code, stderr } = await project.run("suite", ["--model", "fast", "--replicates", "1"]);
  assert.equal(code, 0, stderr);
});
function madeElsewhere(): void {
  const [file] = [...records(project.at("runs")).keys()].filter((name) => !name.includes("revalidation"));
  const path = project.at("runs", file!);
  rmSync(path.replace(/json$/, "revalidation.json"), { force: true });
  const { checksum: _, ...record } = JSON.parse(readFileSync(path, "utf8")); // without checksum, as in a store of an older version
  record.provenance.machine.cpu = "another";
  record.earlyStateSha256 = "0".repeat(64);
  writeFileSync(path, JSON.stringify(record));
}
const revalidate = (): Promise<Ended> =>
  new ProgramUnderTest(project.main, ["revalidate", "slotted", "--store", project.at("runs"), "--json"]).ended;
const standing = ({ stdout }: Ended): { standing: string; finding: string | null; failure: string | null } =>
  JSON.parse(stdout).runs[0];
function change(from: string, to: string): void {
  assert.equal(sources.split(from).length, 2, `the fixture has "${from}" once`);
  project.write(FIXTURE, sources.replace(from, to));
  project.commit(to);
}

describe("a run of another kind of processor", () => {
  it("stands where its own code and today's make the same first updates here", async () => {
    madeElsewhere();
    change("tf.mul(way, 0.5)", "tf.mul(way, 0.25 + 0.25)");
    const ended = await revalidate();
    assert.equal(ended.code, 0, ended.stdout + ended.stderr);
    const run = standing(ended);
    assert.equal(run.standing, "revalidated");
    assert.match(run.finding!, /^stands: first updates equal those of the run's own code on .+, where the stored bits/);
    assert.equal(project.git("worktree", "list").split("\n").length, 1, "the worktree is removed");
  });

  it("is STALE where they differ", async () => {
    madeElsewhere();
    change("tf.mul(way, 0.5)", "tf.mul(way, 0.51)");
    const ended = await revalidate();
    assert.deepEqual([ended.code, standing(ended).standing], [3, "stale"], ended.stdout + ended.stderr);
  });

  it("stays unchecked where its own code is not known", async () => {
    madeElsewhere();
    const [file] = [...records(project.at("runs")).keys()].filter((name) => !name.includes("revalidation"));
    const path = project.at("runs", file!);
    const record = JSON.parse(readFileSync(path, "utf8"));
    record.provenance.revision = "0123456789".repeat(4);
    writeFileSync(path, JSON.stringify(record));
    const ended = await revalidate();
    const { standing: found, failure } = standing(ended);
    assert.deepEqual([ended.code, found], [3, "unchecked"], ended.stdout + ended.stderr);
    assert.match(failure!, /another kind of processor \(another\).* cannot be checked out/);
  });
});
