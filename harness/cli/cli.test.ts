/** The command line as a person meets it: whole programs, their words, exit codes and files. */
import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { availableParallelism } from "node:os";
import { dirname, join } from "node:path";
import { after, describe, it } from "node:test";
import { setTimeout } from "node:timers/promises";
import { BINDING } from "../engine/tensorflow/install/manifest.ts";
import { findInstallation, installFolder } from "../engine/tensorflow/install/provision.ts";
import { updatesIn } from "../store/fixtures/read-events.ts";
import {
  type Ended,
  FAST_TEMPORARY,
  filesBelow,
  finishedFiles,
  MAIN,
  MILLISECOND_MAIN,
  ProgramUnderTest,
  ROOT,
  records,
  results,
  run,
} from "../testing/program-under-test.ts";

const root = mkdtempSync(join(FAST_TEMPORARY, "cli-test-"));
after(() => rmSync(root, { recursive: true, force: true }));
const at = (...names: string[]): string => join(root, ...names);

const QUICKLY = ["--profile", "smoke", "--engine", "cpu", "--workers", "1", "--replicates", "1"];
/** A suite of the fixture in the named store, with pages beside it. */
const suite = (id: string, name: string, ...more: string[]): string[] => [
  "suite",
  id,
  ...QUICKLY,
  "--store",
  at(name),
  "--out",
  at(`${name}-pages`),
  ...more,
];

function assertEnds({ code, stdout, stderr }: Ended, expected: number, ...said: (string | RegExp)[]): void {
  const all = stdout + stderr;
  assert.equal(code, expected, all);
  for (const text of said)
    assert.ok(typeof text === "string" ? all.includes(text) : text.test(all), `${text} in:\n${all}`);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: escape codes are what is looked for
  assert.doesNotMatch(all, /\x1b|\r/, "no colours or cursor movements in a pipe");
  if (expected !== 4) assert.doesNotMatch(all, /This is a bug|\n {4}at /, "no stack but for a bug");
}

describe("wrong use", { concurrency: 2 }, () => {
  const cases: [args: string[], ...said: (string | RegExp)[]][] = [
    [[], "Name a command: suite, plan,"],
    [["suit", "toy-modes"], 'Unknown command "suit". Did you mean "suite"?'],
    [["worker"], 'Unknown command "worker"'],
    [["suite"], "suite needs the name of a suite"],
    [["suite", "toy-mode"], 'Unknown suite "toy-mode". Did you mean "toy-modes"?'],
    [["suite", "toy-modes", "--profil", "smoke"], 'Unknown option "--profil". Did you mean "--profile"?'],
    [
      ["suite", "toy-modes", "--profile", "smok"],
      'Unknown profile "smok". Did you mean "smoke"? Known: paper, quick, smoke.',
    ],
    [["suite", "toy-modes", "--", "--profile", "fast"], 'Unknown profile "fast". Known: paper, quick, smoke.'],
    [["suite", "toy-modes", "--profile", "smoke", "--profile", "x"], 'Unknown profile "x"'],
    [["suite", "toy-modes", "--model", "gann"], 'Unknown model "gann". Did you mean "gan"? Known: ali, gan.'],
    [
      ["suite", "toy-modes", "--claim", "ali-meen"],
      'Unknown claim "ali-meen". Did you mean "ali-mean"? Known: ali-over-gan, ali-mean,',
    ],
    [
      ["suite", "toy-modes", "--profile", "paper", "--setting", "fixd"],
      'Unknown setting "fixd". Did you mean "fixed"? Known: random, random-narrow, fixed, fixed-beta1-0.8.',
    ],
    [["plan", "toy-modes", "--setting", "fixd"], 'Unknown setting "fixd". Did you mean "fixed"? Known: random, fixed.'],
    [["suite", "toy-modes", "--setting", ""], "--setting is empty"],
    [
      ["suite", "toy-modes", "--setting", "random-narrow"],
      'The quick profile of toy-modes has no runs of the setting "random-narrow". It has: random, fixed. ' +
        "Profiles with that setting: paper (--profile).",
    ],
    [
      ["suite", "toy-modes", "--setting", "fixed", "--claim", "ali-mean"],
      "No run of the quick profile of toy-modes matches --setting fixed --claim ali-mean. " +
        "Runs of the claim ali-mean: ali under random. Change or leave out an option.",
    ],
    [
      ["plan", "toy-modes", "--model", "ali", "--setting", "random", "--claim", "gan-mean"],
      "No run of the quick profile of toy-modes matches --model ali --setting random --claim gan-mean. " +
        "Runs of the claim gan-mean: gan under random.",
    ],
    [
      ["plan", "toy-inference", "--claim", "ali-matches-prior"],
      'The claim "ali-matches-prior" of toy-inference is qualitative: no run decides it. Claims with runs: ',
    ],
    [["suite", "toy-modes", "--engine", "wsam"], 'Unknown engine "wsam". Did you mean "wasm"?'],
    [
      ["suite", "toy-modes", "smoke"],
      'Do not know what to do with "smoke"',
      "npm run suite toy-modes -- --option value",
    ],
    [["suite", "toy-modes", "--no-json"], 'Unknown option "--no-json"'],
    [["suite", "toy-modes", "--store"], "--store needs a value"],
    [["suite", "toy-modes", "--store", ""], "--store is empty"],
    [["suite", "toy-modes", "--workers", "0"], '--workers takes a whole number from 1 to 1024, got "0"'],
    [["suite", "toy-modes", "--workers", "two"], 'got "two"'],
    [["suite", "toy-modes", "--replicates", "1e3"], 'got "1e3"'],
    [["suite", "toy-modes", "--replicates=-1"], 'got "-1"'],
    [
      ["suite", "toy-modes", "--run-timeout", "0"],
      '--run-timeout takes a number of minutes above 0, e.g. 90 or 0.5, got "0"',
    ],
    [
      ["suite", "toy-modes", "--checkpoint-every", "1.5"],
      '--checkpoint-every takes a whole number from 1 to 86400000, got "1.5"',
    ],
    [["engine", "instal"], 'Unknown action "instal"'],
    [["report", "toy-modes", "--profile", "tiny"], 'Unknown profile "tiny"'],
  ];
  it("is explained in one line with exit code 2, and makes no store", () => {
    // One process asks them all, as each start costs a second: runCli gives the exit code and never throws.
    const store = ["--store", at("wrong-use")];
    const asked = cases.map(([args]) =>
      args[0] === "suite" && args.length > 2 && !args.includes("--store") ? [...args, ...store] : args,
    );
    const code = `
      const { runCli } = await import(${JSON.stringify(join(import.meta.dirname, "run-cli.ts"))});
      const { SUITES } = await import(${JSON.stringify(join(import.meta.dirname, "..", "..", "suites", "index.ts"))});
      for (const args of ${JSON.stringify(asked)}) {
        const code = await runCli(args, { suites: async () => SUITES });
        console.error("exit code " + code + "\\n=====");
      }`;
    const { stderr, stdout } = spawnSync(process.execPath, ["--import", "tsx", "--input-type=module", "--eval", code], {
      encoding: "utf8",
      cwd: ROOT,
    });
    const answers = stderr.split("\n=====\n");
    for (const [i, [args, ...said]] of cases.entries()) {
      const answer = answers[i]!;
      assert.match(answer, /^Error: .*\nexit code 2$/, `${args.join(" ")}:\n${answer}`);
      for (const text of said) assert.ok(answer.includes(text as string), `${args.join(" ")}: ${text} in:\n${answer}`);
    }
    assert.equal(stdout, "");
    // Another suite of this file is at work in the folder already.
    assert.deepEqual(
      filesBelow(root).filter((file) => file.startsWith("wrong-use")),
      [],
    );
  });

  it("gets the same exit code from the program itself; help teaches and is no error", async () => {
    const [wrong, help] = await Promise.all([run(MAIN, ["suit"]), run(MAIN, ["suite", "--help"])]);
    assertEnds(wrong, 2, 'Did you mean "suite"?');
    assertEnds(
      help,
      0,
      "--replicates",
      "npm run suite toy-modes -- --profile paper",
      "[default: one a core, one for a GPU]",
    );
  });
});

describe("a store", () => {
  it("that is damaged ends the command with exit code 3, naming the file, and nothing is overwritten", async () => {
    assertEnds(await run(MILLISECOND_MAIN, suite("millisecond", "damaged")), 0);
    const [first, second] = [...records(at("damaged")).keys()] as [string, string];
    const kept = statSync(at("damaged", second)).mtimeMs;
    const damage = (text: string): void => writeFileSync(at("damaged", first), text);
    const foreign = '{"a":"letter"}';
    damage(readFileSync(at("damaged", first), "utf8").slice(0, 100));
    const ended = await run(MILLISECOND_MAIN, suite("millisecond", "damaged"));
    assertEnds(ended, 3, at("damaged", first), "it is not JSON", "It was left as it is", "only that run is repeated");
    damage(foreign);
    const [report, status] = await Promise.all([
      run(MILLISECOND_MAIN, ["report", "--store", at("damaged"), "--out", at("damaged-pages")]),
      run(MILLISECOND_MAIN, ["status", "--store", at("damaged")]),
    ]);
    assertEnds(report, 3, at("damaged", first), "is not a run record of this program");
    assertEnds(status, 0, "1 unreadable", at("damaged", first));
    assert.equal(readFileSync(at("damaged", first), "utf8"), foreign);
    assert.equal(statSync(at("damaged", second)).mtimeMs, kept);
    rmSync(at("damaged", first));
    assertEnds(await run(MILLISECOND_MAIN, suite("millisecond", "damaged")), 0, "1 already stored");
  });

  it("of another version, a folder of other things or none at all is refused, and left alone", async () => {
    mkdirSync(at("newer"));
    writeFileSync(at("newer", "store.json"), '{"format":"reproducibility-store","version":9}');
    mkdirSync(at("thesis"));
    writeFileSync(at("thesis", "thesis.tex"), "");
    const [newer, thesis, none, status] = await Promise.all([
      run(MILLISECOND_MAIN, suite("millisecond", "newer")),
      run(MILLISECOND_MAIN, suite("millisecond", "thesis")),
      run(MILLISECOND_MAIN, ["report", "--store", at("none")]),
      run(MILLISECOND_MAIN, ["status", "--store", at("none")]),
    ]);
    assertEnds(newer, 3, "is a store of version 9; this program reads version 1");
    assertEnds(thesis, 2, "is not a store: it has files but no store.json");
    for (const ended of [none, status]) assertEnds(ended, 3, "There is no store in", "Run a suite first");
    assert.deepEqual([filesBelow(at("newer")), filesBelow(at("thesis"))], [["store.json"], ["thesis.tex"]]);
  });
});

describe("a suite at work", { skip: process.platform !== "linux" && "reads /proc", concurrency: 2 }, () => {
  const quiet = run(MILLISECOND_MAIN, suite("millisecond", "quiet"));

  /** The suite in the middle of its first run, with a checkpoint written. */
  async function inTheMiddle(name: string, stepMs = 40): Promise<ProgramUnderTest> {
    const program = new ProgramUnderTest(MILLISECOND_MAIN, suite("millisecond", name, "--checkpoint-every", "10"), {
      FIXTURE_STEP_MS: String(stepMs),
    });
    await program.said("About");
    while (program.running && !checkpoint(name)) await setTimeout(20);
    return program;
  }
  const checkpoint = (name: string): boolean =>
    filesBelow(at(name)).some((file) => file.endsWith("checkpoint.safetensors"));

  /** The same command finishes what was begun, to the results of a suite that nobody disturbed. */
  async function goesOn(name: string): Promise<void> {
    assertEnds(await run(MILLISECOND_MAIN, suite("millisecond", name)), 0);
    assertEnds(await quiet, 0);
    assert.deepEqual(results(at(name)), results(at("quiet")));
    assert.equal(Math.max(...[...records(at(name)).values()].map((record) => record.provenance.resumes)), 1);
    assert.equal(Boolean(!checkpoint(name)), true);
  }

  it("keeps others from its store, and by Ctrl-C stops with exit code 130, workers and all", async () => {
    const program = await inTheMiddle("int", 200);
    const second = await run(MILLISECOND_MAIN, suite("faulty", "int"));
    assertEnds(second, 3, "is in use by", '"npm run suite millisecond -- --profile smoke"', `process ${program.pid}`);
    assert.deepEqual(Object.keys(results(at("int"))), []);
    program.signal("SIGINT", true);
    program.signal("SIGINT"); // npm passes on what the terminal has sent already
    assertEnds(
      await program.ended,
      130,
      "Stopping: workers write their checkpoints",
      "Stopped by SIGINT: 2 of 2 runs are left. Nothing is lost; run the same command again to go on.",
    );
    await program.allGone();
    assert.equal(Boolean(checkpoint("int")), true);
    await goesOn("int");
  });

  it("plans only what the store does not hold yet, and says what each claim waits for", async () => {
    const all = ["millisecond", "--profile", "smoke", "--engine", "cpu", "--store", at("planned")];
    const plan = (...more: string[]) => run(MILLISECOND_MAIN, ["plan", ...all, ...more]);
    const before = JSON.parse((await plan("--json")).stdout);
    assert.deepEqual([before.stored, before.runs.length], [0, 4]);
    assert.equal(existsSync(at("planned")), false, "it only looks");
    assertEnds(await run(MILLISECOND_MAIN, suite("millisecond", "planned", "--model", "calm")), 0);
    const [text, asJson] = [await plan(), JSON.parse((await plan("--json")).stdout)];
    assertEnds(text, 0, "1 of 4 runs are stored.", /calm-below-wild: NOT TESTED, waits for 3 runs, about \S+/);
    assert.doesNotMatch(text.stdout, /calm\/only\/replicate=0/);
    const { stored, runs, totalMs, claims } = asJson;
    assert.deepEqual([stored, runs.length], [1, 3]);
    assert.deepEqual(claims, [
      { claim: "calm-below-wild", kind: "ordering", verdict: "NOT TESTED", waitsFor: [0, 1, 2], ms: totalMs },
    ]);
    const claim = ["--out", at("planned-pages"), "--claim", "calm-below-wild"];
    assertEnds(
      await run(MILLISECOND_MAIN, ["suite", ...all, ...claim]),
      0,
      "4 of 4 runs of the smoke budget, 1 already",
    );
    assertEnds(await plan(), 0, "4 of 4 runs are stored.", "Nothing is left to run.");
  });

  it("does and plans the runs of one setting alone", async () => {
    const only = [...QUICKLY, "--store", at("one-setting"), "--setting", "fixed"];
    assertEnds(
      await run(MAIN, ["suite", "toy-modes", ...only, "--out", at("one-setting-pages")]),
      0,
      "2 of 8 runs of the smoke budget",
    );
    const stored = [...records(at("one-setting")).keys()];
    assert.equal(stored.length, 2);
    for (const file of stored) assert.match(file, /\/(ali|gan)\/fixed\/replicate=0/);
    const planned = await run(MAIN, ["plan", "toy-modes", ...only, "--replicates", "2", "--json"]);
    const { stored: there, runs } = JSON.parse(planned.stdout);
    assert.equal(there, 2);
    assert.deepEqual(
      runs.map(({ path }: { path: string }) => path),
      ["ali", "gan"].map((model) => `toy-modes/smoke/${model}/fixed/replicate=1`),
    );
  });

  it("shows how far it is, while it runs and after it was stopped", async () => {
    const status = (...more: string[]) =>
      run(MILLISECOND_MAIN, ["status", "millisecond", "--store", at("seen"), ...more]);
    const program = await inTheMiddle("seen", 100);
    const [running, asJson] = await Promise.all([status(), status("--json")]);
    const [worker] = program.workers();
    assertEnds(
      running,
      0,
      "millisecond smoke on cpu: 4 planned, 1 running, 3 not run",
      `  millisecond/smoke/calm/only/replicate=0: running (process ${worker}), `,
      / of 80 updates \(\d+ %\).*; as of \d s ago\n/,
      /The store takes [\d.]+ kB of disk \(millisecond [\d.]+ kB\)/,
    );
    const [{ plans, sizeBytes }] = JSON.parse(asJson.stdout);
    assert.equal(plans[0].underWay[0].planned, 80);
    assert.equal(sizeBytes > 1_000, true);
    await program.said("[1/2]");
    while (!filesBelow(at("seen")).some((file) => file.includes("wild") && file.endsWith(".progress")))
      await setTimeout(20);
    program.signal("SIGINT");
    assert.equal((await program.ended).code, 130);
    const lines = (await status()).stdout.split("\n");
    assert.match(lines[0]!, /4 planned, 1 finished, 1 interrupted, 2 not run/);
    assert.match(
      lines[1]!,
      /^ {2}millisecond\/smoke\/wild\/only\/replicate=0: interrupted, \d+ of 80 updates \(\d+ %\); as of/,
    );
    await goesOn("seen");
    assert.match((await status()).stdout, /4 planned, 2 finished, 2 not run\nThe store takes/);
  });

  it("stops while a run is measured, and has its training still", async () => {
    const args = suite("millisecond", "measured", "--model", "calm", "--replicates", "1");
    const program = new ProgramUnderTest(MILLISECOND_MAIN, args, {
      FIXTURE_PIECES: "30000",
      FIXTURE_STEP_MS: "40",
    });
    const trained = (): boolean =>
      filesBelow(at("measured")).some(
        (file) => file.includes("tfevents") && updatesIn(dirname(at("measured", file))).at(-1) === 80,
      );
    while (!trained()) await setTimeout(50);
    await setTimeout(500);
    program.signal("SIGTERM");
    assertEnds(await program.ended, 143, "Stopped by SIGTERM: 1 of 1 runs are left.");
    await program.allGone();
    assertEnds(await run(MILLISECOND_MAIN, args), 0);
    const [record] = records(at("measured")).values();
    assert.deepEqual([record!.state, record!.provenance.resumes], ["finished", 1]);
  });

  it("by SIGTERM stops with exit code 143", async () => {
    const program = await inTheMiddle("term");
    program.signal("SIGTERM");
    assertEnds(await program.ended, 143, "Stopped by SIGTERM: 2 of 2 runs are left.");
    await program.allGone();
    await goesOn("term");
  });

  it("whose terminal is closed saves and ends with exit code 129", async () => {
    const program = await inTheMiddle("hup");
    program.child.stdout!.destroy();
    program.child.stderr!.destroy();
    program.signal("SIGHUP", true);
    assert.equal((await program.ended).code, 129);
    await program.allGone();
    assert.equal(Boolean(checkpoint("hup")), true);
    await goesOn("hup");
  });

  it("that is killed leaves no worker behind", async () => {
    const program = await inTheMiddle("kill");
    program.signal("SIGKILL");
    await program.allGone();
    assert.equal(Boolean(checkpoint("kill")), true);
    await goesOn("kill");
  });
});

describe("a suite of more than an hour", {
  skip: !existsSync("/usr/bin/script") && "there is no script (util-linux)",
}, () => {
  const long = { FIXTURE_UPDATES: "20000000" };
  /** On a terminal, with this typed in as the question comes; what is to be seen there. */
  function onTerminal(typed: string, name: string, ...more: string[]) {
    const words = [process.execPath, MILLISECOND_MAIN, ...suite("millisecond", name, ...more)]
      .map((word) => `'${word}'`)
      .join(" ");
    const child = spawn("script", ["--quiet", "--return", "--command", words, "/dev/null"], {
      stdio: ["pipe", "pipe", "inherit"],
      env: { ...process.env, ...long, NODE_TEST_CONTEXT: undefined },
    });
    let seen = "";
    let answered = false;
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      seen += text;
      if (answered || !/Start\? \[y\/N\] |0\/2 runs/.test(seen)) return;
      answered = true;
      child.stdin.write(typed);
    });
    const ended = new Promise<{ code: number | null; seen: string }>((resolve) =>
      child.on("close", (code) => resolve({ code, seen })),
    );
    return { ended, type: (text: string) => child.stdin.write(text) };
  }
  const CTRL_C = "\u0003";

  it("asks on a terminal whether to start, and does not without a yes", async () => {
    const [no, interrupted] = await Promise.all([
      onTerminal("n\n", "asked-no").ended,
      onTerminal(CTRL_C, "asked-int").ended,
    ]);
    assert.match(no.seen, /About \d+ h \d+ min of training;[\s\S]*That is \d+ h \d+ min\. Start\? \[y\/N\] /);
    assert.match(no.seen, /Not started: the answer was not yes\. Nothing was stored\./);
    assert.match(interrupted.seen, /Stopped by SIGINT\. Nothing is lost/);
    assert.deepEqual([no.code, interrupted.code], [130, 130]);
    assert.deepEqual(filesBelow(at("asked-no")), ["store.json"]);
  });

  it("starts with a yes, or with --yes unasked", async () => {
    const yes = onTerminal("y\n", "asked-yes");
    while (!filesBelow(at("asked-yes")).some((file) => file.endsWith(".progress"))) await setTimeout(50);
    yes.type(CTRL_C);
    assert.match((await yes.ended).seen, /Start\? \[y\/N\] y[\s\S]*Stopped by SIGINT: 2 of 2 runs are left/);
    const unasked = await onTerminal(CTRL_C, "unasked", "--yes").ended;
    assert.doesNotMatch(unasked.seen, /Start\?/);
    assert.equal(unasked.code, 130, unasked.seen);
  });

  it("asks nobody elsewhere", async () => {
    const program = new ProgramUnderTest(MILLISECOND_MAIN, suite("millisecond", "nobody"), long);
    await program.said(/About \d+ h/);
    while (!filesBelow(at("nobody")).some((file) => file.endsWith(".progress"))) await setTimeout(50);
    program.signal("SIGTERM");
    const ended = await program.ended;
    assertEnds(ended, 143, "Stopped by SIGTERM: 2 of 2 runs are left.");
    assert.doesNotMatch(ended.stderr, /Start\?/);
  });
});

describe("results", () => {
  it("are the same each time they are reported; --json prints one JSON text and nothing else", async () => {
    const made = await run(MILLISECOND_MAIN, suite("millisecond", "reported", "--replicates", "2", "--json"));
    assertEnds(made, 0, "[4/4]");
    const { judgements } = JSON.parse(made.stdout);
    const again = ["report", "--store", at("reported"), "--out", at("reported-pages"), "--json"];
    const [once, twice, status] = await Promise.all([
      run(MILLISECOND_MAIN, again),
      run(MILLISECOND_MAIN, again),
      run(MILLISECOND_MAIN, ["status", "--store", at("reported"), "--json"]),
    ]);
    for (const ended of [once, twice]) {
      assertEnds(ended, 0);
      assert.deepEqual(
        JSON.parse(ended.stdout).map((report: { judgements: unknown }) => report.judgements),
        [judgements],
      );
    }
    assert.deepEqual(JSON.parse(status.stdout)[0].plans[0].states, { finished: 4 });
  });

  it("that cannot be printed end in exit code 3; a reader that goes away does not", {
    skip: process.platform !== "linux",
  }, () => {
    const shell = (line: string) =>
      spawnSync("bash", ["-o", "pipefail", "-c", line], {
        encoding: "utf8",
        cwd: join(import.meta.dirname, "..", ".."),
      });
    const status = `${process.execPath} ${MILLISECOND_MAIN} status --store ${at("reported")}`;
    const full = shell(`${status} > /dev/full`);
    assert.deepEqual(
      [full.status, /Cannot write to standard output: .*ENOSPC/.test(full.stderr)],
      [3, true],
      full.stderr,
    );
    const gone = shell(`${status} | true`);
    assert.deepEqual([gone.status, gone.stderr], [0, ""]);
  });
});

const tensorflow = findInstallation("cpu");

describe("the engine", { skip: !tensorflow && "tensorflow is not installed" }, () => {
  it("with one changed byte is refused with exit code 3 and what to do", async () => {
    const cache = at("cache");
    const folder = installFolder("cpu", cache);
    mkdirSync(folder, { recursive: true });
    for (const name of readdirSync(tensorflow!.folder)) symlinkSync(join(tensorflow!.folder, name), join(folder, name));
    for (const name of ["manifest.json", BINDING]) rmSync(join(folder, name));
    writeFileSync(join(folder, "manifest.json"), JSON.stringify({ ...tensorflow!.manifest, folder }));
    const binding = readFileSync(join(tensorflow!.folder, BINDING));
    binding[binding.length >> 1]! ^= 1;
    writeFileSync(join(folder, BINDING), binding);
    const ended = await run(MILLISECOND_MAIN, suite("millisecond", "tampered", "--engine", "tensorflow"), {
      ALI_CACHE: cache,
    });
    assertEnds(ended, 3, `the contents of ${BINDING} have changed`, 'Run "npm run engine install" to replace it');
    assert.deepEqual(filesBelow(at("tampered")), ["store.json"]);
  });

  const cores = availableParallelism();
  it("gets the cores that one run leaves idle as threads, and its bits are those of one thread", async (t) => {
    if (cores === 1) return t.skip("there is one core");
    const alone = (name: string, ...more: string[]): string[] => [
      ...["suite", "millisecond", "--profile", "smoke", "--engine", "tensorflow", "--model", "calm"],
      ...["--replicates", "1", "--store", at(name), "--out", at(`${name}-pages`), ...more],
    ];
    const shared = await run(MILLISECOND_MAIN, alone("all-cores"));
    assertEnds(shared, 0, `1 process of ${cores} threads: 1 run at once, ${cores} cores`);
    const one = await run(MILLISECOND_MAIN, alone("one-thread", "--workers", "1"));
    assertEnds(one, 0, "1 process of 1 thread, as --workers 1 says.");
    assert.equal(Object.keys(results(at("all-cores"))).length, 1);
    assert.deepEqual(results(at("all-cores")), results(at("one-thread")));
  });
});

describe("runs that fail", () => {
  it("are tried twice, then stored as crashed with their stack; the suite goes on and ends with exit code 4", async () => {
    const program = new ProgramUnderTest(MILLISECOND_MAIN, suite("faulty", "faulty", "--workers", "2"));
    const ended = await program.ended;
    assertEnds(
      ended,
      4,
      "throwing only 0: the throwing model threw at step 60; trying once more.",
      "dying only 0: the worker process was ended by SIGKILL",
      "faulty/smoke/throwing/only/replicate=0: crashed: the throwing model threw at step 60",
      "faulty/smoke/dying/only/replicate=0: crashed",
      "Some runs crashed or timed out: they are not results. Run the same command again",
    );
    await program.allGone();
    const byModel = new Map([...records(at("faulty")).values()].map((record) => [record.spec.model, record]));
    assert.deepEqual(Object.fromEntries([...byModel].map(([model, record]) => [model, record.state])), {
      calm: "finished",
      divergent: "diverged",
      dying: "crashed",
      throwing: "crashed",
      wild: "finished",
    });
    const [throwing, dying, divergent] = ["throwing", "dying", "divergent"].map((model) => byModel.get(model)!);
    assert.match(
      throwing!.failure.stack,
      /Error: the throwing model threw[\s\S]*at .*harness\/testing\/millisecond-main\.ts:\d/,
    );
    assert.match(dying!.failure.stack, /last words of the dying model/);
    assert.deepEqual([throwing!.provenance.attempts, dying!.provenance.attempts], [2, 2]);
    assert.deepEqual([divergent!.curve.update, divergent!.curve.loss.at(-1)], [[20, 40, 60, 80], null]);
    assert.equal("metrics" in divergent!, false);

    const before = finishedFiles(at("faulty"));
    const again = await run(MILLISECOND_MAIN, suite("faulty", "faulty"));
    assertEnds(again, 4, "3 already stored");
    assert.deepEqual(finishedFiles(at("faulty")), before);
  });

  it("for lack of time are given up, and finish when they get more", async () => {
    const quiet = run(MILLISECOND_MAIN, suite("millisecond", "in-time"));
    const slowly = { FIXTURE_STEP_MS: "15" };
    const late = await run(MILLISECOND_MAIN, suite("millisecond", "late", "--run-timeout", "0.005"), slowly);
    assertEnds(late, 4, /millisecond\/smoke\/calm\/only\/replicate=0: timed-out: not finished after \d s of training/);
    assertEnds(await run(MILLISECOND_MAIN, suite("millisecond", "late")), 0, "0 already stored");
    await quiet;
    assert.deepEqual(results(at("late")), results(at("in-time")));
  });
});
