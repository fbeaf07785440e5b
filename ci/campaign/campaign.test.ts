/** A whole campaign of suites of milliseconds, killed and stopped on the way, up to the files to commit. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { lockFolder } from "../../harness/files/lock.ts";
import { FakeNpm } from "../../harness/testing/npm.ts";
import {
  assertEnds,
  type Ended,
  FAST_TEMPORARY,
  filesBelow,
  ProgramUnderTest,
  ROOT,
  results,
  run,
} from "../../harness/testing/program-under-test.ts";
import { TemporaryProject } from "../../harness/testing/project.ts";
import type { CampaignStatus } from "./status.ts";

const MAIN = `import { start } from "./harness/compile-ahead.js";
await start("harness/testing/millisecond-main.ts");
`;

const filesIfThere = (folder: string): string[] => (existsSync(folder) ? filesBelow(folder) : []);

describe("a campaign", { skip: process.platform !== "linux" && "reads /proc" }, () => {
  const folder = mkdtempSync(join(FAST_TEMPORARY, "campaign-test-"));
  const store = join(folder, "store");
  let project: TemporaryProject;
  let npm: FakeNpm;
  let revision: string;
  const programs: ProgramUnderTest[] = [];

  before(() => {
    project = new TemporaryProject();
    npm = new FakeNpm(project);
    for (const name of ["ci/campaign", "ci/campaign.sh", "ci/next-claim.ts"])
      cpSync(join(ROOT, name), project.at(name), { recursive: true });
    project.write("main.js", MAIN);
    project.write(".gitignore", "node_modules\nreports/out/\nmodels/\n");
    project.write("reports/evidence/README.md", "Evidence.\n");
    project.write("reports/evidence/store.json", '{"format":"reproducibility-store","version":1}\n');
    project.commit("a program with a campaign");
    revision = project.git("rev-parse", "HEAD");
  });
  after(async () => {
    for (const program of programs) program.killAll();
    project?.remove();
    rmSync(folder, { recursive: true, force: true });
  });

  const line = (over: object) => ({ revision, suite: "millisecond", engine: "cpu", ...over });
  const writeLines = (...lines: object[]): void =>
    void project.write(
      "reports/evidence/campaign.json",
      JSON.stringify({ format: "reproducibility-campaign", version: 1, lines }),
    );
  const begin = (args: string[], env: Record<string, string> = {}): ProgramUnderTest => {
    const main = project.at("ci", "campaign", "campaign.ts");
    const program = new ProgramUnderTest(main, args, { ...npm.env(), ALI_CAMPAIGN: folder, ...env });
    programs.push(program);
    return program;
  };
  const campaign = (args: string[], env: Record<string, string> = {}): Promise<Ended> => begin(args, env).ended;
  const status = async (): Promise<CampaignStatus> => JSON.parse((await campaign(["status", "--json"])).stdout);
  const states = ({ lines }: CampaignStatus): string[] =>
    lines.map(({ name, state }) => `${name.split(",")[1]} ${state}`);
  /** Asks for the status where files of the campaign have come or gone, and every three seconds. */
  async function until(what: string, isSo: (now: CampaignStatus) => boolean): Promise<CampaignStatus> {
    const files = (): string => ["store", "logs"].flatMap((name) => filesIfThere(join(folder, name))).join();
    for (const began = performance.now(); ; ) {
      const before = files();
      const now = await status();
      if (isSo(now)) return now;
      const log = join(folder, "logs", "campaign.log");
      const said = existsSync(log) ? readFileSync(log, "utf8") : "";
      assert.ok(performance.now() - began < 120_000, `not ${what}: ${JSON.stringify(now)}\n${said}`);
      for (let waited = 0; waited < 3_000 && files() === before; waited += 100) await sleep(100);
    }
  }
  const SLOW = { FIXTURE_STEP_MS: "150" };
  const [GAN, ALI] = [{ model: "calm", priority: 2 }, { model: "wild" }];

  it("starts once, is killed, goes on, takes up new lines, and brings its runs into the store in git", async () => {
    writeLines(line(ALI));
    const first = begin(["start", "--workers", "2"], SLOW);
    assertEnds(await first.ended, 0, /runs in the background/);
    const now = await until("a run", ({ running }) => running.some(({ process }) => process !== null));
    assert.deepEqual(states(now), [" model wild running"]);
    assert.match(now.running[0]!.path, /^millisecond\/paper\/wild\/only\/replicate=/);
    assert.equal(now.lines[0]!.left!.runs, 2);
    assert.ok(now.process! > 0 && now.freeBytes! > 0);
    const [, priority] = /\) (?:\S+ ){16}(-?\d+) /.exec(readFileSync(`/proc/${now.process}/stat`, "utf8"))!;
    assert.equal(priority, "19", "nice");
    assertEnds(await campaign(["start"]), 0, /is running already \(process \d+/);
    assert.equal(npm.calls().length, 1, "one installation a revision");

    first.killAll();
    await first.allGone();
    const killed = await status();
    assert.deepEqual([killed.process, killed.results, ...states(killed)], [null, 0, " model wild open"]);

    // While another program holds the store, the campaign waits.
    const lock = await lockFolder(store, "The store", "another suite", "");
    assertEnds(await campaign(["start"]), 0, /in use by "another suite"/);
    assert.deepEqual(states(await status()), [" model wild open"]);
    writeLines(line(ALI), line(GAN));
    await lock.release();
    const ended = await until(
      "done",
      ({ process, lines }) => process === null && lines.every(({ state }) => state === "done"),
    );
    assert.deepEqual([ended.results, ended.notCaptured, ended.running], [4, [], []]);
    assert.ok(ended.trainMs > 0 && ended.sinceMs > 0);
    assert.ok(ended.lines.every(({ idleMs }) => idleMs !== null && idleMs >= 0));
    assert.equal(npm.calls().length, 1);
    assertEnds(await campaign(["start"]), 0, /All 2 lines .* are done.*--again/);

    const collected = JSON.parse((await campaign(["collect", "--json"])).stdout);
    assert.deepEqual([collected.exitCode, collected.revalidated], [0, { millisecond: 0 }]);
    const evidence = project.at("reports", "evidence");
    assert.deepEqual(
      Object.keys(results(evidence)).filter((name) => name !== "campaign.json"),
      Object.keys(results(store)),
    );
    const kept = filesBelow(evidence).filter((name) => name !== "README.md");
    assert.ok(!kept.some((name) => name.endsWith(".safetensors")), "no weights");
    assert.deepEqual(
      collected.files.sort(),
      kept.map((name) => `reports/evidence/${name}`),
    );
    const verified = await run(project.at("main.js"), ["verify", "--store", evidence]);
    assertEnds(verified, 0);
    assertEnds(await campaign(["collect"]), 0, "To commit:");
    project.commit("evidence");
    assertEnds(await campaign(["collect"]), 0, "There is nothing to commit.");
  });

  it("names what has left its store, and does it again when it is told to", async () => {
    const [gone] = Object.keys(results(store)).filter((name) => name.includes("wild"));
    rmSync(join(store, gone!));
    const named = await campaign(["collect"]);
    assertEnds(
      named,
      3,
      /0 of 3 runs copied from/,
      `MISSING    ${gone}: the chain lists it`,
      "There is nothing to commit.",
    );
    assert.match(named.stderr, /millisecond: 4 runs: 4 of today's code/);
    assertEnds(await campaign(["start"]), 0, /All 2 lines .* are done/);
    assertEnds(await campaign(["start", "--again"]), 0, /runs in the background/);
    const ended = await until("done again", ({ process, results }) => process === null && results === 4);
    assert.deepEqual(states(ended), [" model wild done", " model calm done"]);
    assertEnds(await campaign(["collect"]), 0, /0 of 4 runs copied .* 4 were there with the same bits/);
  });

  it("goes on when the checkout that it was started in is removed, and status says whose lines it does", async () => {
    const other = join(folder, "other");
    spawnSync("git", ["clone", "--quiet", project.folder, other]);
    symlinkSync(join(ROOT, "node_modules"), join(other, "node_modules"));
    const lines = [line({ ...ALI, replicates: 5 }), line({ ...ALI, replicates: 6, priority: 2 })];
    writeLines(...lines);
    cpSync(project.at("reports", "evidence", "campaign.json"), join(other, "reports", "evidence", "campaign.json"));
    writeLines(line(ALI));
    const main = join(other, "ci", "campaign", "campaign.ts");
    const program = new ProgramUnderTest(main, ["start"], { ...npm.env(), ALI_CAMPAIGN: folder, ...SLOW });
    programs.push(program);
    assertEnds(await program.ended, 0, /runs in the background/);
    await until("a run", ({ running }) => running.some(({ process }) => process !== null));
    const whose = `It does the lines of ${join(other, "reports", "evidence", "campaign.json")}`;
    assertEnds(await campaign(["status"]), 0, `${whose}, not those of this checkout`, "What its commands say: ");
    rmSync(other, { recursive: true });
    assertEnds(await campaign(["status"]), 0, `${whose} as they were, which is not there any more`);
    await until("done", ({ process, results }) => process === null && results === 2 + 6);
  });

  it("stops with checkpoints, and goes on from them", async () => {
    writeLines(line({ ...ALI, replicates: 7 }));
    assertEnds(await campaign(["start", "--workers", "1"], SLOW), 0);
    await until("a run", ({ running }) => running.some(({ process, updates }) => process !== null && updates > 0));
    assertEnds(await campaign(["stop"]), 0, /write their checkpoints/, /not running/, /interrupted/);
    assert.ok(filesBelow(store).some((name) => name.endsWith(".checkpoint.safetensors")));
    assertEnds(await campaign(["stop"]), 0, "The campaign is not running.");
    assertEnds(await campaign(["start"]), 0);
    await until("done", ({ process, lines }) => process === null && lines[0]!.state === "done");
    const resumed = Object.keys(results(store)).map((name) => JSON.parse(readFileSync(join(store, name), "utf8")));
    assert.equal(resumed.find(({ spec }) => spec.replicate === 6 && spec.model === "wild").provenance.resumes, 1);
  });

  it("goes on with the next line when one fails, says so, and tries it again at the next start", async () => {
    writeLines(line({ model: "none" }), line({ ...ALI, claim: "calm-below-wild", priority: 2 }));
    assertEnds(await campaign(["start"]), 0);
    const { lines } = await until("ended", ({ process, lines }) => process === null && lines[1]!.state === "done");
    assert.deepEqual([lines[0]!.state, lines[1]!.code], ["failed", 0]);
    assert.match(lines[0]!.message, /Unknown model "none"/);
    assert.match((await campaign(["status"])).stdout, /failed {3}millisecond, model none, at .*Unknown model "none"/);
    assertEnds(await campaign(["start"]), 0, /runs in the background/);
  });

  it("says what is wrong with its lines and its use", async () => {
    await until("ended", ({ process }) => process === null);
    for (const [lines, said] of [
      [[line({ revision: "main" })], /lines\.0\.revision: 7 to 40 hexadecimal digits/],
      [[line({ sute: "x" })], /lines\.0: Unrecognized key: "sute"/],
      [[line({}), line({ priority: 3 })], /has the line "millisecond, at \w{7}" twice/],
      [[line({}), line({ revision: revision.slice(0, 8) })], /has the line "millisecond, at \w{7}" twice/],
      [[line({ revision: "0123456789" })], /There is no revision "0123456789" here/],
    ] as const) {
      writeLines(...lines);
      assertEnds(await campaign(["start"]), 2, said);
    }
    project.write("reports/evidence/campaign.json", "{");
    assertEnds(await campaign(["status"]), 2, /is not a list of a campaign's lines/);
    assertEnds(await campaign(["frobnicate"]), 2, /Unknown command "frobnicate"/);
    assertEnds(await campaign(["start", "--workers", "0"]), 2, /--workers takes a whole number/);
    assertEnds(await campaign(["collect"], { ALI_CAMPAIGN: join(folder, "none") }), 3, /has no store yet/);
    writeLines(line({}));
    assertEnds(await campaign(["start"], { ALI_CAMPAIGN: "/proc/campaign" }), 3, /cannot be made: .*ENOENT/);
    const { status: code, stdout } = spawnSync("bash", [project.at("ci", "campaign.sh"), "--help"], {
      encoding: "utf8",
    });
    assert.equal(code, 0);
    assert.match(stdout, /start \[--workers N\] \[--again\] \| status/);
    assert.ok(readdirSync(folder).includes("journal.jsonl"));
  });
});
