/** Kills whole programs at random moments, again and again: nothing stored is lost, and the results are those of a quiet run. */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";
import { after, describe, it } from "node:test";
import { setTimeout } from "node:timers/promises";
import { findInstallation } from "../engine/tensorflow/install/provision.ts";
import { Stream, streamKey } from "../random/seeds.ts";
import { updatesIn } from "../store/fixtures/read-events.ts";
import {
  type Ended,
  FAST_TEMPORARY,
  filesBelow,
  finishedFiles,
  MAIN,
  MILLISECOND_MAIN,
  ProgramUnderTest,
  records,
  results,
  run,
  type StoredFile,
} from "../testing/program-under-test.ts";

// 1.6 runs a kill, of 1 s of slow steps: kills within 1.5 s of their starts see some of them done, and never all.
process.env.FIXTURE_UPDATES = "160";

/** With SOAK set, as ci/soak.sh does: so many kills of a suite of milliseconds, and kills of a real training too. */
const SOAK = process.env.SOAK !== undefined;
const KILLS = SOAK ? 200 : 20;

const SEED = process.env.KILL_SEED ?? String(Date.now());
const folder = mkdtempSync(join(FAST_TEMPORARY, "kill-test-"));
const started: ProgramUnderTest[] = [];
after(async () => {
  for (const program of started) program.signal("SIGKILL", true);
  for (const program of started) await program.allGone();
  rmSync(folder, { recursive: true, force: true });
});

/** Who is killed. After a worker the parent is killed too, before the run's second death, which would be a crash. */
const VICTIMS = ["parent", "parent", "group", "worker"] as const;

interface Campaign {
  readonly name: string;
  readonly main: string;
  readonly args: readonly string[];
  /** Environment while it is being killed: slow steps; the last, quiet leg does without. */
  readonly slow: Readonly<Record<string, string>>;
  readonly kills: number;
  /** Longest time from the start of the runs to a kill. */
  readonly withinMs: number;
}

/** Starts the program and kills it until that was done `kills` times, then lets it finish. Every leg checks the store. */
async function kill({ name, main, args, slow, kills, withinMs }: Campaign): Promise<{ store: string; last: Ended }> {
  const store = join(folder, name);
  const command = [...args, "--store", store, "--out", `${store}-pages`, "--checkpoint-every", "5"];
  const stream = new Stream(streamKey(SEED, name, "moments"));
  const moments: string[] = [];
  let kept = new Map<string, StoredFile>();
  const check = (): void => {
    const now = finishedFiles(store);
    for (const [file, was] of kept) assert.deepEqual(now.get(file), was, `${name}: ${file} was lost or rewritten`);
    kept = now;
  };
  for (let killed = 0; killed < kills; killed++) {
    const program = new ProgramUnderTest(main, command, slow);
    started.push(program);
    const starting = killed % 4 === 3;
    const ms = stream.below(starting ? 2_000 : withinMs);
    const victim = killed === 0 ? "group" : VICTIMS[stream.below(VICTIMS.length)]!;
    if (!starting) await program.said("About");
    // The first time in the middle of a run, wherever that is on this machine: at least that one is gone on with.
    if (killed === 0) await checkpointIn(store, program);
    else await setTimeout(ms);
    if (victim === "worker") {
      killOneWorker(program, stream);
      await setTimeout(stream.below(500));
    }
    program.signal("SIGKILL", victim === "group");
    await program.ended;
    check();
    const when = killed === 0 ? "with a checkpoint" : `${ms} ms${starting ? " from the start" : ""}`;
    moments.push(`${victim} ${when} (${kept.size} finished)`);
  }
  const last = await run(main, command);
  check();
  console.log(`# ${name}: KILL_SEED=${SEED}; ${moments.join(", ")}; ${kept.size} finished`);
  return { store, last };
}

async function checkpointIn(store: string, program: ProgramUnderTest): Promise<void> {
  const isThere = (): boolean => filesBelow(store).some((file) => file.endsWith("checkpoint.safetensors"));
  while (program.running && !isThere()) await setTimeout(5);
}

function killOneWorker(program: ProgramUnderTest, stream: Stream): void {
  const workers = program.workers();
  if (workers.length === 0) return;
  try {
    process.kill(workers[stream.below(workers.length)]!, "SIGKILL");
  } catch {
    // It was ending by itself.
  }
}

async function quiet(name: string, main: string, args: readonly string[]): Promise<string> {
  const store = join(folder, name);
  const { code, stderr } = await run(main, [...args, "--store", store, "--out", `${store}-pages`]);
  assert.equal(code, 0, stderr);
  return store;
}

function assertSame(campaign: { store: string; last: Ended }, reference: string, runs: number): void {
  assert.equal(campaign.last.code, 0, campaign.last.stderr);
  assert.equal(Object.keys(results(reference)).length, runs);
  assert.deepEqual(results(campaign.store), results(reference));
  const litter = filesBelow(campaign.store).filter((file) => /\.tmp$|checkpoint|corrupt|progress/.test(file));
  assert.deepEqual(litter, []);
  const resumes = [...records(campaign.store).values()].map(({ provenance }) => provenance.resumes);
  assert.ok(Math.max(...resumes) > 0, "no run was continued");
  for (const [file, { curve }] of records(campaign.store))
    assert.deepEqual(updatesIn(join(campaign.store, file.replace(/json$/, "training"))), curve.update, file);
}

const linux = process.platform === "linux";

describe("a suite that is killed again and again", { skip: !linux && "reads /proc", concurrency: true }, () => {
  const args = [
    "suite",
    "millisecond",
    "--profile",
    "smoke",
    "--engine",
    "cpu",
    "--workers",
    "2",
    "--replicates",
    String(0.8 * KILLS),
  ];
  const reference = quiet("quiet", MILLISECOND_MAIN, args);
  for (const half of ["first", "second"])
    it(`finishes to the same bits after ${KILLS / 2} kills (${half} store)`, { timeout: 12_000 * KILLS }, async () => {
      const slow = { FIXTURE_STEP_MS: "6" };
      const campaign = { name: half, main: MILLISECOND_MAIN, args, slow, kills: KILLS / 2, withinMs: 1_500 };
      assertSame(await kill(campaign), await reference, 1.6 * KILLS);
    });
});

describe("the training of a toy model", { skip: linux ? !SOAK && "ci/soak.sh does it" : "reads /proc" }, () => {
  it("goes on to the same bits after three kills", { timeout: 400_000 }, async () => {
    // Two runs of 8,000 updates on tensorflow, of 600 on wasm: longer than three kills take together.
    const engine = findInstallation("cpu") ? "tensorflow" : "wasm";
    const only = ["--engine", engine, "--model", "gan", "--replicates", "1"];
    const args = ["suite", "toy-modes", "--profile", "quick", ...only, "--workers", "1"];
    const [campaign, reference] = await Promise.all([
      kill({ name: `toy-${engine}`, main: MAIN, args, slow: {}, kills: 3, withinMs: 2_000 }),
      quiet("toy-quiet", MAIN, args),
    ]);
    assertSame(campaign, reference, 2);
  });
});
