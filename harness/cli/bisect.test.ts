/** The search for the first bad revision: whole programs on a project of their own. */
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { after, before, describe, it } from "node:test";
import { setTimeout } from "node:timers/promises";
import { TemporaryProject } from "../comparing/fixtures/project.ts";
import { finishedFiles, ProgramUnderTest } from "../execute/fixtures/program-under-test.ts";
import { FakeNpm } from "../revisions/fixtures/npm.ts";

const project = new TemporaryProject();
after(() => project.remove());
const npm = new FakeNpm(project);
const MODEL = "harness/comparing/fixtures/slotted.ts";
const SUITES = "harness/execute/fixtures/millisecond-main.ts";
const LOCKFILE = "package-lock.json";
const PARTIAL = "suites/slotted/suite.ts";
const original = Object.fromEntries(
  [MODEL, SUITES, LOCKFILE].map((file) => [file, readFileSync(project.at(file), "utf8")]),
);

/** A replacement in one of the files, which are otherwise as they were at first. */
type Edit = readonly [file: string, from: string, to: string];
const LOWER: Edit = [MODEL, "target = 1", "target = 0.5"];
const NOISY: Edit = [MODEL, "wobble = 0", "wobble = 0.3"];
const SLOW_LOWER: Edit = [SUITES, "target: 0.9", "target: 0.4"];
const BROKEN: Edit = [MODEL, "export function slotted", 'throw new Error("broken");\nexport function slotted'];
const PACKAGES: Edit = [LOCKFILE, "{", "{\n"];
const comment = (text: string): Edit => [MODEL, "const SIZE", `// ${text}\nconst SIZE`];

/** Commits revisions one after the other, by their messages. Returns the revision before them, and theirs. */
function history(revisions: Readonly<Record<string, readonly Edit[]>>): { good: string; made: Record<string, string> } {
  const write = (edits: readonly Edit[]): void => {
    for (const [file, text] of Object.entries(original)) project.write(file, text);
    for (const [file, from, to] of edits) {
      const text = readFileSync(project.at(file), "utf8");
      assert.ok(text.includes(from), `${from} in ${file}`);
      project.write(file, text.replace(from, to));
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
  const options = ["--profile", "smoke", "--engine", "cpu", "--workers", "2", "--replicates", "5"];
  const args = ["bisect", "slotted", "--good", good, ...options, "--store", project.at(store), ...more];
  return new ProgramUnderTest(project.main, args, env);
}
interface Told {
  readonly followed: readonly object[];
  readonly tested: readonly {
    revision: string;
    found: string;
    reason: string | null;
    verdicts: { verdict: string }[];
  }[];
  readonly suspects: readonly { revision: string; subject: string }[];
}
async function found(program: ProgramUnderTest): Promise<Told & { readonly stderr: string }> {
  const { code, stdout, stderr } = await program.ended;
  assert.equal(code, 0, stderr);
  return { ...JSON.parse(stdout), stderr };
}
const subjects = ({ suspects }: Told): string[] => suspects.map(({ subject }) => subject);

/** No worktree is left, and the tree that is worked on is as it was. */
function assertUntouched(store: string): void {
  assert.equal(project.git("worktree", "list").split("\n").length, 1);
  assert.equal(project.git("status", "--porcelain"), "");
  assert.deepEqual(readdirSync(project.at(store, "worktrees")), []);
}

describe("bisect", { skip: process.platform !== "linux" && "reads /proc" }, () => {
  it("finds the first revision that is worse, and passes over those that cannot run, be compared or be read", async () => {
    const { good, made } = history({ "a comment": [comment("nothing")], broken: [BROKEN] });
    project.write(PARTIAL, 'import "./gone.ts";\n');
    project.commit("not whole");
    project.git("rm", "--quiet", PARTIAL);
    project.write(MODEL, original[MODEL]!.replace("FIXTURE_SUITE_VERSION ?? 1", "FIXTURE_SUITE_VERSION ?? 2"));
    project.commit("another version");
    project.write(MODEL, original[MODEL]!.replace("target = 1", "target = 0.5"));
    project.commit("walks less far");
    const first = project.git("rev-parse", "HEAD");
    project.write(MODEL, original[MODEL]!.replace("target = 1", "target = 0.5 "));
    project.commit("a space");
    const told = await found(bisect(good, "runs-first", ["--json"]));
    assert.match(told.stderr, /passed over\. The revision [0-9a-f]{7} cannot do the runs/);
    assert.match(told.stderr, /passed over\. The revision [0-9a-f]{7} is not whole: .*gone\.ts cannot be read/);
    assert.match(told.stderr, /passed over\. NOT COMPARABLE with the good revision: suiteVersion was 1, is 2\./);
    assert.deepEqual(subjects(told), ["broken", "not whole", "another version", "walks less far"]);
    assert.equal(told.suspects.at(-1)!.revision, first);
    const brokenOne = told.tested.find(({ revision }) => revision === made.broken)!;
    assert.deepEqual([brokenOne.found, brokenOne.verdicts], ["skipped", []]);
    assertUntouched("runs-first");
  });

  describe("of a literal suite", () => {
    const env = { FIXTURE_LITERAL: "true" };
    const store = "runs-followed";
    let revisions: ReturnType<typeof history>;
    before(() => {
      revisions = history({
        "the other slot is lower": [SLOW_LOWER],
        noisy: [NOISY],
        "walks less far": [LOWER],
      });
    });

    it("follows what is worse at the end alone, and takes nothing undecided for good", async () => {
      const { good, made } = revisions;
      const told = await found(bisect(good, store, ["--json"], env));
      assert.deepEqual(told.followed, [{ slot: "fast", setting: "only", metric: "height" }]);
      assert.deepEqual(
        told.tested.map(({ revision, found, verdicts }) => [revision, found, verdicts.map((one) => one.verdict)]),
        [
          [made["the other slot is lower"], "good", ["EQUIVALENT"]],
          [made.noisy, "undecided", ["INCONCLUSIVE"]],
        ],
      );
      assert.deepEqual(subjects(told), ["noisy", "walks less far"]);
    });

    it("says so in words too, from the runs that are stored", async () => {
      const before = finishedFiles(project.at(store));
      const { code, stdout, stderr } = await bisect(revisions.good, store, [], env).ended;
      assert.equal(code, 0, stderr);
      assert.match(stderr, /Followed: fast, only, height\.\n/);
      assert.match(stderr, /fast, only, height INCONCLUSIVE, so undecided/);
      assert.match(stdout, /one of these.*\n.*noisy {2}\(undecided\)\n.*walks less far\nMore --replicates may decide/);
      assert.deepEqual(finishedFiles(project.at(store)), before);
      assertUntouched(store);
    });
  });

  it("goes on where Ctrl-C stopped it: what was done is not done again", async () => {
    const { good, made } = history({
      "one comment": [comment("one")],
      "walks less far": [LOWER],
      "another comment": [LOWER, comment("another")],
    });
    const store = "runs-stopped";
    const program = bisect(good, store, ["--json"], { FIXTURE_STEP_MS: "20" });
    await program.said(`Revision ${made["one comment"]!.slice(0, 7)}: `);
    const child = program.stderr.length;
    await program.said(new RegExp(`[^]{${child}}\\[ *[3-9]/10\\]`));
    program.signal("SIGINT", true);
    const { code, stdout, stderr } = await program.ended;
    assert.deepEqual([code, stdout], [130, ""], stderr);
    assert.match(stderr, /Nothing is lost; run the same command again/);
    await program.allGone();
    assertUntouched(store);
    const before = finishedFiles(project.at(store));
    assert.ok(before.size > 20 && before.size < 30, `${before.size} runs of three revisions, 10 each`);
    assert.deepEqual(subjects(await found(bisect(good, store, ["--json"]))), ["walks less far"]);
    const now = finishedFiles(project.at(store));
    for (const [file, bytes] of before) assert.deepEqual(now.get(file), bytes, file);
  });

  it("takes an installation of packages that Ctrl-C stopped for no verdict", async () => {
    const { good, made } = history({
      "another package": [PACKAGES],
      "walks less far": [LOWER],
      "a comment": [LOWER, comment("last")],
    });
    const store = "runs-npm";
    const program = bisect(good, store, ["--json"], npm.env({ waits: true }));
    await program.said("npm ci in");
    while (npm.calls().length === 0) await setTimeout(20);
    program.signal("SIGINT", true);
    const { code, stdout, stderr } = await program.ended;
    assert.deepEqual([code, stdout], [130, ""], stderr);
    assert.doesNotMatch(stderr, /passed over/);
    await program.allGone();
    assertUntouched(store);
    const told = await found(bisect(good, store, ["--json"], npm.env()));
    assert.deepEqual(subjects(told), ["walks less far"]);
    const folder = project.at(store, "worktrees", made["another package"]!.slice(0, 12), "code");
    assert.deepEqual(npm.calls(), [`${folder} ci`, `${folder} ci`]);
    assertUntouched(store);
  });

  it("refuses a revision that is not before the bad one, and finds nothing where nothing is worse", async () => {
    const { good, made } = history({ "only a comment": [comment("equal")] });
    const { code, stderr } = await bisect(made["only a comment"]!, "runs-equal", ["--bad", good]).ended;
    assert.deepEqual([code, stderr.includes("is no ancestor of")], [2, true], stderr);
    const equal = await bisect(good, "runs-equal", []).ended;
    assert.equal(equal.code, 3, equal.stderr);
    assert.match(equal.stderr, /HEAD is EQUIVALENT against [0-9a-f]{40}, not REGRESSED: there is nothing to find/);
  });
});
