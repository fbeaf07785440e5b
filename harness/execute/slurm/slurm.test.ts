/** Plans as job arrays of a real Slurm cluster, which is started here: whole programs, as a person starts them. */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import {
  type Ended,
  filesBelow,
  MILLISECOND_MAIN,
  ProgramUnderTest,
  records,
  results,
} from "../fixtures/program-under-test.ts";
import { SlurmUnderTest, until, whyNoSlurm } from "./fixtures/slurm-under-test.ts";

const skip = whyNoSlurm() ?? false;
const cluster = new SlurmUnderTest({ nodes: 2, cpusPerNode: 2 });
const folder = mkdtempSync(join(tmpdir(), "slurm-stores-"));
const started: ProgramUnderTest[] = [];
/** Runs of the plan: 20, and 200 for ci/soak.sh. */
const RUNS = process.env.SOAK === undefined ? 20 : 200;
/** A run of 4 s: long enough to be found at work. */
const SLOW = { FIXTURE_STEP_MS: "50" };

before(async () => {
  if (!skip) await cluster.start();
});
after(async () => {
  for (const program of started) program.signal("SIGKILL", true);
  if (!skip) await cluster.stop();
  rmSync(folder, { recursive: true, force: true });
});

const storeOf = (name: string): string => join(folder, name);
function start(args: readonly string[], env: Readonly<Record<string, string>> = {}): ProgramUnderTest {
  const program = new ProgramUnderTest(MILLISECOND_MAIN, args, { ...cluster.env, ...env });
  started.push(program);
  return program;
}
const suiteArgs = (name: string, ...more: string[]): string[] => [
  ...["suite", "millisecond", "--engine", "cpu", "--store", storeOf(name), "--out", join(folder, `${name}-pages`)],
  ...["--checkpoint-every", "50", ...more],
];
const onSlurm = (name: string, env: Readonly<Record<string, string>> = {}, ...more: string[]): ProgramUnderTest =>
  start(suiteArgs(name, "--executor", "slurm", ...more), env);
/** What the same runs give on this machine, without Slurm. */
let quiet: Promise<Record<string, unknown>> | undefined;
const quietResults = (): Promise<Record<string, unknown>> => {
  quiet ??= start(suiteArgs("quiet", "--replicates", String(RUNS / 2))).ended.then(({ code, stderr }) => {
    assert.equal(code, 0, stderr);
    return results(storeOf("quiet"));
  });
  return quiet;
};
async function assertSameAsHere(name: string): Promise<void> {
  const here = await quietResults();
  const there = results(storeOf(name));
  assert.ok(Object.keys(there).length > 0);
  for (const [file, result] of Object.entries(there)) assert.deepEqual(result, here[file], file);
}
function assertEnds({ code, stdout, stderr }: Ended, expected: number, ...said: RegExp[]): void {
  const all = stdout + stderr;
  assert.equal(code, expected, `${all}\n${cluster.log()}`);
  for (const text of said) assert.match(all, text);
  assert.doesNotMatch(all, /This is a bug|\n {4}at /, "no stack");
}
/** Jobs of runs: not those that ask for an engine. */
const running = () =>
  cluster.jobs().filter(({ state, name }) => state === "RUNNING" && name.startsWith("repro-millisecond"));
/** As the system does when memory runs out. */
async function killOneTask(program: ProgramUnderTest): Promise<void> {
  await until("a task has started", () => program.slurmTasks().length > 0);
  process.kill(program.slurmTasks()[0]!, "SIGKILL");
}
const states = (name: string): string[] => [...records(storeOf(name)).values()].map(({ state }) => state);
const provenances = (name: string): { readonly resumes: number }[] =>
  [...records(storeOf(name)).values()].map(({ provenance }) => provenance as { readonly resumes: number });

describe("--executor slurm", { skip, concurrency: false }, () => {
  it("does a plan as a throttled array, to the bits of this machine's processes", async () => {
    const replicates = ["--replicates", String(RUNS / 2)];
    const program = onSlurm("plan", {}, ...replicates, "--workers", "3");
    let most = 0;
    while (program.running) {
      most = Math.max(most, running().length);
      await sleep(200);
    }
    assertEnds(await program.ended, 0, /asking a node which engine/, new RegExp(`\\[${RUNS}/${RUNS}\\]`));
    assert.ok(most >= 2 && most <= 3, `${most} at once`);
    assert.equal(states("plan").length, RUNS);
    await assertSameAsHere("plan");
    assert.deepEqual(
      filesBelow(storeOf("plan")).filter((file) => file.startsWith("slurm/")),
      [],
      "nothing is left of its jobs",
    );
    assertEnds(await onSlurm("plan", {}, ...replicates).ended, 0, new RegExp(`${RUNS} already stored`));
  });

  it("submits once more what a signal killed, and stores as crashed what it kills again", async () => {
    const program = onSlurm("killed", SLOW);
    await until("four at work", () => running().length === 4);
    await sleep(1_500);
    await killOneTask(program);
    assertEnds(await program.ended, 0, /stored nothing \(attempt 1\)[\s\S]*trying once more/);
    assert.deepEqual(states("killed"), Array(4).fill("finished"));
    await assertSameAsHere("killed");

    const again = onSlurm("killed-twice", SLOW, "--replicates", "1", "--model", "calm");
    for (let kill = 1; kill <= 2; kill++) {
      await again.said(kill === 1 ? "1 at work" : "trying once more");
      await killOneTask(again);
    }
    assertEnds(await again.ended, 4);
    assert.deepEqual(states("killed-twice"), ["crashed"]);
    // As with processes of this machine, the next invocation tries again.
    assertEnds(await onSlurm("killed-twice", {}, "--replicates", "1", "--model", "calm").ended, 0);
    assert.deepEqual(states("killed-twice"), ["finished"]);
  });

  it("goes on from the checkpoint of a run whose time was up", async () => {
    // Slurm looks for jobs whose time is up every 30 s.
    const program = onSlurm("late", { FIXTURE_STEP_MS: "500" }, "--replicates", "1", "--model", "calm");
    await until("one is at work", () => running().length === 1);
    await sleep(2_000);
    const [victim] = running();
    const end = new Date(Date.now() + 1_000);
    const local = new Date(end.getTime() - end.getTimezoneOffset() * 60_000).toISOString().slice(0, 19);
    cluster.slurm("scontrol", "update", `JobId=${victim!.id}`, `EndTime=${local}`);
    assertEnds(await program.ended, 0, /ended as TIMEOUT/, /trying once more/);
    assert.deepEqual(
      provenances("late").map(({ resumes }) => resumes),
      [1],
    );
    await assertSameAsHere("late");
  });

  it("loses only a lost node's runs, once", async () => {
    const program = onSlurm("lost", SLOW);
    await until("four at work", () => running().length === 4);
    const lost = running().filter(({ node }) => node === "n2").length;
    cluster.slurm("scontrol", "update", "NodeName=n2", "State=DOWN", "Reason=lost");
    const ended = await program.ended;
    await until("the node is back", () => cluster.stateOf("n2") === "idle");
    assertEnds(ended, 0, /ended as NODE_FAIL on n2/);
    assert.equal(ended.stderr.match(/trying once more/g)?.length, lost);
    await assertSameAsHere("lost");
  });

  it("waits for drained nodes, and says so", async () => {
    cluster.slurm("scontrol", "update", "NodeName=n1,n2", "State=DRAIN", "Reason=upkeep");
    const program = onSlurm("drained", {}, "--replicates", "1");
    await program.said(/in the queue \(.*(Nodes|Drain|DRAIN|Resources|Priority)/);
    assert.deepEqual(running(), []);
    cluster.slurm("scontrol", "update", "NodeName=n1,n2", "State=RESUME");
    assertEnds(await program.ended, 0);
    await assertSameAsHere("drained");
  });

  it("cancels its jobs at Ctrl-C, which write checkpoints that are gone on from", async () => {
    const program = onSlurm("stopped", SLOW);
    const checkpoints = (): number =>
      filesBelow(storeOf("stopped")).filter((file) => file.endsWith("checkpoint.safetensors")).length;
    await until("four have checkpoints", () => checkpoints() === 4);
    program.signal("SIGINT");
    assertEnds(await program.ended, 130, /run the same command again/);
    assert.deepEqual(cluster.jobs(), []);
    assert.equal(checkpoints(), 4);
    assertEnds(await onSlurm("stopped").ended, 0);
    assert.ok(provenances("stopped").every(({ resumes }) => resumes === 1));
    await assertSameAsHere("stopped");
  });

  it("finds the jobs of a killed coordinator in the queue; status shows queue and store together", async () => {
    const program = onSlurm("killed-coordinator", SLOW, "--workers", "2");
    await until("two at work", () => running().length === 2);
    program.signal("SIGKILL", true);
    await program.ended;
    const status = await start(["status", "millisecond", "--store", storeOf("killed-coordinator")]).ended;
    assertEnds(status, 0, /4 planned, .*2 running on Slurm/, /2 in Slurm's queue/);
    const before = new Set(cluster.jobs().map(({ id }) => id.split("_")[0]));
    const next = onSlurm("killed-coordinator", SLOW);
    await next.said("4 of them are in the queue of Slurm already");
    const names = new Set(cluster.jobs().map(({ name }) => name));
    assertEnds(await next.ended, 0);
    assert.equal(before.size, 1);
    assert.equal(names.size, 1, "nothing was submitted twice");
    await assertSameAsHere("killed-coordinator");
  });

  it("leaves out what somebody else cancels, and says so", async () => {
    const program = onSlurm("cancelled", SLOW, "--replicates", "1");
    await until("two at work", () => running().length === 2);
    await sleep(1_500);
    cluster.slurm("scancel", running()[0]!.id);
    assertEnds(await program.ended, 0, /ended as CANCELLED.*It was cancelled, and is left out/s);
    assert.deepEqual(states("cancelled"), ["finished"]);
  });

  it("says what it cannot do, and submits nothing", async () => {
    const refused = async (expected: number, said: RegExp, ...more: string[]): Promise<void> => {
      assertEnds(await start(suiteArgs("refused", ...more)).ended, expected, said);
    };
    await refused(2, /--slurm cannot set array: .*--workers/, "--executor", "slurm", "--slurm", "array=1-3");
    await refused(2, /long names.*got "Partition=gpu"/, "--executor", "slurm", "--slurm", "Partition=gpu");
    await refused(2, /--slurm is for --executor slurm/, "--slurm", "partition=gpu");
    await refused(2, /Unknown executor "slurn". Did you mean "slurm"\?/, "--executor", "slurn");
    await refused(2, /--stack is for one machine/, "--executor", "slurm", "--stack", "2");
    await refused(3, /sbatch failed: .*invalid partition/, "--executor", "slurm", "--slurm", "partition=nowhere");
    const { code, stderr } = await start(suiteArgs("refused", "--executor", "slurm"), { PATH: "/nowhere" }).ended;
    assert.equal(code, 3, stderr);
    assert.match(stderr, /There is no sbatch on the PATH/);
    assert.deepEqual(cluster.jobs(), []);
  });
});
