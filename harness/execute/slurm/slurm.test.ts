/** Plans as job arrays of a real Slurm cluster, which is started here: whole programs, as a person starts them. */
import assert from "node:assert/strict";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
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
} from "../../testing/program-under-test.ts";
import { APART, type Job, SlurmUnderTest, until, whyNoSlurm } from "./fixtures/slurm-under-test.ts";

const skip = whyNoSlurm() ?? false;
/** Less than the plan has runs, so that it needs several. */
const LARGEST_ARRAY = 8;
const cluster = new SlurmUnderTest({ nodes: 2, cpusPerNode: 2, largestArray: LARGEST_ARRAY });
const folder = mkdtempSync(join(tmpdir(), "slurm-stores-"));
const started: ProgramUnderTest[] = [];
/** Runs of the plan: 20, and 200 for ci/soak.sh. */
const RUNS = process.env.SOAK === undefined ? 20 : 200;
/** A run of 4 s: long enough to be found at work. */
const SLOW = { FIXTURE_STEP_MS: "50" };

/** What takes Slurm long, beside the other tests: it looks every 30 s only for jobs whose time is up. */
let apart: { readonly late: Promise<Ended>; readonly lost: Promise<Ended> } | undefined;

before(async () => {
  if (skip) return;
  await cluster.start();
  const late = endLate();
  const lost = late.then(loseNode);
  lost.catch(() => {}); // its test tells
  apart = { late, lost };
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
const running = (partition?: string): Job[] =>
  cluster.jobs(partition).filter(({ state, name }) => state === "RUNNING" && /^repro-(millisecond|chained)/.test(name));
const onApart = ["--slurm", `partition=${APART.partition}`];
/** A run whose time is up while it is at work. */
async function endLate(): Promise<Ended> {
  const program = onSlurm("late", { FIXTURE_STEP_MS: "500" }, ...onApart, "--replicates", "1", "--model", "calm");
  await until("one is at work", () => running(APART.partition).length === 1);
  await sleep(2_000);
  const end = new Date(Date.now() + 1_000);
  const local = new Date(end.getTime() - end.getTimezoneOffset() * 60_000).toISOString().slice(0, 19);
  cluster.slurm("scontrol", "update", `JobId=${running(APART.partition)[0]!.id}`, `EndTime=${local}`);
  return program.ended;
}
/** Two runs on two nodes, of which one loses its power. */
async function loseNode(): Promise<Ended> {
  const program = onSlurm("lost", { FIXTURE_STEP_MS: "200" }, ...onApart, "--replicates", "1");
  // A job runs before its program does, and one that has not begun would survive its node.
  await until("two at work", () => running(APART.partition).length === 2 && program.slurmTasks().length === 2);
  cluster.killNode(APART.nodes[1]);
  await program.said(/ended as NODE_FAIL/);
  cluster.startNode(APART.nodes[1]);
  return program.ended;
}
/** As the system does when memory runs out. */
async function killOneTask(program: ProgramUnderTest): Promise<void> {
  await until("a task has started", () => program.slurmTasks().length > 0);
  process.kill(program.slurmTasks()[0]!, "SIGKILL");
}
/** A folder for the PATH with an sbatch that answers late for arrays of runs, and says that in a file. */
function slowAnswers(): string {
  const slow = mkdtempSync(join(folder, "path-"));
  const found = (process.env.PATH ?? "").split(":").find((place) => existsSync(join(place, "sbatch")))!;
  const script = `#!/bin/sh
"${found}/sbatch" "$@" || exit
case "$*" in *repro-millisecond*) touch "${slow}/submitted"; sleep 2;; esac
`;
  writeFileSync(join(slow, "sbatch"), script, { mode: 0o755 });
  return slow;
}
const states = (name: string): string[] => [...records(storeOf(name)).values()].map(({ state }) => state);
const provenances = (name: string): { readonly resumes: number }[] =>
  [...records(storeOf(name)).values()].map(({ provenance }) => provenance as { readonly resumes: number });

describe("--executor slurm", { skip, concurrency: false }, () => {
  it("does a plan as a throttled array, to the bits of this machine's processes", async () => {
    const replicates = ["--replicates", String(RUNS / 2)];
    const program = onSlurm("plan", {}, ...replicates, "--workers", "3");
    let most = 0;
    const arrays = new Set<string>();
    while (program.running) {
      most = Math.max(most, running().length);
      for (const { name } of running()) arrays.add(name);
      await sleep(200);
    }
    assertEnds(await program.ended, 0, /asking a node which engine/, new RegExp(`\\[${RUNS}/${RUNS}\\]`));
    assert.ok(most >= 2 && most <= 3, `${most} at once`);
    assert.ok(arrays.size >= RUNS / LARGEST_ARRAY, `${arrays.size} arrays`);
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

  it("does elsewhere what cannot be begun on a node, and stores the runs as crashed where there is no other", async () => {
    const sick = { FIXTURE_SICK_NODE: "n1" };
    const elsewhere = onSlurm("sick", sick, "--replicates", "1");
    assertEnds(await elsewhere.ended, 0, /exit code 3 on n1 .*Its log ends: the fixture's node is sick/s);
    assert.deepEqual(states("sick"), ["finished", "finished"]);
    const nowhere = onSlurm("all-sick", sick, "--replicates", "1", "--model", "calm", "--slurm", "nodelist=n1");
    assertEnds(await nowhere.ended, 4);
    assert.deepEqual(states("all-sick"), ["crashed"]);
  });

  it("waits for drained nodes, and says so", async () => {
    cluster.slurm("scontrol", "update", "NodeName=n1,n2", "State=DRAIN", "Reason=upkeep");
    const name = "drained 5%a"; // a path with what sbatch and a shell would take for their own
    const program = onSlurm(name, {}, "--replicates", "1");
    await program.said(/in the queue \(.*(Nodes|Drain|DRAIN|Resources|Priority)/);
    assert.deepEqual(running(), []);
    cluster.slurm("scontrol", "update", "NodeName=n1,n2", "State=RESUME");
    assertEnds(await program.ended, 0);
    assert.deepEqual(states(name), ["finished", "finished"]);
    await assertSameAsHere(name);
  });

  it("cancels its jobs at Ctrl-C, which write checkpoints that are gone on from", async () => {
    const program = onSlurm("stopped", SLOW);
    const checkpoints = (): number =>
      filesBelow(storeOf("stopped")).filter((file) => file.endsWith("checkpoint.safetensors")).length;
    await until("four have checkpoints", () => checkpoints() === 4);
    program.signal("SIGINT", true); // as a terminal does: to all its processes
    assertEnds(await program.ended, 130, /run the same command again/);
    assert.deepEqual(cluster.jobs(), []);
    assert.equal(checkpoints(), 4);
    assertEnds(await onSlurm("stopped").ended, 0);
    assert.ok(provenances("stopped").every(({ resumes }) => resumes === 1));
    await assertSameAsHere("stopped");
  });

  it("leaves no jobs at Ctrl-C in the middle of a submission", async () => {
    const folder = slowAnswers();
    const program = onSlurm("mid-submission", { ...SLOW, PATH: `${folder}:${process.env.PATH}` });
    await until("Slurm has the array, and has not said so", () => existsSync(join(folder, "submitted")));
    program.signal("SIGINT", true);
    assertEnds(await program.ended, 130);
    assert.deepEqual(cluster.jobs(), []);
  });

  it("finds the jobs of a killed coordinator in the queue; status shows queue and store together", async () => {
    const program = onSlurm("killed-coordinator", { FIXTURE_STEP_MS: "100" }, "--workers", "2");
    await until("two at work", () => running().length === 2);
    program.signal("SIGKILL", true);
    await program.ended;
    const before = new Set(cluster.jobs().map(({ id }) => id.split("_")[0]));
    const status = (env: Record<string, string>): Promise<Ended> =>
      start(["status", "millisecond", "--store", storeOf("killed-coordinator")], env).ended;
    const next = onSlurm("killed-coordinator", SLOW);
    const [both, apart] = await Promise.all([status({}), status({ PATH: "/nowhere" })]);
    assertEnds(both, 0, /4 planned, .*2 running on Slurm/, /2 in Slurm's queue/);
    assertEnds(apart, 0, /4 planned, 4 given to Slurm/, /Slurm cannot be asked/);
    await next.said(/[1-4] of them are in the queue of Slurm already/);
    const names = new Set(cluster.jobs().map(({ name }) => name));
    assertEnds(await next.ended, 0);
    assert.equal(before.size, 1);
    assert.equal(names.size, 1, "nothing was submitted twice");
    await assertSameAsHere("killed-coordinator");
  });

  it("leaves out what somebody else cancels, and what would start from it, and says so", async () => {
    const args = suiteArgs("cancelled", "--replicates", "1", "--model", "after-calm", "--executor", "slurm");
    const program = start(args.with(1, "chained"), SLOW);
    await until("one at work", () => running().length === 1);
    cluster.slurm("scancel", running()[0]!.id);
    const left = /ended as CANCELLED.*It was cancelled, and is left out.*after-calm.*is left out as well/s;
    assertEnds(await program.ended, 0, left);
    assert.deepEqual(states("cancelled"), []);
  });

  it("goes on from the checkpoint of a run whose time was up", async () => {
    assertEnds(await apart!.late, 0, /ended as TIMEOUT/, /trying once more/);
    assert.deepEqual(
      provenances("late").map(({ resumes }) => resumes),
      [1],
    );
    await assertSameAsHere("late");
  });

  it("loses only a lost node's runs, once", async () => {
    const ended = await apart!.lost;
    assertEnds(ended, 0, new RegExp(`ended as NODE_FAIL on ${APART.nodes[1]}`));
    assert.equal(ended.stderr.match(/trying once more/g)?.length, 1);
    await assertSameAsHere("lost");
  });

  it("bears a controller that is restarted, and does runs after those that they start from", async () => {
    const args = (name: string): string[] => suiteArgs(name, "--model", "after-calm").with(1, "chained");
    const program = start([...args("chained"), "--executor", "slurm"], SLOW);
    await until("two at work", () => running().length === 2);
    await cluster.stopController();
    await program.said("Its jobs go on; it is asked again");
    cluster.startController();
    assertEnds(await program.ended, 0, /Slurm answers again/);
    assertEnds(await start(args("chained-quiet")).ended, 0);
    assert.equal(states("chained").length, 4);
    assert.deepEqual(results(storeOf("chained")), results(storeOf("chained-quiet")));
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
    assert.match(stderr, /There is no squeue on the PATH/);
    assert.deepEqual(cluster.jobs(), []);
  });
});
