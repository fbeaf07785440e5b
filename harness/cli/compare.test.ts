/** Accept and compare as a person meets them: whole programs on a project of their own, in a git repository. */
import assert from "node:assert/strict";
import { cpSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { after, before, describe, it } from "node:test";
import { setTimeout } from "node:timers/promises";
import { readBaseline } from "../compare/baseline-files.ts";
import { sourceSha256 } from "../provenance/sources.ts";
import { fast } from "../testing/fast.ts";
import { assertEnds, type Ended, filesBelow, finishedFiles, ROOT, records } from "../testing/program-under-test.ts";
import { TemporaryProject } from "../testing/project.ts";
import { slotted } from "../testing/slotted.ts";
import { slow } from "../testing/slow.ts";

/** A stored record as JSON. */
type Stored = ReturnType<typeof records> extends Map<string, infer Value> ? Value : never;

slotted({ fast, slow }); // its files are known from here on
const project = new TemporaryProject();
after(() => project.remove());

/** The path of a module with this text, which may use `walker`. */
const module = (name: string, text: string): string =>
  project.write(`models/${name}.ts`, `import { walker } from "../harness/testing/slotted.ts";\n${text}\n`);
const compare = (name: string, text: string, ...more: string[]): Promise<Ended> =>
  project.run("compare", ["--model", module(name, text), "--slot", "fast", ...more]);
const accepted = (): string[] => filesBelow(project.at("baselines", "accepted"));
const FIRST = /^slotted\/smoke\.cpu\/0001-[0-9a-f]{7}\.json$/;

before(async () => {
  const [none, noStore] = await Promise.all([project.run("compare"), project.run("accept")]);
  assertEnds(none, 3, "NO BASELINE of this suite", "npm run accept slotted -- --profile smoke");
  assertEnds(noStore, 3, "There is no store in");
  assertEnds(await project.run("suite"), 0, "[16/16]");
  assertEnds(await project.run("accept", ["--note", "the first"]), 0, "Accepted: ", "It is the first one");
});

describe("an accepted baseline", () => {
  it("keeps every run, the parameters of each slot and where it comes from", () => {
    const [name, ...others] = accepted();
    assert.match(name!, FIRST);
    assert.deepEqual(others, []);
    const { baseline } = readBaseline(project.at("baselines", "accepted", name!));
    assert.deepEqual([baseline.runs.length, baseline.note], [16, "the first"]);
    assert.deepEqual(baseline.parameters, { fast: { walker: 4 }, slow: { walker: 4 } });
    assert.equal(baseline.provenance.revision, project.git("rev-parse", "HEAD"));
    const [record] = records(project.at("runs")).values();
    const run = baseline.runs.find(({ path }) => path === record!.spec.path)!;
    assert.deepEqual(run.metrics, record!.metrics);
  });

  it("that is damaged is not judged against", async () => {
    const file = project.at("baselines", "accepted", accepted()[0]!);
    const text = readFileSync(file, "utf8");
    for (const [damaged, why] of [
      [text.slice(0, 200), "JSON"],
      [text.replace('"version": 1', '"version": 2'), "it is of version 2"],
      [text.replace('"rootSeed"', '"seed"'), 'Unrecognized key: "seed"'],
    ] as const) {
      writeFileSync(file, damaged);
      assert.throws(() => readBaseline(file), new RegExp(`is not a baseline of this program: .*${why}`));
    }
    writeFileSync(file, text);
  });
});

describe("accept refuses", { concurrency: 2 }, () => {
  /** The runs in another store, one record of them changed or gone. */
  const storeWith = (name: string, change: ((record: Stored) => void) | null): string => {
    const store = `runs-${name}`;
    cpSync(project.at("runs"), project.at(store), { recursive: true });
    const [[file, record]] = [...records(project.at(store))] as [[string, Stored]];
    change?.(record);
    delete record.checksum; // as in a store of an older version
    if (change) writeFileSync(project.at(store, file), JSON.stringify(record));
    else rmSync(project.at(store, file));
    return store;
  };
  const failed = (state: string) => (record: Stored) => {
    for (const key of ["metrics", "weightsSha256", "earlyStateSha256", "trail", "artifacts"]) delete record[key];
    Object.assign(record, { state, failure: { message: "it broke", stack: null } });
  };
  const from = (provenance: object) => (record: Stored) => void Object.assign(record.provenance, provenance);
  const cases: readonly (readonly [string, ((record: Stored) => void) | null, RegExp])[] = [
    ["missing", null, /1 of 16 runs are missing, e\.g\. slotted\/smoke\/.*to its end first/],
    ["crashed", failed("crashed"), /1 of 16 runs crashed.*Find out why/],
    ["late", failed("timed-out"), /1 of 16 runs timed out/],
    ["other-code", from({ sourceSha256: "other" }), /1 of 16 runs were made by other code than today's.*--store/],
    ["continued", from({ earlierSources: ["other"] }), /1 of 16 runs were made by other code than today's/],
    ["dirty", from({ dirty: true }), /1 of 16 runs were made in a working tree with uncommitted changes/],
  ];
  for (const [name, change, said] of cases)
    it(`runs: ${name}`, async () => {
      assertEnds(await project.run("accept", [], {}, storeWith(name, change)), 3, said);
      assert.equal(accepted().length, 1);
    });

  it("profiles and engines that are not stored", async () => {
    const ended = await project.run("accept", ["--engine", "wasm"]);
    assertEnds(
      ended,
      3,
      "holds no runs of slotted, profile smoke",
      "engine wasm, only of cpu",
      "Run npm run suite slotted",
    );
  });
});

describe("compare judges", { concurrency: 2 }, () => {
  it("the code as it is: equivalent, from the runs that are stored", async () => {
    const ended = await project.run("compare", ["--json"]);
    assertEnds(ended, 0, "16 already stored");
    const { verdict, comparisons, report } = JSON.parse(ended.stdout);
    assert.deepEqual([verdict, comparisons.length], ["EQUIVALENT", 2]);
    assert.match(comparisons[0].reason, /^Identical/);
    assert.equal(report, project.at("reports", "slotted", "smoke", "cpu", "compare-code.html"));
  });

  it("a worse model: REGRESSED, exit code 1, with a page that says so", async () => {
    const before = finishedFiles(project.at("runs"));
    const ended = await compare("worse", 'export const model = walker({ id: "worse", version: 3, target: 0.5 });');
    assertEnds(
      ended,
      1,
      /^REGRESSED\n/,
      /REGRESSED +fast +only +height +0\.998 ± \S+ \(8\) +0\.498/,
      "0 already stored",
    );
    const page = JSON.parse(
      readFileSync(project.at("reports", "slotted", "smoke", "cpu", "compare-fast.html"), "utf8"),
    );
    assert.equal(page.change.verdict, "REGRESSED");
    assert.deepEqual([page.baseline.models, page.candidate.models], [{ fast: 1 }, { fast: 3 }]);
    const main = [...finishedFiles(project.at("runs"))].filter(([file]) => !file.startsWith("candidates/"));
    assert.deepEqual(new Map(main), new Map([...before].filter(([file]) => !file.startsWith("candidates/"))));
    const again = await compare("worse", 'export const model = walker({ id: "worse", version: 3, target: 0.5 });');
    assertEnds(again, 1, "8 already stored");
  });

  it("one slot alone: its runs, its comparisons, and a page that says so", async () => {
    const ended = await project.run("compare", ["--slot", "slow", "--json"], {}, "runs-slot");
    assertEnds(ended, 0, "today's slow: 8 runs of the smoke budget, 0 already stored");
    const { slots, comparisons, report, verdict } = JSON.parse(ended.stdout);
    assert.deepEqual([verdict, slots], ["EQUIVALENT", { judged: ["slow"], left: ["fast"] }]);
    assert.deepEqual(
      comparisons.map(({ slot }: { slot: string }) => slot),
      ["slow"],
    );
    assert.equal(report, project.at("reports", "slotted", "smoke", "cpu", "compare-code-slow.html"));
    const page = JSON.parse(readFileSync(report, "utf8"));
    assert.deepEqual([page.slots, page.baseline.models], [slots, { slow: 1 }]);
    assert.match(page.command, /^npm run compare slotted -- --profile smoke --slot slow --engine cpu/);
    const stored = [...finishedFiles(project.at("runs-slot")).keys()];
    assert.deepEqual([stored.length, stored.every((file) => file.includes("/slow/"))], [8, true]);
    const text = await project.run("compare", ["--slot", "slow"], {}, "runs-slot");
    assert.match(text.stdout, /^EQUIVALENT\n[\s\S]*\nSlots judged: slow \(not fast\)\.\n$/);
    assert.match((await project.run("compare")).stdout, /\nSlots judged: fast, slow\.\n$/);
  });

  it("a better one IMPROVED, one with other bits EQUIVALENT, a noisy one INCONCLUSIVE with what would decide", async () => {
    assertEnds(await compare("better", "export default walker({ target: 1.5 });"), 0, /^IMPROVED\n/);
    assertEnds(await compare("same", "export const model = walker({ target: 1.001 });"), 0, /^EQUIVALENT\n/);
    const noisy = await compare("noisy", "export const model = walker({ wobble: 0.3 });");
    assertEnds(noisy, 0, /^INCONCLUSIVE\n/, /a new compare of \d+ replicates, or a margin of 0\.\d+/);
  });
});

describe("compare says NOT COMPARABLE, and why", { concurrency: 2 }, () => {
  const cases: readonly (readonly [string, string[], Record<string, string>, RegExp])[] = [
    ["suite version", [], { FIXTURE_SUITE_VERSION: "2" }, /suiteVersion: baseline 1, now 2/],
    ["root seed", ["--seed", "7"], {}, /rootSeed: baseline 1606\.00704, now 7/],
    ["settings", [], { FIXTURE_NOISE: "0.02" }, /settings\.noise of slotted\/smoke\/\S+: baseline 0\.01, now 0\.02/],
    ["runs", [], { FIXTURE_REPLICATES: "9" }, /runs: slotted\/\S+replicate=8: baseline none, now planned/],
    ["engine class", ["--engine", "wasm"], {}, /engineClass: baseline cpu, now wasm/],
  ];
  for (const [name, args, env, said] of cases)
    it(name, async () => assertEnds(await project.run("compare", args, env), 3, /NOT COMPARABLE with baselines/, said));

  it("parameters, unless other ones are allowed", async () => {
    const larger = "export const model = walker({ size: 5 });";
    assertEnds(await compare("larger", larger), 3, /NOT COMPARABLE: parameters of .*: baseline walker 4; now walker 5/);
    assertEnds(await compare("larger", larger, "--other-parameters"), 0, "EQUIVALENT");
  });
});

/** What it looks at in a module: check-model.test.ts. */
describe("compare refuses a module before any run, with exit code 2:", { concurrency: 2 }, () => {
  const cases: readonly (readonly [string, string, RegExp])[] = [
    ["imports nothing there", 'import "./gone.ts";', /imports .*gone\.ts, which cannot be read/],
    ["no build", 'export const model = { id: "x", version: 1 };', /neither build nor needs with buildOn/],
    ["ends its process", "process.exit(0);", /did not get through its check .*the worker process exited with code 0/],
  ];
  for (const [name, text, said] of cases)
    it(name, async () => {
      const ended = await compare(name.replaceAll(" ", "-"), text);
      assertEnds(ended, 2, said);
      assert.doesNotMatch(ended.stderr, /runs of the smoke budget/);
    });

  it("no file, no slot, another slot, an unknown slot alone", async () => {
    const worse = module("any", "export const model = walker();");
    const [gone, none, other, alone] = await Promise.all([
      project.run("compare", ["--model", project.at("gone.ts"), "--slot", "fast"]),
      project.run("compare", ["--model", worse]),
      project.run("compare", ["--model", worse, "--slot", "fats"]),
      project.run("compare", ["--slot", "fats"]),
    ]);
    assertEnds(gone!, 2, "There is no file", "gone.ts");
    assertEnds(none!, 2, "Name the slot that the model takes with --slot. Slots of slotted: fast, slow.");
    assertEnds(other!, 2, 'Unknown slot "fats". Did you mean "fast"?');
    assertEnds(alone!, 2, 'Unknown slot "fats". Did you mean "fast"?');
  });
});

it("a model that breaks after its first step crashes its runs: exit code 4, nothing is judged", async () => {
  const text = `const own = walker();
let steps = 0;
const step = (state, batch, key) => {
  if (steps++ > 2) throw new Error("fell");
  return own.build({ noise: 0 }, { randomNormal: () => 0 }).step(state, batch, key);
};
export const model = { ...own, build: (s, o) => ({ ...own.build(s, o), step }) };`;
  assertEnds(await compare("falls", text), 4, "8 of 8 runs crashed: nothing is judged", "fell");
});

describe("killed in the middle", { skip: process.platform !== "linux" && "reads /proc" }, () => {
  it("compare goes on where it stopped, and says the same", async () => {
    const path = module("slow", "export const model = walker({ target: 0.5 });");
    const args = ["--model", path, "--slot", "fast"];
    const program = project.start("compare", args, { FIXTURE_STEP_MS: "40" });
    await program.said("[2/8]");
    program.signal("SIGKILL");
    await program.allGone();
    assertEnds(await project.run("compare", args), 1, /^REGRESSED/, /[2-7] already stored/);
  });

  it("accept leaves the history as it was, or one whole file more", async () => {
    for (const wait of [0, 300]) {
      const count = accepted().filter((name) => name.endsWith(".json")).length;
      const program = project.start("accept", []);
      // The folder's lock, or some time, is as near to the writing as an outsider gets.
      while (program.running && !accepted().some((name) => name.endsWith(".tmp")) && wait === 0) await setTimeout(1);
      await setTimeout(wait);
      program.signal("SIGKILL");
      await program.allGone();
      const whole = accepted().filter((name) => name.endsWith(".json"));
      for (const name of whole) readBaseline(project.at("baselines", "accepted", name));
      assert.ok(whole.length - count <= 1, `${count} files before, ${whole.length} after`);
    }
    const count = accepted().filter((name) => name.endsWith(".json")).length;
    const again = await project.run("accept");
    assertEnds(again, 0, `/000${count + 1}-`, `Before it: `, "EQUIVALENT");
    assert.equal(accepted().length, count + 1, "what was left unfinished is gone");
  });
});

describe("a changed tree", () => {
  it("is not accepted; compare judges it on runs of its own", async () => {
    const fixture = project.at("harness", "testing", "slotted.ts");
    const text = readFileSync(fixture, "utf8");
    writeFileSync(fixture, text.replace("target = 1,", "target = 0.5,"));
    assertEnds(await project.run("accept"), 3, "The working tree has changes", "slotted.ts", "Commit them");
    assertEnds(await project.run("compare"), 1, /REGRESSED +fast/, /EQUIVALENT +slow/, "0 already stored");
    writeFileSync(fixture, text);
  });

  it("is called STALE where it changes while its runs are done", async () => {
    const text = "export const model = walker({ target: 1.002 });";
    const path = module("moving", text);
    const program = project.start("compare", ["--model", path, "--slot", "fast"], { FIXTURE_STEP_MS: "20" });
    await program.said("[1/8]");
    writeFileSync(path, readFileSync(path, "utf8").replace("1.002", "1.003"));
    assertEnds(await program.ended, 3, "STALE", "Run the same command again");
  });

  it("without git is not accepted", async () => {
    renameSync(project.at(".git"), project.at("models", "git"));
    assertEnds(await project.run("accept"), 3, "is no git repository with a commit");
  });
});

describe("a change of one model's module", () => {
  it("leaves the other model's runs those of today's code: compare takes them and does the others alone", async () => {
    const name = "harness/testing/fast.ts";
    const text = readFileSync(project.at(name), "utf8");
    project.write(name, text.replace("...walker(", "target: 1, ...walker("));
    const [fast, slow] = ["fast", "slow"].map((model) => ({ suite: "slotted", model }));
    assert.notEqual(sourceSha256(project.folder, fast!), sourceSha256(ROOT, fast!));
    assert.equal(sourceSha256(project.folder, slow!), sourceSha256(ROOT, slow!));
    const ended = await project.run("compare");
    project.write(name, text);
    assertEnds(ended, 0, "EQUIVALENT", "16 runs of the smoke budget, 8 already stored");
  });
});
