/** The search for the first bad revision: whole programs on a project of their own. */
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { after, before, describe, it } from "node:test";
import { setTimeout } from "node:timers/promises";
import { FakeNpm } from "../testing/npm.ts";
import { finishedFiles, ProgramUnderTest } from "../testing/program-under-test.ts";
import { TemporaryProject } from "../testing/project.ts";

const project = new TemporaryProject();
after(() => project.remove());
const npm = new FakeNpm(project);
const MODEL = "harness/testing/slotted.ts";
const SLOW = "harness/testing/slow.ts";
const LOCKFILE = "package-lock.json";
const original: Readonly<Record<string, string>> = Object.fromEntries(
  [MODEL, SLOW, LOCKFILE].map((file) => [file, readFileSync(project.at(file), "utf8")]),
);

/** Something changed in one of the files, which are otherwise as they were at first. */
type Edit = readonly [file: string, change: (text: string) => string];
const replaced = (file: string, from: string, to: string): Edit => [file, (text) => text.replaceAll(from, to)];
const LOWER = replaced(MODEL, "target = 1,", "target = 0.5,");
const NOISY = replaced(MODEL, "wobble = 0,", "wobble = 0.3,");
const SLOW_LOWER = replaced(SLOW, "target: 0.9", "target: 0.4");
const BROKEN = replaced(MODEL, "export function slotted", 'throw new Error("broken");\nexport function slotted');
const VERSION = replaced(MODEL, "FIXTURE_SUITE_VERSION ?? 1", "FIXTURE_SUITE_VERSION ?? 2");
const PACKAGES: Edit = [LOCKFILE, (text) => `${text}\n`];
/** It runs, but the harness cannot tell its code. */
const PARTIAL: Edit = [MODEL, (text) => `${text}export const lazily = () => import("./gone.ts");\n`];
/** A code change that does not change results. */
const UNUSED: Edit = [MODEL, (text) => `${text}export const UNUSED = 1;\n`];

/** Commits revisions one after the other, by their messages. Returns the revision before them, and theirs. */
function history(revisions: Readonly<Record<string, readonly Edit[]>>): { good: string; made: Record<string, string> } {
  const write = (edits: readonly Edit[]): void => {
    for (const [file, text] of Object.entries(original)) project.write(file, text);
    for (const [file, change] of edits) {
      const text = original[file]!;
      assert.notEqual(change(text), text, file);
      project.write(file, change(readFileSync(project.at(file), "utf8")));
    }
  };
  write([]);
  if (project.git("status", "--porcelain") !== "") project.commit("as it was");
  const good = project.git("rev-parse", "HEAD");
  const made: Record<string, string> = {};
  for (const [message, edits] of Object.entries(revisions)) {
    write(edits);
    project.commit(message);
    made[message] = project.git("rev-parse", "HEAD");
  }
  return { good, made };
}
function bisect(good: string, store: string, more: readonly string[], env: Record<string, string> = {}) {
  const options = ["--profile", "smoke", "--engine", "cpu", "--workers", "1", "--replicates", "5"];
  const args = ["bisect", "slotted", "--good", good, ...options, "--store", project.at(store), ...more];
  return new ProgramUnderTest(project.main, args, env);
}
interface Told {
  readonly tested: readonly { revision: string; found: string; reason: string | null }[];
  readonly suspects: readonly { revision: string; subject: string }[];
}
/** One after the other: each wait has a limit, and a busy machine takes long for all of them. */
const begun = (program: ProgramUnderTest, revision: string): Promise<void> =>
  program.said(`Revision ${revision.slice(0, 7)}: `);

/** No worktree is left, and the tree that is worked on is as it was. */
function assertUntouched(store: string): void {
  assert.equal(project.git("worktree", "list").split("\n").length, 1);
  assert.equal(project.git("status", "--porcelain"), "");
  assert.deepEqual(readdirSync(project.at(store, "worktrees")), []);
}

describe("bisect", { skip: process.platform !== "linux" && "reads /proc" }, () => {
  const store = "runs-smoke";
  let good: string;
  let made: Record<string, string>;
  before(() => {
    ({ good, made } = history({
      "another package": [PACKAGES],
      "another version": [VERSION],
      "not whole": [PARTIAL],
      "walks less far": [LOWER],
      "something unused": [LOWER, UNUSED],
    }));
  });
  /** Of this history, with the fixture's npm. */
  const search = (more: Record<string, string>): ProgramUnderTest =>
    bisect(good, store, ["--json"], { ...npm.env(), ...more });
  async function interrupted(program: ProgramUnderTest): Promise<void> {
    program.signal("SIGINT", true);
    const { code, stdout, stderr } = await program.ended;
    assert.deepEqual([code, stdout], [130, ""], stderr);
    assert.match(stderr, /Nothing is lost; run the same command again/);
    await program.allGone();
    assertUntouched(store);
  }

  it("takes an installation of packages that Ctrl-C stopped for no verdict", async () => {
    const program = search(npm.env({ waits: true }));
    for (const revision of [good, made["something unused"]!]) await begun(program, revision);
    await program.said("npm ci in");
    while (npm.calls().length === 0 && program.running) await setTimeout(20);
    await interrupted(program);
    assert.doesNotMatch(program.stderr, /another package.*passed over|npm ci failed/);
  });

  it("goes on where Ctrl-C stopped it, does nothing again that was done, and passes over what cannot be tested", async () => {
    const program = search({ FIXTURE_STEP_MS: "20" });
    for (const revision of [good, made["something unused"]!, made["another package"]!]) await begun(program, revision);
    const said = program.stderr.length;
    await program.said(new RegExp(`[^]{${said}}\\[ *[3-9]/10\\]`));
    await interrupted(program);
    const before = finishedFiles(project.at(store));
    assert.ok(before.size > 22 && before.size < 32, `${before.size} runs: 10 each, and 2 of another version`);

    const { code, stdout, stderr } = await search({}).ended;
    assert.equal(code, 0, stderr);
    const now = finishedFiles(project.at(store));
    for (const [file, bytes] of before) assert.deepEqual(now.get(file), bytes, file);
    assert.equal(
      now.size,
      30 + 2 + 10,
      "of three revisions, the first two of another version, and of the first bad one",
    );
    assertUntouched(store);
    const { tested, suspects } = JSON.parse(stdout) as Told;
    assert.deepEqual(
      suspects.map(({ subject }) => subject),
      ["another version", "not whole", "walks less far"],
    );
    assert.equal(suspects.at(-1)!.revision, made["walks less far"]);
    const foundOf = (subject: string) => tested.find(({ revision }) => revision === made[subject]);
    assert.equal(foundOf("another package")?.found, "good");
    assert.match(foundOf("another version")!.reason!, /^NOT COMPARABLE with the good .*: suiteVersion was 1, is 2\./);
    assert.match(foundOf("not whole")!.reason!, /is not whole: .*gone\.ts cannot be read/);
    const folder = project.at(store, "worktrees", made["another package"]!.slice(0, 12), "code");
    assert.deepEqual([...new Set(npm.calls())], [`${folder} ci`]);
  });

  it("finds nothing where nothing is worse, and refuses a revision that is not before the bad one", async () => {
    const [first, last] = [made["walks less far"]!, made["something unused"]!];
    const { code, stderr } = await bisect(last, store, ["--bad", first]).ended;
    assert.deepEqual([code, stderr.includes("is no ancestor of")], [2, true], stderr);
    const equal = await bisect(first, store, ["--bad", last]).ended;
    assert.equal(equal.code, 3, equal.stderr);
    assert.match(equal.stderr, / is EQUIVALENT against [0-9a-f]{40}, not REGRESSED: there is nothing to find/);
  });

  it("judges one slot alone, and does no runs of the others", async () => {
    const { good, made } = history({ "fast is lower": [LOWER], "slow is too": [LOWER, SLOW_LOWER] });
    const { code, stdout, stderr } = await bisect(good, "runs-slot", ["--slot", "slow", "--json"]).ended;
    assert.equal(code, 0, stderr);
    assert.deepEqual(
      (JSON.parse(stdout) as Told).suspects.map(({ revision }) => revision),
      [made["slow is too"]],
    );
    const stored = [...finishedFiles(project.at("runs-slot")).keys()];
    assert.deepEqual([stored.length, stored.every((file) => file.includes("/slow/"))], [15, true]);
    const unknown = await bisect(good, "runs-slot", ["--slot", "slwo"]).ended;
    assert.equal(unknown.code, 2, unknown.stderr);
    assert.match(unknown.stderr, /Unknown slot "slwo"\. Did you mean "slow"\?/);
  });

  it("follows what is worse at the end alone and takes nothing undecided for good, in a literal suite too", async () => {
    const { good, made } = history({
      "the other slot is lower": [SLOW_LOWER],
      broken: [BROKEN],
      noisy: [NOISY],
      "walks less far": [LOWER],
    });
    const { code, stdout, stderr } = await bisect(good, "runs-literal", [], { FIXTURE_LITERAL: "true" }).ended;
    assert.equal(code, 0, stderr);
    const found = (subject: string): string =>
      stderr.match(new RegExp(`^${made[subject]!.slice(0, 7)} \\(\\d open\\): (.*)$`, "m"))![1]!;
    assert.match(stderr, /^Followed: fast, only, height\.$/m);
    assert.equal(found("the other slot is lower"), "fast, only, height EQUIVALENT, so good");
    assert.equal(found("noisy"), "fast, only, height INCONCLUSIVE, so undecided");
    assert.match(found("broken"), /^passed over\. The revision [0-9a-f]{7} cannot do the runs/);
    assert.deepEqual(
      stdout.split("\n").map((line) => line.replace(/^[0-9a-f]{7} {2}[-0-9]{10} {2}/, "")),
      [
        "The first bad revision is one of these, oldest first:",
        "broken  (cannot do the runs)",
        "noisy  (undecided)",
        "walks less far",
        "More --replicates may decide those that are undecided.",
        "",
      ],
    );
    assertUntouched("runs-literal");
  });
});
