/** Stored runs after their code has changed, through the command line of a copy of the harness. */
import assert from "node:assert/strict";
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { type Ended, FAST_TEMPORARY, filesBelow, ProgramUnderTest, ROOT } from "../testing/program-under-test.ts";

const root = mkdtempSync(join(FAST_TEMPORARY, "revalidate-test-"));
after(() => rmSync(root, { recursive: true, force: true }));
const at = (...names: string[]): string => join(root, ...names);

// The suites of a program without suites/: every file of the copy counts as their source.
cpSync(join(ROOT, "harness"), at("harness"), { recursive: true });
cpSync(join(ROOT, "package.json"), at("package.json"));
symlinkSync(join(ROOT, "node_modules"), at("node_modules"));
const fixture = (name: string): string => at("harness", "testing", name);
const MAIN = fixture("millisecond-main.ts");
const ORIGINAL = readFileSync(MAIN, "utf8").replace("usesPapersData: () => false", "usesPapersData: () => true");
writeFileSync(MAIN, ORIGINAL);

/** Puts changed code in place of the original. */
function change(from: string, to: string): void {
  assert.equal(ORIGINAL.split(from).length, 2, `the fixture has "${from}" once`);
  writeFileSync(MAIN, ORIGINAL.replace(from, to));
}
const COMMENT = ["const SIZE = 16;", "/* A comment. */\n  const   SIZE: number = 16;"] as const;
/** A code change with the same results. */
const SAME = ["const SIZE = 16;", "const SIZE = 8 + 8;"] as const;
const STEP = ["0.001)), 0.99)", "0.001)), 0.98)"] as const;
const MEASURE = ["/ data.length", "/ (data.length + 1)"] as const;
const MORE = ["return { loss };", "return { loss, more: 1 };"] as const;
const RENAMED = ["return { loss };", "return { newLoss: loss };"] as const;
const START = ["Math.sin(i", "Math.cos(i"] as const;

const withWorkers = (verb: string, more: readonly string[]): readonly string[] =>
  /^(suite|revalidate) /.test(verb) && !more.includes("--workers") ? [...more, "--workers", "1"] : more;
const start = (verb: string, store: string, more: readonly string[] = [], stepMs = "0"): ProgramUnderTest =>
  new ProgramUnderTest(
    fixture("millisecond.js"),
    [...verb.split(" "), "--store", at(store), ...withWorkers(verb, more)],
    {
      FIXTURE_STEP_MS: stepMs,
    },
  );
const run = (verb: string, store: string, more: readonly string[] = []): Promise<Ended> =>
  start(verb, store, more).ended;
const out = (store: string): string[] => ["--out", at(`${store}-pages`)];
const suite = (id: string, store: string, ...more: string[]): Promise<Ended> =>
  run(`suite ${id}`, store, ["--profile", "paper", "--engine", "cpu", ...out(store), ...more]);
/** A store with the runs of the original code. */
function storeOf(name: string, original = "original"): string {
  cpSync(at(original), at(name), { recursive: true });
  return name;
}
/** The page of a suite as the fixture writes it. */
async function report(id: string, store: string): Promise<{ code: number | null; verdict: string; said: string }> {
  const { code } = await run(`report ${id}`, store, out(store));
  const page = filesBelow(at(`${store}-pages`)).find((file) => file.endsWith(`${id}.html`))!;
  const { judgements, warnings } = JSON.parse(readFileSync(at(`${store}-pages`, page), "utf8"));
  return { code, verdict: judgements[0].verdict, said: [judgements[0].reason, ...warnings].join("\n") };
}
function assertEnds({ code, stdout, stderr }: Ended, expected: number, ...said: RegExp[]): void {
  const all = stdout + stderr;
  assert.equal(code, expected, all);
  for (const text of said) assert.match(all, text);
  assert.doesNotMatch(all, /This is a bug|\n {4}at /);
}

before(async () => {
  assertEnds(await suite("millisecond", "original"), 0, /4\/4/);
  assertEnds(await suite("chained", "original", "--model", "after-calm", "--replicates", "1"), 0);
  assertEnds(await suite("faulty", "original", "--model", "divergent", "--replicates", "1"), 0);
  assertEnds(await suite("faulty", "original", "--model", "wild", "--replicates", "1"), 0);
});

describe("runs of the same code", () => {
  it("with other comments, formatting and types need no check", async () => {
    const store = storeOf("comment");
    const before = await report("millisecond", store);
    change(...COMMENT);
    assert.deepEqual(await report("millisecond", store), before);
    assertEnds(await run("revalidate millisecond", store), 0, /0 of 4 stored runs are of other code/);
  });
});

describe("runs of other code", () => {
  it("are STALE until a check finds that today's code makes the same", async () => {
    const store = storeOf("same");
    assert.notEqual((await report("millisecond", store)).verdict, "STALE");
    change(...SAME);
    const unchecked = await report("millisecond", store);
    assert.deepEqual([unchecked.code, unchecked.verdict], [3, "STALE"]);
    assert.match(unchecked.said, /4 of 4 runs were made by other code/);
    const command = `npm run revalidate millisecond -- --store ${at(store)}`;
    assert.equal(unchecked.said.includes(`Run "${command}"`), true, unchecked.said);
    assertEnds(
      await run("revalidate millisecond", store),
      0,
      /4 of 4 stored runs are of other code/,
      /4 checked and the same/,
    );
    const checked = await report("millisecond", store);
    assert.equal(checked.code, 0);
    assert.doesNotMatch(checked.verdict + checked.said, /STALE|other code/);
    assertEnds(await run("revalidate millisecond", store), 0, /0 of 4 stored runs are of other code/);
  });

  it("are STALE, by their first updates, when a number of the training changed", async () => {
    const store = storeOf("number");
    change(...STEP);
    const ended = await run("revalidate millisecond", store);
    assertEnds(
      ended,
      3,
      /STALE {2}millisecond\/paper\/calm\/only\/replicate=0\n {2}state after 50 updates: \w{12}… stored/,
    );
    assert.doesNotMatch(ended.stdout, /metric/);
    const { code, verdict, said } = await report("millisecond", store);
    assert.deepEqual([code, verdict], [3, "STALE"]);
    const command = `npm run revalidate millisecond -- --set-aside --store ${at(store)}`;
    assert.match(said, /4 of 4 runs come out differently under today's code/);
    assert.equal(said.includes(`after "${command}" they are done again`), true, said);
    assert.equal(ended.stdout.includes(`do the STALE runs again: ${command}, then`), true, ended.stdout);
    assertEnds(await run("revalidate millisecond", store, ["--set-aside"]), 3, /were set aside \(\.stale\)/);
    const aside = await run("verify", store);
    assert.doesNotMatch(aside.stdout, /the chain lists it|not in it yet/, "the chain knows of it");
    assertEnds(await suite("millisecond", store), 0, /0 already stored/);
    assertEnds(await run("verify", store), 0, /Everything is what was stored/);
    assert.notEqual((await report("millisecond", store)).verdict, "STALE");
    assert.equal(filesBelow(at(store, "millisecond")).filter((file) => file.endsWith(".json.stale")).length, 8);
  });

  it("are STALE, by the metric's name and both values, when the measurement changed", async () => {
    const store = storeOf("measure");
    change(...MEASURE);
    const { stdout, ...ended } = await run("revalidate millisecond", store, ["--json"]);
    assertEnds({ stdout: "", ...ended }, 3);
    for (const { standing, differences } of JSON.parse(stdout).runs) {
      assert.deepEqual([standing, differences.length, differences[0].what], ["stale", 1, "metric loss"]);
      const ratio = Number(differences[0].now) / Number(differences[0].stored);
      assert.ok(Math.abs(ratio - 256 / 257) < 1e-12, `${ratio}`);
    }
  });

  it("that diverged are judged by their first updates", async () => {
    const store = storeOf("diverged");
    change(...SAME);
    assertEnds(await run("revalidate faulty", store), 0, /divergent only 0: stands/);
    change(...STEP);
    assertEnds(await run("revalidate faulty", store), 3, /STALE {2}faulty\/paper\/divergent/);
  });

  it("fall with the run that they start from, and are set aside with it", async () => {
    const store = storeOf("chained");
    change(...START);
    const ended = await run("revalidate chained", store, ["--set-aside"]);
    assertEnds(
      ended,
      3,
      /after-calm only 0: stands/,
      /STALE {2}chained\S+\n {2}it starts from millisecond\/paper\/calm/,
    );
    assertEnds(
      await suite("chained", store, "--model", "after-calm", "--replicates", "1"),
      0,
      /1 runs that they start from/,
    );
  });

  it("of a reduced profile stay NOT TESTED, and the report warns", async () => {
    writeFileSync(MAIN, ORIGINAL);
    assertEnds(await suite("millisecond", "reduced", "--profile", "smoke"), 0);
    change(...SAME);
    const { code, verdict, said } = await report("millisecond", "reduced");
    assert.deepEqual([code, verdict], [0, "NOT TESTED"]);
    assert.match(said, /4 of 4 runs were made by other code than today's/);
  });
});

describe("runs whose weights were left behind", () => {
  /** A store with runs of the original code, without the weights whose files match. */
  function withoutWeights(name: string, which = /./): string {
    const store = storeOf(name);
    const weights = filesBelow(at(store)).filter((file) => file.endsWith(".weights.safetensors") && which.test(file));
    assert.equal(weights.length > 0, true);
    for (const file of weights) rmSync(at(store, file));
    return store;
  }
  const findings = (store: string, of: string): { verdict: string; measuredFrom?: string }[] =>
    filesBelow(at(store, of))
      .filter((file) => file.endsWith(".revalidation.json"))
      .map((file) => JSON.parse(readFileSync(at(store, of, file), "utf8")).finding);

  it("stand where their first updates are the same, and their metrics measured from the stored arrays", async () => {
    const store = withoutWeights("arrays");
    change(...SAME);
    assertEnds(
      await run("revalidate millisecond", store),
      0,
      /4 of 4 stored runs are of other code/,
      /calm only 0: stands: first updates equal, metrics measured again from the stored arrays/,
      /4 runs: 4 checked and the same\./,
    );
    assert.deepEqual(findings(store, "millisecond"), Array(4).fill({ verdict: "stands", measuredFrom: "arrays" }));
    const { code, verdict, said } = await report("millisecond", store);
    assert.equal(code, 0);
    assert.doesNotMatch(verdict + said, /STALE|other code/);
    assertEnds(await run("revalidate millisecond", store), 0, /0 of 4 stored runs are of other code/);
  });

  it("are STALE where first updates or metrics come out differently", async () => {
    const store = withoutWeights("arrays-stale");
    for (const [edit, what] of [
      [STEP, "state after 50 updates"],
      [MEASURE, "metric loss"],
    ] as const) {
      change(edit[0], edit[1]);
      const { code, stdout, stderr } = await run("revalidate millisecond", store, ["--json"]);
      assert.equal(code, 3, stderr);
      for (const { standing, differences } of JSON.parse(stdout).runs) {
        assert.equal(standing, "stale");
        assert.deepEqual(
          differences.map((one: { what: string }) => one.what),
          [what],
        );
      }
      assert.equal((await report("millisecond", store)).verdict, "STALE");
    }
  });

  it("count, with a word of it, where their suite cannot measure the arrays", async () => {
    const store = withoutWeights("nothing");
    change(...MEASURE);
    assertEnds(
      await run("revalidate faulty", store),
      0,
      /wild only 0: stands: first updates equal, metrics not measured again/,
      /CHECKED IN PART {2}faulty\/paper\/wild\/only\/replicate=0\n.*metrics not measured again/,
      /1 with equal first updates, metrics not measured again/,
    );
    const { code, verdict, said } = await report("faulty", store);
    assert.notEqual(verdict, "STALE");
    assert.equal(code, 0);
    assert.match(
      said,
      /1 of 2 runs were made by other code .* metrics were not measured again.*They count as they are/,
    );
    change(...STEP);
    assertEnds(await run("revalidate faulty", store), 3, /STALE {2}faulty\/paper\/wild/);
  });

  it("that start from others without weights are measured alone, and it is said that nobody trained them again", async () => {
    const store = withoutWeights("upstream");
    change(...SAME);
    const ended = await run("revalidate chained", store);
    const why = "the weights of millisecond/paper/calm/only/replicate=0 that it starts from are not here";
    assertEnds(
      ended,
      0,
      /CHECKED IN PART {2}chained\S+\n {2}unverifiable: first updates not replayed: .*; metrics measured again from the stored arrays, and equal/,
      /1 whose first updates cannot be made again/,
    );
    assert.equal(ended.stdout.includes(why), true, ended.stdout);
    assert.deepEqual(
      findings(store, "chained").map(({ verdict, measuredFrom }) => [verdict, measuredFrom]),
      [["unverifiable", "arrays"]],
    );
    change(...MEASURE);
    assertEnds(await run("revalidate chained", store), 3, /STALE {2}chained\S+\n {2}metric loss/);
  });

  it("are checked in full once their weights are here", async () => {
    const store = withoutWeights("back");
    change(...SAME);
    assertEnds(await run("revalidate chained", store), 0, /4 of 4 stored runs are of other code/);
    cpSync(at("original"), at(store), { recursive: true, filter: (file) => !file.endsWith(".json") });
    assertEnds(await run("revalidate chained", store), 0, /3 of 4 stored runs/, /4 runs: 4 checked and the same\./);
    assert.deepEqual(findings(store, "chained"), [{ verdict: "stands", measuredFrom: "weights" }]);
  });
});

describe("runs that are kept in git", () => {
  it("are named by a report of another store, and of none, with the command that shows them", async () => {
    const kept = /Runs of millisecond are kept in git: npm run report millisecond -- --store \S*reports\/evidence/;
    change(...COMMENT);
    assertEnds(await run("report millisecond", "none", out("none")), 3, /There is no store in/);
    cpSync(at("original"), at("reports", "evidence"), { recursive: true });
    assertEnds(await run("report millisecond", "none", out("none")), 3, /There is no store in/, kept);
    assertEnds(await run("report millisecond", "original", out("original")), 0, kept);
    const own = await run("report millisecond", join("reports", "evidence"), out("kept"));
    assertEnds(own, 0);
    assert.doesNotMatch(own.stderr, kept);
  });
});

describe("a check", () => {
  it("compares the metrics that a run has: a new one says nothing of it, one that is gone is a difference", async () => {
    const store = storeOf("columns");
    change(...MORE);
    assertEnds(await run("revalidate millisecond", store), 0, /4 runs: 4 checked and the same\./);
    change(...RENAMED);
    assertEnds(await run("revalidate millisecond", store), 3, /metric loss: [\d.e-]+ stored, absent now/);
  });

  it("needs the run's own engine, and says which", async () => {
    const store = storeOf("engine");
    change(...SAME);
    const other = await run("revalidate millisecond", store, ["--engine", "wasm"]);
    assertEnds(other, 3, /NOT CHECKED.*\n.*it is of cpu and can be checked with --engine cpu only/, /4 not checked/);
  });

  it("of another kind of processor are not called STALE for other bits: nobody can say whose doing they are", async () => {
    const store = storeOf("elsewhere");
    for (const file of filesBelow(at(store)).filter((name) => /calm.*\.json$/.test(name))) {
      const record = JSON.parse(readFileSync(at(store, file), "utf8"));
      record.provenance.machine.cpu = "another";
      delete record.checksum; // as in a store of an older version
      writeFileSync(at(store, file), JSON.stringify(record));
    }
    change(...STEP);
    const { code, stdout, stderr } = await run("revalidate millisecond", store, ["--json"]);
    assert.equal(code, 3, stderr);
    const standings = JSON.parse(stdout).runs.map((one: { standing: string }) => one.standing);
    assert.deepEqual(standings, ["unchecked", "stale", "unchecked", "stale"]);
    assert.match(
      stderr,
      /not checked: state after 50 updates comes out differently here, but the run is of another kind of processor/,
    );
    change(...SAME);
    assertEnds(await run("revalidate millisecond", store), 0, /4 checked and the same/);
  });

  it("that cannot be read is named, with what to do", async () => {
    const store = storeOf("corrupt");
    change(...SAME);
    assertEnds(await run("revalidate millisecond", store), 0);
    const [file] = filesBelow(at(store)).filter((name) => name.endsWith(".revalidation.json"));
    writeFileSync(at(store, file!), '{"verdict":"stands"');
    const said =
      /revalidation\.json does not say what a check of its run found.*Remove it and run npm run revalidate millisecond/;
    assertEnds(await run("revalidate millisecond", store), 3, said);
    assertEnds(await run("report millisecond", store, out(store)), 3, said);
  });

  it("stops by Ctrl-C with exit code 130, and goes on where it stopped", {
    skip: process.platform !== "linux",
  }, async () => {
    const store = storeOf("stopped");
    change(...SAME);
    const program = start("revalidate millisecond", store, ["--workers", "1"], "30");
    await program.said("[1/4]");
    program.signal("SIGINT", true);
    assertEnds(await program.ended, 130, /Stopped by SIGINT: [123] runs are left to check/);
    await program.allGone();
    assertEnds(
      await run("revalidate millisecond", store),
      0,
      /[123] of 4 stored runs are of other code/,
      /4 checked and the same/,
    );
  });

  it("of nothing says so", async () => {
    assertEnds(
      await run("revalidate millisecond", "original", ["--profile", "quick"]),
      3,
      /no finished runs of millisecond of profile quick/,
    );
  });
});
