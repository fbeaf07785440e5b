/** What a coordinator makes of what Slurm says, and does not say: with a Slurm and a clock of the test's own. */
import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, it } from "node:test";
import type { RunRecord } from "../../contract/run.ts";
import { HarnessError } from "../../errors.ts";
import { armKeyOf, type Origin } from "../../provenance/provenance.ts";
import { type RunPlace, Store } from "../../store/store.ts";
import { place as walk } from "../../worker/fixtures/walk.ts";
import type { ExecuteEvent } from "../execute.ts";
import { failedRecord } from "../failed-record.ts";
import { batchesOf, batchFolder, writeBatch } from "./batch.ts";
import { NoAnswer, Refused } from "./commands.ts";
import { engineOfNodes } from "./engine-of-nodes.ts";
import { executeOnSlurm, type SlurmOptions } from "./execute-on-slurm.ts";
import { type Ending, type FakeTask, FakeWorld } from "./fixtures/fake-world.ts";
import { queuedRuns } from "./queued-runs.ts";

const folder = mkdtempSync(join(tmpdir(), "coordinator-test-"));
after(() => rmSync(folder, { recursive: true, force: true }));

const engine = { id: "cpu", class: "cpu", device: "a test's", versions: {}, reason: "a test" } as const;
const origin: Origin = {
  revision: null,
  dirty: null,
  diffSha256: null,
  lockfileSha256: null,
  sourceSha256: "today",
  rootSeed: "seed",
};
const FAILED: Ending = { state: "FAILED", exitCode: 1 };
const USELESS: Ending = { state: "FAILED", exitCode: 3 };
const silent = (words = "Socket timed out on send/recv operation"): NoAnswer =>
  new NoAnswer(`squeue failed: ${words}`, 3);

/** A plan of runs, the world that it meets, and what was said of it. */
class PlanUnderTest {
  readonly world = new FakeWorld();
  readonly store = Store.open(mkdtempSync(join(folder, "store-")), { create: true });
  readonly events: ExecuteEvent[] = [];
  readonly said: string[] = [];
  readonly places: RunPlace[];
  readonly stopping = new AbortController();

  constructor(runs: number) {
    this.places = Array.from({ length: runs }, (_, replicate) => ({
      ...walk,
      spec: { ...walk.spec, replicate, path: `toy/smoke/walk/only/replicate=${replicate}` },
      key: `${replicate}`.padStart(20, "0"),
    }));
    this.world.becomes = (task) => this.done(task);
  }

  /** Which run a task is to do. */
  runOf({ batch, index }: Pick<FakeTask, "batch" | "index">): RunPlace {
    const { tasks } = batchesOf(this.store.folder).find(({ name }) => name === batch)!;
    return this.places.find(({ key }) => key === tasks[index]!.place.key)!;
  }
  /** Stores a result, as a task does that ends well. */
  done(task: Pick<FakeTask, "batch" | "index">): Ending {
    this.result(this.runOf(task));
    return { state: "COMPLETED", exitCode: 0 };
  }
  result(place: RunPlace, startedAt = "2026-01-01T00:00:00.000Z"): void {
    const failure = { message: "a result all the same", stack: null };
    const record = failedRecord({ place, state: "crashed", failure, origin, engine, attempts: 1 });
    const { provenance } = record;
    this.store.write(place, { ...record, state: "diverged", provenance: { ...provenance, startedAt } } as RunRecord);
  }
  execute(cluster: Partial<SlurmOptions["cluster"]> = {}): Promise<void> {
    const options: SlurmOptions = {
      runs: this.places,
      store: this.store,
      engine,
      choice: {},
      origins: new Map([[armKeyOf(walk.spec), origin]]),
      checkpointMs: 1_000,
      timeoutMs: null,
      signal: this.stopping.signal,
      onEvent: (event) => this.events.push(event),
      cluster: { options: [], atOnce: undefined, ...cluster },
      rootSeed: "seed",
      say: (line) => this.said.push(line),
      beat: () => {},
    };
    return executeOnSlurm(options, this.world);
  }
  states(): (string | undefined)[] {
    return this.places.map((place) => this.store.read(place)?.record.state);
  }
  count(type: ExecuteEvent["type"]): number {
    return this.events.filter((event) => event.type === type).length;
  }
  assertAllDone(): void {
    assert.deepEqual(this.states(), Array(this.places.length).fill("diverged"));
    assert.equal(this.count("ended"), this.places.length);
    assert.deepEqual(this.world.cancelled, []);
  }
}

describe("a Slurm that is silent for a time", () => {
  for (const words of [
    "Zero Bytes were transmitted or received",
    "Unexpected message received",
    "Munge encode failed: Failed to access munge.socket.2",
    "anything else",
  ])
    it(`costs nothing: ${words}`, async () => {
      const plan = new PlanUnderTest(3);
      let looks = 0;
      plan.world.before = (command) => {
        if (command === "queue" && ++looks > 2 && looks < 6) throw new Refused(`squeue failed: ${words}`, 3);
      };
      plan.world.becomes = (task) => (task.looks < 2 ? undefined : plan.done(task));
      await plan.execute();
      plan.assertAllDone();
      assert.equal(plan.world.submissions.length, 1);
      assert.equal(plan.said.filter((line) => line.includes("it is asked again")).length, 1);
    });

  it("is waited for ten minutes; its jobs are not cancelled then", async () => {
    const plan = new PlanUnderTest(2);
    plan.world.before = (command) => {
      if (command === "queue" && plan.world.submissions.length > 0) throw silent();
    };
    await assert.rejects(plan.execute(), /not answered for 1\d minutes: .*Its jobs go on\. Run the same command again/);
    assert.deepEqual(plan.world.cancelled, []);
    assert.equal(plan.world.alive, 2);
  });

  it("is told again to cancel what a person stops", async () => {
    const plan = new PlanUnderTest(2);
    let told = 0;
    plan.world.becomes = () => {
      plan.stopping.abort();
      return undefined;
    };
    plan.world.before = (command) => {
      if (command === "cancel" && ++told < 4) throw silent();
    };
    await plan.execute();
    assert.equal(plan.world.alive, 0);
    assert.equal(plan.world.cancelled.length, 1);
  });
});

describe("a submission without an answer", () => {
  it("is found in the queue where Slurm has it, and not submitted again", async () => {
    const plan = new PlanUnderTest(3);
    plan.world.after = () => {
      throw silent();
    };
    await plan.execute();
    plan.assertAllDone();
    assert.equal(plan.world.submissions.length, 1);
  });

  it("is done again where Slurm does not have it, and is no attempt", async () => {
    const plan = new PlanUnderTest(3);
    let tries = 0;
    plan.world.before = (command) => {
      if (command === "submit" && ++tries === 1) throw silent();
    };
    plan.world.becomes = (task) => (plan.world.submissions.length === 1 ? FAILED : plan.done(task));
    await plan.execute();
    assert.deepEqual(plan.states(), Array(3).fill("diverged"), "each could be lost once");
    assert.equal(plan.world.cancelled.length, 1, "should it come late, it is gone");
    assert.equal(tries, 3);
  });

  it("and another one, and another one, is the end of it", async () => {
    const plan = new PlanUnderTest(1);
    plan.world.before = (command) => {
      if (command === "submit") throw silent();
    };
    await assert.rejects(plan.execute(), NoAnswer);
  });
});

describe("a run", () => {
  it("that is stored at last is done, whatever attempt stored it", async () => {
    const plan = new PlanUnderTest(2);
    const [first, second] = plan.places as [RunPlace, RunPlace];
    // One is stored before it is submitted; the other by an attempt whose record the submission has seen.
    plan.result(first);
    plan.store.write(second, {
      ...failedRecord({
        place: second,
        state: "crashed",
        failure: { message: "", stack: null },
        origin,
        engine,
        attempts: 1,
      }),
    });
    plan.world.after = () => {
      const seen = plan.store.read(second)!.record.provenance.startedAt;
      plan.result(second, seen);
    };
    plan.world.becomes = () => ({ state: "COMPLETED", exitCode: 0 });
    await plan.execute();
    assert.deepEqual(
      plan.world.submissions.map(({ indexes }) => indexes.length),
      [1],
    );
    assert.equal(plan.count("retried"), 0);
    assert.deepEqual(plan.states(), ["diverged", "diverged"]);
  });

  it("that the queue leaves out for a minute, twice, is not lost", async () => {
    const plan = new PlanUnderTest(1);
    let back = 0;
    plan.world.becomes = (task) => {
      const minute = Math.floor(plan.world.now() / 50_000);
      if (minute % 2 === 0 && minute < 6) return "gone";
      back++;
      return minute < 6 ? undefined : plan.done(task);
    };
    await plan.execute();
    plan.assertAllDone();
    assert.ok(back > 2);
    assert.equal(plan.count("retried"), 0);
  });

  it("whose job can do nothing is tried on another node, and costs that run alone", async () => {
    const plan = new PlanUnderTest(4);
    plan.world.becomes = (task) => (plan.runOf(task).spec.replicate === 2 ? USELESS : plan.done(task));
    await plan.execute();
    assert.deepEqual(plan.states(), ["diverged", "diverged", "crashed", "diverged"]);
    assert.deepEqual(plan.world.submissions[1]!.options, ["--exclude=n1"]);
    assert.deepEqual(plan.world.cancelled, []);
  });

  it("is submitted to the same nodes again where there are no others", async () => {
    const plan = new PlanUnderTest(1);
    plan.world.before = (_, submission) => {
      if (submission?.options.some((option) => option.startsWith("--exclude")))
        throw new Refused("sbatch failed: Requested node configuration is not available", 3);
    };
    plan.world.becomes = (task) => (plan.world.submissions.length === 1 ? USELESS : plan.done(task));
    await plan.execute();
    plan.assertAllDone();
  });

  it("keeps a person's own --exclude", async () => {
    const plan = new PlanUnderTest(1);
    plan.world.becomes = (task) => (plan.world.submissions.length === 1 ? USELESS : plan.done(task));
    await plan.execute({ options: ["--exclude=n7"] });
    assert.deepEqual(plan.world.submissions[1]!.options, ["--exclude=n7", "--exclude=n7,n1"]);
  });
});

describe("a plan", () => {
  it("whose jobs can do nothing at all ends early, and says why", async () => {
    const plan = new PlanUnderTest(40);
    plan.world.largest = 5;
    plan.world.becomes = (task) => {
      const log = join(batchFolder(plan.store.folder, task.batch), `${task.index}.log`);
      writeFileSync(log, "The engine did not open.\n");
      return USELESS;
    };
    await assert.rejects(
      plan.execute({ atOnce: 5 }),
      /3 runs one after another .*Its log ends: The engine did not open\./s,
    );
    assert.equal(plan.states().filter((state) => state === "crashed").length, 3);
    assert.ok(plan.world.submissions.length < 20, `${plan.world.submissions.length} arrays`);
  });

  it("goes on where now and then a run cannot be done", async () => {
    const plan = new PlanUnderTest(12);
    plan.world.becomes = (task) => (plan.runOf(task).spec.replicate % 3 === 1 ? USELESS : plan.done(task));
    plan.world.largest = 2;
    await plan.execute({ atOnce: 1 });
    assert.equal(plan.states().filter((state) => state === "crashed").length, 4);
  });

  it("bears a file system that fails for a moment", async () => {
    const plan = new PlanUnderTest(3);
    const fails = <A extends unknown[], R>(method: (...args: A) => R): ((...args: A) => R) => {
      let failures = 0;
      return function (this: unknown, ...args) {
        if (plan.world.submissions.length > 0 && failures++ < 5) throw new HarnessError("Cannot read it: ESTALE.", 3);
        return method.apply(this, args);
      };
    };
    plan.store.listProgress = fails(plan.store.listProgress);
    const { read } = plan.store;
    plan.store.read = fails(read);
    // A task has a store of its own.
    const result = plan.result.bind(plan);
    plan.result = (place) => {
      const { read: failing } = plan.store;
      plan.store.read = read;
      result(place);
      plan.store.read = failing;
    };
    plan.world.becomes = (task) => (task.looks < 8 ? undefined : plan.done(task));
    await plan.execute();
    plan.assertAllDone();
  });

  it("of more jobs than may be there is submitted in parts, as others end", async () => {
    const plan = new PlanUnderTest(20);
    let most = 0;
    let refusals = 0;
    plan.world.before = (command, submission) => {
      if (command !== "submit" || plan.world.alive + submission!.indexes.length <= 3) return;
      refusals++;
      throw new Refused(
        "sbatch failed: Job violates accounting/QOS policy (job submit limit, user's size and/or time limits)",
        3,
      );
    };
    plan.world.becomes = (task) => {
      most = Math.max(most, plan.world.alive);
      return task.looks < 20 ? undefined : plan.done(task);
    };
    await plan.execute();
    plan.assertAllDone();
    assert.equal(most, 3);
    const tries = Math.ceil(Math.log2(20)) + 2 * plan.world.submissions.length;
    assert.ok(refusals <= tries, `${refusals} refusals, where ${tries} are enough to find what may be there`);
  });

  it("of which no job is taken ends after ten minutes with Slurm's own words", async () => {
    const plan = new PlanUnderTest(8);
    plan.world.before = (command) => {
      if (command === "submit") throw new Refused("sbatch failed: no more jobs", 3);
    };
    await assert.rejects(plan.execute(), /no more jobs/);
    assert.ok(plan.world.now() > 600_000 && plan.world.now() < 700_000, `after ${plan.world.now()} ms`);
  });

  it("leaves out what would start from a run that is cancelled", async () => {
    const plan = new PlanUnderTest(3);
    const [first, second, third] = plan.places as [RunPlace, RunPlace, RunPlace];
    plan.places.splice(0, 3, first, { ...second, needs: first }, { ...third, needs: second });
    plan.world.becomes = () => ({ state: "CANCELLED", exitCode: null });
    await plan.execute();
    assert.equal(plan.world.submissions.length, 1);
    assert.equal(plan.count("warning"), 3);
    assert.deepEqual(plan.states(), [undefined, undefined, undefined]);
  });
});

describe("the question for the engine", () => {
  const ask = (plan: PlanUnderTest): Promise<unknown> =>
    engineOfNodes(
      {
        choice: {},
        store: plan.store,
        cluster: { options: [], atOnce: undefined },
        rootSeed: "seed",
        signal: plan.stopping.signal,
        say: (line) => plan.said.push(line),
        beat: () => {},
      },
      plan.world,
    );
  const answer = (plan: PlanUnderTest, { batch }: FakeTask): Ending => {
    writeFileSync(join(batchFolder(plan.store.folder, batch), "engine.json"), JSON.stringify(engine));
    return { state: "COMPLETED", exitCode: 0 };
  };
  const left = (plan: PlanUnderTest): string[] => readdirSync(join(plan.store.folder, "slurm"));

  it("of a coordinator that was killed is cancelled and removed", async () => {
    const plan = new PlanUnderTest(0);
    const settings = { engine: {}, rootSeed: "seed", checkpointMs: 0, timeoutMs: null, tasks: [] };
    writeBatch(plan.store.folder, { name: "repro-engine-old", ...settings });
    plan.world.becomes = (task) => answer(plan, task);
    assert.deepEqual(await ask(plan), engine);
    assert.equal(plan.world.cancelled[0], "repro-engine-old");
    assert.deepEqual(left(plan), []);
  });

  it("is asked while Slurm is silent, and while the queue does not show it", async () => {
    const plan = new PlanUnderTest(0);
    let looks = 0;
    plan.world.before = (command) => {
      if (command === "queue" && ++looks > 1 && looks < 5) throw silent();
    };
    plan.world.after = () => {
      throw silent();
    };
    plan.world.becomes = (task) => (task.looks < 3 ? "gone" : answer(plan, task));
    assert.deepEqual(await ask(plan), engine);
    assert.equal(plan.world.submissions.length, 1);
  });

  it("is refused at once where Slurm does not answer at all, or refuses the job", async () => {
    for (const failing of ["queue", "submit"] as const) {
      const plan = new PlanUnderTest(0);
      plan.world.before = (command) => {
        if (command === failing) throw new Refused(`${failing} failed`, 3);
      };
      await assert.rejects(ask(plan), new RegExp(`${failing} failed`));
    }
  });

  it("that ends badly is told with the last words of the job", async () => {
    const plan = new PlanUnderTest(0);
    plan.world.becomes = () => USELESS;
    await assert.rejects(ask(plan), /No engine opened on a node: its job ended as FAILED on n1/);
    assert.deepEqual(left(plan), []);
  });
});

describe("what was given to Slurm", () => {
  it("is told apart from what is known to be there", async () => {
    const plan = new PlanUnderTest(2);
    plan.world.becomes = () => {
      plan.stopping.abort();
      return undefined;
    };
    await plan.execute();
    const world = new FakeWorld();
    assert.equal((await queuedRuns(plan.store.folder, world.slurm)).runs.size, 0);
    world.before = () => {
      throw silent();
    };
    const { runs, silent: why } = await queuedRuns(plan.store.folder, world.slurm);
    assert.deepEqual(
      [...runs.values()].map(({ task }) => task),
      [undefined, undefined],
    );
    assert.match(why!, /Socket timed out/);
  });
});
