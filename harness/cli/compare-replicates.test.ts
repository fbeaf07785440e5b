/** Compare with a chosen number of replicates: whole programs in a project of their own. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readFileSync, renameSync } from "node:fs";
import { after, before, describe, it } from "node:test";
import { assertEnds, type Ended, filesBelow, finishedFiles } from "../testing/program-under-test.ts";
import { TemporaryProject } from "../testing/project.ts";

const project = new TemporaryProject();
after(() => project.remove());
const FIXTURE = "harness/testing/slotted.ts";
const sources = readFileSync(project.at(FIXTURE), "utf8");
function commit(text: string, message: string): void {
  project.write(FIXTURE, text);
  project.git("commit", "--all", "--allow-empty", "--quiet", "--message", message);
}
const compare = (args: readonly string[], env: Record<string, string> = {}): Promise<Ended> =>
  project.run("compare", args, env);
async function compared(...args: string[]) {
  const { code, stdout, stderr } = await compare([...args, "--json"]);
  assert.ok(code === 0 || code === 1, stderr);
  return { code, stderr, ...JSON.parse(stdout) };
}
function assertUntouched(): void {
  assert.equal(project.git("worktree", "list").split("\n").length, 1);
  assert.equal(project.git("status", "--porcelain"), "");
}
/** Runs a printed command line in the project's folder. */
function shell(command: string): { code: number | null; stdout: string; stderr: string } {
  const line = command.replace(/^npm run (\S+) (\S+) --/, `'${process.execPath}' '${project.main}' $1 $2`);
  assert.notEqual(line, command);
  const { status, stdout, stderr } = spawnSync("sh", ["-c", `${line} --json`], {
    cwd: project.folder,
    encoding: "utf8",
    env: { ...process.env, NODE_TEST_CONTEXT: undefined },
  });
  return { code: status, stdout, stderr };
}

before(async () => {
  assertEnds(await project.run("suite"), 0);
  assertEnds(await project.run("accept"), 0);
  project.commit("the baseline");
});

describe("compare --replicates", () => {
  it("judges the first so many runs of both sides where the baseline has more, and says so", async () => {
    const { look, comparisons, stderr, report } = await compared("--replicates", "5");
    assert.match(stderr, /The baseline has 8 runs of each arm: the first 5 of both sides are judged/);
    assert.deepEqual([look.number, look.alpha, look.replicates, look.baselineHad], [1, 0.05, 5, 8]);
    const sizes = comparisons.map(({ runs }: never) => Object.values(runs).map((side) => (side as unknown[]).length));
    assert.deepEqual(sizes, [[5, 5], [5, 5]]); // biome-ignore format: two comparisons
    assert.match(stderr, /10 runs of the smoke budget, 10 already stored/);
    assert.equal(JSON.parse(readFileSync(report, "utf8")).command.includes("--replicates 5"), true);
  });

  it("has the runs that the baseline lacks done by its own revision, those alone, and once", async () => {
    commit(sources.replace("target = 1,", "target = 0.5,"), "walks less far");
    const first = await compared("--replicates", "12");
    assert.deepEqual([first.code, first.verdict, first.look.baselineHad], [1, "REGRESSED", 8]);
    assert.match(first.stderr, /24 of 24 runs of the smoke budget, 16 already stored/);
    assert.match(first.stderr, /today's code: 24 runs of the smoke budget, 0 already stored/);
    const [fast] = first.comparisons.filter(({ slot }: { slot: string }) => slot === "fast");
    assert.deepEqual([fast.runs.baseline.length, fast.design, fast.verdict], [12, "paired", "REGRESSED"]);
    assert.ok(fast.estimates.baseline.mean > 0.9, "by the code of the baseline");
    const done = finishedFiles(project.at("runs"));
    const again = await compared("--replicates", "12");
    assert.deepEqual(finishedFiles(project.at("runs")), done);
    assert.deepEqual(again.comparisons, first.comparisons);
    assertUntouched();
  });

  it("goes on where Ctrl-C stopped the baseline's revision", async () => {
    const program = project.start("compare", ["--replicates", "14"], { FIXTURE_STEP_MS: "30" });
    await program.said(/by its own code[\s\S]*\[ *2[5-7]\/28\]/);
    program.signal("SIGINT", true);
    assertEnds(await program.ended, 130, "Nothing is lost");
    await program.allGone();
    assertUntouched();
    const before = finishedFiles(project.at("runs"));
    const { code, stderr } = await compared("--replicates", "14");
    assert.equal(code, 1, stderr);
    assert.match(stderr, /28 of 28 runs of the smoke budget, 2[4-7] already stored/);
    const now = finishedFiles(project.at("runs"));
    for (const [file, bytes] of before) assert.deepEqual(now.get(file), bytes, file);
  });

  it("of another revision does so many on both sides, of the slot that is asked for alone", async () => {
    const { look, slots, comparisons, stderr } = await compared(
      "--rev",
      "HEAD~1",
      "--replicates",
      "3",
      "--slot",
      "slow",
    );
    assert.deepEqual([look.replicates, look.baselineHad, comparisons.length], [3, 3, 1]);
    assert.deepEqual(slots, { judged: ["slow"], left: ["fast"] });
    assert.match(stderr, /today's slow: 3 runs of the smoke budget/);
    assert.match(stderr, /Suite slotted: 3 of 16 runs of the smoke budget/);
  });

  it("takes a whole number", async () => {
    for (const value of ["0", "1.5", "many", "10001"])
      assertEnds(
        await compare(["--replicates", value]),
        2,
        `--replicates takes a whole number from 1 to 10000, got "${value}"`,
      );
  });
});

describe("what would decide", () => {
  before(() => commit(sources, "as the baseline"));
  const noisy = (name: string, wobble: number): string[] => {
    const text = `import { walker } from "../harness/testing/slotted.ts";\nexport const model = walker({ wobble: ${wobble} });\n`;
    return ["--model", project.write(`models/${name}.ts`, text), "--slot", "fast"];
  };

  it("is a command line that does it, with the options in use", async () => {
    const asked = noisy("a noisy one", 0.13);
    const open = await compared(...asked);
    assert.equal(open.verdict, "INCONCLUSIVE");
    const [{ wouldDecide }] = open.comparisons;
    const [next, ...others] = open.next;
    assert.deepEqual([next.replicates, next.decides, next.open, others], [wouldDecide.newCompare, 1, 1, []]);
    const { code, stdout, stderr } = shell(next.command);
    assert.equal(code, 0, `${next.command}\n${stderr}`);
    const decided = JSON.parse(stdout);
    assert.equal(decided.verdict, "EQUIVALENT", stderr);
    assert.deepEqual([decided.look.number, decided.look.replicates], [1, wouldDecide.newCompare]);
    assert.deepEqual([decided.report, decided.next], [open.report, []], "same folder, same model");
    assert.match(stderr, /8 already stored/);
    const fresh = shell(next.fresh);
    assert.equal(fresh.code, 0, `${next.fresh}\n${fresh.stderr}`);
    assert.equal(JSON.parse(fresh.stdout).look.replicates, wouldDecide.newCompare);
    assert.match(fresh.stderr, /as fast: \d+ runs of the smoke budget, 0 already stored/);
    const text = await compare(asked);
    assertEnds(
      text,
      0,
      `${next.replicates} replicates would decide 1 of 1 INCONCLUSIVE comparison (80 % power): ${next.command}`,
    );
    assert.match(text.stdout, /Slots judged: fast \(not slow\)\./);
  });

  it("where runs are being added is the same compare with more time, up to what --replicates allows", async () => {
    const asked = noisy("noisy", 0.1);
    const open = await compared(...asked, "--budget", "0.0001");
    assert.equal(open.verdict, "INCONCLUSIVE");
    const { code, stdout, stderr } = shell(open.next[0].command);
    assert.equal(code, 0, stderr);
    const { look } = JSON.parse(stdout);
    assert.ok(look.number > 1 && look.replicates >= open.next[0].replicates, stderr);
    const capped = await compared(...asked, "--budget", "5", "--replicates", "11");
    assert.deepEqual([capped.look.number, capped.look.alpha], [1, 0.025]);
    assert.match(capped.look.stopped, /The next look has 12 runs of each arm, and --replicates allows 11/);
    assert.match(capped.next[0].command, /--replicates (1[2-9]|[2-9]\d) --budget 5/);
    const few = await compare([...asked, "--budget", "5", "--replicates", "7"]);
    assertEnds(few, 2, "--budget begins with the 8 runs of each arm", "--replicates takes 8 or more beside it, got 7");
  });
});

describe("a baseline whose code cannot do more runs here: exit code 3, and why", () => {
  const changed = (name: string, change: (provenance: Record<string, unknown>) => void): string => {
    const [file] = filesBelow(project.at("baselines", "accepted"));
    const baseline = JSON.parse(readFileSync(project.at("baselines", "accepted", file!), "utf8"));
    change(baseline.provenance);
    return project.write(`models/${name}.json`, JSON.stringify(baseline));
  };
  const ends = async (said: string | RegExp, ...args: string[]): Promise<void> =>
    assertEnds(
      await compare(["--replicates", "20", ...args]),
      3,
      /Error: The baseline \S+ has 8 runs of each arm\. More can only be done by the code of its revision [0-9a-f]{7}, and not here: /,
      said,
      "Give --replicates 8 or less, without --budget",
    );

  it("its commit is not here", async () => {
    const file = changed("gone", (provenance) => {
      provenance.revision = "0".repeat(40);
    });
    await ends("the commit is not in this clone. Fetch it", "--baseline", file);
  });

  it("its runs were made by other code than its revision's", async () => {
    const file = changed("dirty", (provenance) => {
      provenance.armSources = { fast: "0".repeat(64), slow: "0".repeat(64) };
    });
    await ends(/the code of [0-9a-f]{7} is not the code that made the baseline's runs/, "--baseline", file);
    assertUntouched();
  });

  it("it is of another engine class", async () => {
    assertEnds(await compare(["--replicates", "20", "--engine", "wasm"]), 3, "engineClass: baseline cpu, now wasm");
  });

  it("there is no git", async () => {
    renameSync(project.at(".git"), project.at("models", "git"));
    await ends("this project is no git repository");
    const { look } = await compared("--replicates", "8");
    assert.equal(look.replicates, 8);
  });
});
