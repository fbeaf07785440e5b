/** Compare with another revision, and with runs added until it is decided: whole programs on a project of their own. */
import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync, renameSync } from "node:fs";
import { after, describe, it } from "node:test";
import { candidateFolder, codeOf } from "../revisions/candidate.ts";
import { fast } from "../testing/fast.ts";
import { FakeNpm } from "../testing/npm.ts";
import { assertEnds, filesBelow } from "../testing/program-under-test.ts";
import { TemporaryProject } from "../testing/project.ts";
import { slotted } from "../testing/slotted.ts";
import { slow } from "../testing/slow.ts";

slotted({ fast, slow }); // its files are known from here on
const project = new TemporaryProject();
after(() => project.remove());
const FIXTURE = "harness/testing/slotted.ts";
const sources = readFileSync(project.at(FIXTURE), "utf8");
const npm = new FakeNpm(project);

function commit(text: string, message: string): void {
  project.write(FIXTURE, text);
  project.commit(message);
}
/** Their folders, that of the project first. */
const worktrees = (): string[] => project.git("worktree", "list", "--porcelain").match(/(?<=^worktree ).+$/gm) ?? [];
/** No worktree is left, and the tree that is worked on is as it was. */
function assertUntouched(): void {
  assert.equal(worktrees().length, 1);
  assert.equal(project.git("status", "--porcelain"), "");
}

describe("compare --rev", () => {
  it("finds equal code EQUIVALENT, without any accepted baseline", async () => {
    assertEnds(await project.run("compare", ["--rev", "HEAD"]), 0, "EQUIVALENT");
    assertUntouched();
    assert.ok(!existsSync(project.at("baselines")));
  });

  it("finds REGRESSED what is lower than at that revision, which runs its own code", async () => {
    commit(sources.replace("target = 1", "target = 0.5"), "walks less far");
    assertEnds(await project.run("compare", ["--rev", "HEAD~1"]), 1, "REGRESSED", "Report: ");
    assertUntouched();
    const [page] = filesBelow(project.at("reports")).filter((file) => /compare-code-[0-9a-f]{7}\.html$/.test(file));
    const { baseline, candidate, look } = JSON.parse(readFileSync(project.at("reports", page!), "utf8"));
    assert.deepEqual(baseline.source, { kind: "revision", asked: "HEAD~1" });
    assert.equal(baseline.revision, project.git("rev-parse", "HEAD~1"));
    assert.equal(candidate.revision, project.git("rev-parse", "HEAD"));
    assert.deepEqual([look.number, look.alpha, look.replicates], [1, 0.05, 8]);
  });

  it("takes a literal suite's runs, whichever profile is asked for", async () => {
    const ended = await project.run("compare", ["--rev", "HEAD"], { FIXTURE_LITERAL: "true" }, "runs-literal");
    assertEnds(ended, 0, "EQUIVALENT");
  });

  it("says which revision cannot do the runs", async () => {
    commit(`${sources}\nthrow new Error("broken");`, "broken");
    commit(sources, "mended");
    // What that code itself said, a stack too, is passed on.
    const { code, stderr } = await project.run("compare", ["--rev", "HEAD~1"]);
    assert.equal(code, 3, stderr);
    assert.match(stderr, /Error: broken[\s\S]*The revision [0-9a-f]{7} cannot do the runs/);
    assertUntouched();
  });

  it("refuses what is no revision, an option, and a baseline beside it", async () => {
    assertEnds(await project.run("compare", ["--rev", "nothing"]), 2, 'There is no revision "nothing" here');
    assertEnds(await project.run("compare", ["--rev=--all"]), 2, 'There is no revision "--all" here');
    assertEnds(await project.run("compare", ["--rev", "HEAD", "--baseline", "x"]), 2, "Give one of them");
  });

  it("says NOT COMPARABLE after the first run of each arm, and what to do", async () => {
    commit(sources.replaceAll("FIXTURE_SUITE_VERSION ?? 1", "FIXTURE_SUITE_VERSION ?? 2"), "another version");
    const ended = await project.run("compare", ["--rev", "HEAD~1"], {}, "runs-version");
    assertEnds(
      ended,
      3,
      "NOT COMPARABLE with the revision HEAD~1: suiteVersion: baseline 1, now 2. Name a revision at which",
      "2 of 16 runs of the smoke budget",
    );
    assert.doesNotMatch(ended.stderr, /16 of 16 runs/);
    assertUntouched();
    commit(sources, "the version before");
  });

  it("leaves no worktree after Ctrl-C, and goes on when it is asked again", async () => {
    commit(sources.replace("target = 1", "target = 0.75"), "another");
    const slow = { FIXTURE_STEP_MS: "30" };
    const program = project.start("compare", ["--rev", "HEAD"], slow, "runs-interrupted");
    await program.said("by its own code");
    await program.said(/\[ *\d+\/16\]/);
    program.signal("SIGINT", true);
    assertEnds(await program.ended, 130, "Nothing is lost");
    await program.allGone();
    assertUntouched();
    assertEnds(
      await project.run("compare", ["--rev", "HEAD"], {}, "runs-interrupted"),
      0,
      "EQUIVALENT",
      "already stored",
    );
  });
});

describe("two commands at once", () => {
  const store = "runs-at-once";
  const slow = { FIXTURE_STEP_MS: "30" };

  it("do not share a checkout: the second says who has it, and the first goes on", async () => {
    const first = project.start("compare", ["--rev", "HEAD"], slow, store);
    await first.said(/\[ *\d+\/16\]/);
    const second = await project.run("compare", ["--rev", "HEAD"], {}, store);
    assertEnds(
      second,
      3,
      /The checkout .* is in use by "runs of the revision [0-9a-f]{7}" \(process \d+, since .*Wait/,
    );
    assertEnds(await first.ended, 0, "EQUIVALENT");
    assertUntouched();
  });

  it("do not share the store of equal code, whose revision is not passed over for that", async () => {
    commit(sources.replace("target = 1", "target = 0.9"), "one that is at work");
    // At work until it is stopped, however long the second takes to start.
    const first = project.start("compare", ["--rev", "HEAD"], { FIXTURE_STEP_MS: "250" }, store);
    await first.said(/\[ *\d+\/16\]/);
    project.git("commit", "--allow-empty", "--quiet", "--message", "the same code");
    const second = await project.run("compare", ["--rev", "HEAD"], {}, store);
    assertEnds(second, 3, /The store .*candidates.* is in use by "npm run .*" \(process \d+/);
    assert.doesNotMatch(second.stderr, /cannot do the runs/);
    first.signal("SIGTERM");
    await first.ended;
    await first.allGone();
    assertUntouched();
  });

  it("leaves what is not its own: the entries of other worktrees; what a killed process left goes", async () => {
    project.git("worktree", "add", "--detach", "--quiet", project.at("models", "elsewhere"), "HEAD");
    renameSync(project.at("models", "elsewhere"), project.at("models", "not-mounted"));
    const program = project.start("compare", ["--rev", "HEAD"], slow, "runs-killed");
    await program.said(/\[ *\d+\/16\]/);
    program.signal("SIGKILL", true);
    await program.allGone();
    assert.equal(worktrees().length, 3, "the killed one is left");
    assertEnds(await project.run("compare", ["--rev", "HEAD"], {}, "runs-killed"), 0, "EQUIVALENT");
    assert.deepEqual(worktrees().slice(1), [project.at("models", "elsewhere")]);
    assert.deepEqual(readdirSync(project.at("runs-killed", "worktrees")), []);
    project.git("worktree", "prune");
  });
});

describe("compare --budget", () => {
  it("adds runs on both sides, at stricter levels, until it is decided", async () => {
    const module = project.write(
      "models/wobbly.ts",
      'import { walker } from "../harness/testing/slotted.ts";\nexport const model = walker({ wobble: 0.1 });\n',
    );
    assertEnds(await project.run("suite", [], {}, "runs-wobbly"), 0);
    assertEnds(await project.run("accept", [], {}, "runs-wobbly"), 0);
    project.commit("the baseline");
    const asked = ["--model", module, "--slot", "fast", "--budget", "5", "--json"];
    const { code, stdout, stderr } = await project.run("compare", asked, {}, "runs-wobbly");
    assert.equal(code, 0, stderr);
    const { look, verdict, comparisons } = JSON.parse(stdout);
    assert.equal(verdict, "EQUIVALENT", stderr);
    assert.ok(look.number > 1, `one look was enough: ${stderr}`);
    assert.equal(look.alpha, 0.05 / (look.number * (look.number + 1)));
    assert.equal(comparisons[0].runs.baseline.length, look.replicates);
    assert.equal(comparisons[0].runs.candidate.length, look.replicates);
    assert.equal(comparisons[0].design, "paired");
    assertUntouched();
  });

  it("stops where more runs would take longer than is left, and says so", async () => {
    const asked = ["--model", project.at("models", "wobbly.ts"), "--slot", "fast", "--budget", "0.0001", "--json"];
    const { code, stdout, stderr } = await project.run("compare", asked, {}, "runs-wobbly");
    assert.equal(code, 0, stderr);
    const { look, verdict, comparisons } = JSON.parse(stdout);
    assert.deepEqual([look.number, verdict], [1, "INCONCLUSIVE"]);
    // More runs at the next look's level, not a compare of their own.
    const { furtherReplicates, newCompare } = comparisons[0].wouldDecide;
    assert.deepEqual([furtherReplicates > 0, newCompare], [true, null]);
    assert.match(look.stopped, /The budget is/);
  });
});

describe("compare --baseline", () => {
  const store = "runs-baselines";
  const accepted = (): string[] => filesBelow(project.at("baselines", "accepted"));

  it("compares with a file in place of the latest", async () => {
    commit(sources, "as at first");
    const known = accepted();
    assertEnds(await project.run("suite", [], {}, store), 0);
    assertEnds(await project.run("accept", [], {}, store), 0);
    const [first] = accepted().filter((name) => !known.includes(name));
    commit(sources.replace("target = 1", "target = 0.5"), "lower, and accepted");
    assertEnds(await project.run("suite", [], {}, `${store}-2`), 0);
    assertEnds(await project.run("accept", [], {}, `${store}-2`), 0);
    assertEnds(await project.run("compare", [], {}, `${store}-2`), 0, "EQUIVALENT");
    const file = project.at("baselines", "accepted", first!);
    assertEnds(await project.run("compare", ["--baseline", file], {}, `${store}-2`), 1, /REGRESSED +fast/);
    project.commit("the baselines");
  });

  it("refuses a file that is not there, and one that is no baseline", async () => {
    const gone = await project.run("compare", ["--baseline", project.at("gone.json")], {}, store);
    assertEnds(gone, 2, /There is no file .*gone\.json\. Name one of the folder baselines\/accepted/);
    const other = await project.run("compare", ["--baseline", project.at("package.json")], {}, store);
    assertEnds(other, 3, /package\.json is not a baseline of this program/);
  });
});

describe("after a change of the lockfile", () => {
  const store = "runs-packages";

  it("compare takes none of the runs that were done with other packages", async () => {
    assertEnds(await project.run("suite", [], {}, store), 0, "[16/16]");
    assertEnds(
      await project.run("compare", ["--rev", "HEAD"], {}, store),
      0,
      "today's code: 16 runs of the smoke budget, 16 already",
    );
    const before = codeOf(project.folder, { suite: "slotted" });
    project.write("package-lock.json", `${readFileSync(project.at("package-lock.json"), "utf8")}\n`);
    project.commit("another package");
    const after = codeOf(project.folder, { suite: "slotted" });
    assert.equal(after.sourceSha256, before.sourceSha256);
    const ended = await project.run("compare", ["--rev", "HEAD~1"], npm.env(), store);
    assertEnds(ended, 0, "EQUIVALENT", "today's code: 16 runs of the smoke budget, 0 already stored");
    const folders = [before, after].map((code) => candidateFolder(project.at(store), code, null));
    assert.ok(folders.every(existsSync), `${folders}`);
    const [page] = filesBelow(project.at("reports")).filter((file) =>
      file.includes(project.git("rev-parse", "--short=7", "HEAD~1")),
    );
    const { baseline, candidate } = JSON.parse(readFileSync(project.at("reports", page!), "utf8"));
    assert.deepEqual(
      [baseline.lockfileSha256, candidate.lockfileSha256],
      [before.lockfileSha256, after.lockfileSha256],
    );
    assertUntouched();
  });
});
