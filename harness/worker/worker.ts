/** A worker process: opens one engine, then does the runs it is told to, one at a time. */
import { setImmediate, setTimeout } from "node:timers/promises";
import type { Provenance, RunRecord } from "../contract/run.ts";
import type { Measurement, Needed, RunContext, Suite } from "../contract/suite.ts";
import type { Engine, StackPlace } from "../engine/engine.ts";
import { openEngine } from "../engine/open.ts";
import { HarnessError, messageOf } from "../errors.ts";
import { acquireLock, type Lock } from "../files/lock.ts";
import { thisMachine } from "../provenance/this-machine.ts";
import { streamKey } from "../random/seeds.ts";
import { stateSha256 } from "../store/checkpoint.ts";
import type { Finding } from "../store/revalidation.ts";
import { encodeSafetensors } from "../store/safetensors.ts";
import { isResult, type RunPlace, Store } from "../store/store.ts";
import { checkModel } from "./check-model.ts";
import { EndedEarly, Interrupted, pause, type Reached, type TrainOutcome } from "./ends.ts";
import type { EngineInfo, FromWorker, ReplayTask, RevalidateTask, RunTask, ToWorker } from "./messages.ts";
import { probe, suiteOf } from "./probe.ts";
import { productRate } from "./product-rate.ts";
import { type Replayed, replay } from "./replay.ts";
import { check, NotHere } from "./revalidate.ts";
import { train } from "./train.ts";

/** Between two signs of life. */
const ALIVE_MS = 1_000;
/** Part of a processor that a process uses at least that is at work. */
const AT_WORK = 0.01;

/**
 * Gives a sign of life as long as the process is at work. That its event loop turns is none: it does so too in one that
 * waits without end, for a device or a file system that does not answer.
 */
function giveSignsOfLife(): void {
  let last = process.cpuUsage();
  const look = (): void => {
    const { user, system } = process.cpuUsage(last);
    last = process.cpuUsage();
    if (user + system > AT_WORK * ALIVE_MS * 1_000) void tell({ type: "alive" });
  };
  setInterval(look, ALIVE_MS).unref();
}

/** Serves the parent process until it says stop or goes away. */
export function serveWorker(suites: readonly Suite[]): void {
  let stopping = false;
  let tasks = 0;
  let engine: Promise<Engine> | undefined;
  const leaveWhenIdle = (): void => {
    stopping = true;
    if (tasks === 0) process.exit(0);
  };
  // The parent decides what a signal means; a worker only follows it.
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => {});
  process.on("disconnect", leaveWhenIdle);
  giveSignsOfLife();
  if (!process.connected) leaveWhenIdle(); // the parent died while this process was starting
  process.on("message", async (message: ToWorker) => {
    if (message.type === "stop") return leaveWhenIdle();
    tasks += 1; // the parent may send the next one before the end of the last one is done with
    try {
      if (message.type === "open") {
        const { requested, stacked, reason } = message.engine;
        engine = openEngine({ requested, stacked, threads: message.threads, provision: false }).then((e) =>
          reason === undefined ? e : { ...e, reason },
        );
        await tell({ type: "ready", engine: describe(await engine) });
      } else {
        const opened = await (engine ?? Promise.reject(new Error("no engine is open")));
        if (message.type === "time")
          await tell({ type: "timed", stepMs: await timeSteps(suites, message, opened, () => stopping) });
        else if (message.type === "rate") await tell({ type: "rated", flops: productRate(opened.ops) });
        else if (message.type === "check") await tell(await checkModel(suites, message, opened));
        else if (message.type === "replay")
          await tell({ type: "replayed", replayed: await replayRun(suites, message, opened, () => stopping) });
        else if (message.type === "revalidate")
          await tell({ type: "revalidated", finding: await checkRun(suites, message, opened, () => stopping) });
        else await takeRuns(suites, message.runs, opened, () => stopping);
      }
    } catch (error) {
      if (error instanceof Interrupted) await tell({ type: "interrupted" });
      else
        await tell({
          type: "failed",
          message: messageOf(error),
          stack: error instanceof Error ? (error.stack ?? null) : null,
          exitCode: error instanceof HarnessError ? error.exitCode : null,
        });
    } finally {
      tasks -= 1;
    }
    if (stopping && tasks === 0) process.exit(0);
  });
}

/** Resolves when the message is on its way, or nobody is there to get it: a dead parent must not end a worker at work. */
function tell(message: FromWorker): Promise<void> {
  return new Promise((done) => {
    if (process.connected && process.send) process.send(message, undefined, undefined, () => done());
    else done();
  });
}

function describe(engine: Engine): EngineInfo {
  const { id, device, versions, reason } = engine;
  return { id, class: engine.class, device, versions: { ...versions }, reason };
}

/**
 * Does runs at the same time, stacked where there are several. All have ended when it resolves or throws; one that fails
 * leaves the stack, and the others go on.
 */
async function takeRuns(
  suites: readonly Suite[],
  tasks: readonly RunTask[],
  engine: Engine,
  stopping: () => boolean,
): Promise<void> {
  const places = tasks.length > 1 ? stackOf(engine, tasks.length) : [];
  const ends = await Promise.allSettled(
    tasks.map(async (task, run) => {
      const place = places[run];
      const compile = place?.compile ?? engine.compile;
      const report: Report = (message) => tell({ ...message, run });
      try {
        await takeRun({ suite: suiteOf(task.spec, suites), task, engine, compile, stopping, report });
      } finally {
        place?.leave();
      }
    }),
  );
  const errors = ends.flatMap((end) => (end.status === "rejected" ? [end.reason] : []));
  if (errors.length > 0) throw errors.find((error) => !(error instanceof Interrupted)) ?? errors[0];
  await tell({ type: "done" });
}

function stackOf(engine: Engine, places: number): readonly StackPlace[] {
  if (!engine.stack) throw new TypeError(`the engine was not opened for stacked runs: its class is ${engine.class}`);
  return engine.stack(places);
}

/** How long a run may be held by another process before a person is told. */
const TELL_OF_WAIT_MS = 2_000;

/**
 * Does a run unless it is done. One process at a time is at a run: the worker of a suite that was killed goes on until it
 * notices, and its record and checkpoint would collide with those of the next one.
 */
async function takeRun(given: GivenRun): Promise<void> {
  const { task, engine, stopping, report } = given;
  const store = Store.open(task.store, { create: false });
  const place = { spec: task.spec, key: task.key, engineClass: engine.class };
  const lock = await lockRun(store.path(place), stopping, report);
  try {
    const stored = store.read(place)?.record;
    if (stored && isResult(stored)) return await report({ type: "ended", state: stored.state });
    store.removeUnfinished(place);
    await performRun({ ...given, store, place });
  } finally {
    await lock.release();
  }
}

async function lockRun(path: string, stopping: () => boolean, report: Report): Promise<Lock> {
  const start = performance.now();
  for (let told = false; ; ) {
    const lock = await acquireLock(path, "a run of a suite");
    if ("release" in lock) return lock;
    if (stopping()) throw new Interrupted("stopped before the first update");
    if (!told && performance.now() - start > TELL_OF_WAIT_MS) {
      told = true;
      await report({ type: "warning", message: `waiting for process ${lock.heldBy.pid}, which is still at this run` });
    }
    await tell({ type: "alive" }); // the other one is at work for it
    await setTimeout(50);
  }
}

/** A stored run against today's code. Nothing is stored. */
function checkRun(
  suites: readonly Suite[],
  task: RevalidateTask,
  engine: Engine,
  stopping: () => boolean,
): Promise<Finding> {
  const { spec, key } = task;
  const store = Store.open(task.store, { create: false });
  const place = { spec, key, engineClass: engine.class };
  const stored = store.read(place);
  if (!stored) throw new Error(`the run ${spec.path} is not stored`);
  const needed = (): Needed => {
    if (task.needs) requireHere(store, task.needs);
    return neededRun(store, task);
  };
  const suite = suiteOf(spec, suites);
  return check({ suite, stored, engine, hasWeights: store.hasWeights(place), needed, stopping });
}

/** A stored run's first updates by today's code. Nothing is stored. */
function replayRun(
  suites: readonly Suite[],
  { spec, needs, store, rootSeed, ask }: ReplayTask,
  engine: Engine,
  stopping: () => boolean,
): Promise<Replayed> {
  const needed = (): Needed => neededRun(Store.open(store, { create: false }), { spec, needs });
  return replay({ suite: suiteOf(spec, suites), spec, rootSeed, engine, ask, needed, stopping });
}

/** Throws NotHere if a run's upstream run is not stored, or was copied here without its weights. */
function requireHere(store: Store, needs: RunPlace): void {
  const record = store.read(needs)?.record;
  if (!record) throw new NotHere(`the run ${needs.spec.path} that it starts from is not here`);
  if (record.state === "finished" && record.weightsSha256 !== null && !store.hasWeights(needs))
    throw new NotHere(`the weights of ${needs.spec.path} that it starts from are not here`);
}

/** The trained run that a run starts from. Ends the run early where that one diverged. */
function neededRun(store: Store, { spec, needs }: Pick<RunTask, "spec" | "needs">): Needed {
  if (!needs) throw new TypeError(`the run ${spec.path} starts from no other one`);
  const stored = store.read(needs);
  const state = stored?.record.state ?? "not stored";
  if (state === "diverged")
    throw new EndedEarly("diverged", `it starts from ${needs.spec.path}, which diverged`, UNTRAINED);
  if (!stored || state !== "finished") throw new Error(`it starts from ${needs.spec.path}, which is ${state}`);
  return { spec: needs.spec, weights: stored.weights() };
}

/** Where a run stands that plans no updates. */
const UNTRAINED: Reached = {
  updates: 0,
  curve: {},
  trainMs: 0,
  resumes: 0,
  step: null,
  earlyStateSha256: null,
  earlierSources: [],
  trail: undefined,
};

/** Says something of one run. */
type Report = (
  message:
    | Omit<Extract<FromWorker, { type: "progress" }>, "run">
    | Omit<Extract<FromWorker, { type: "warning" }>, "run">
    | Omit<Extract<FromWorker, { type: "ended" }>, "run">,
) => Promise<void>;

interface GivenRun {
  readonly suite: Suite;
  readonly task: RunTask;
  readonly engine: Engine;
  /** How its training is compiled. */
  readonly compile: Engine["compile"];
  readonly report: Report;
  stopping(): boolean;
}
interface RunAtWork extends GivenRun {
  readonly store: Store;
  readonly place: RunPlace;
}

async function performRun(given: RunAtWork): Promise<void> {
  const { suite, task, engine, compile, stopping, report, store, place } = given;
  const { spec, key, origin } = task;
  const startedAt = new Date();
  const started = performance.now(); // a clock may be set while a run is done
  let outcome: TrainOutcome | undefined;
  const context: RunContext = {
    engine,
    seed: (purpose) => streamKey(origin.rootSeed, spec.path, purpose),
    needed: () => neededRun(store, task),
    pause: () => pause(stopping),
    async train(training) {
      outcome = await train(training, {
        engine,
        compile,
        store,
        place,
        sourceSha256: origin.sourceSha256,
        rootSeed: origin.rootSeed,
        checkpointMs: task.checkpointMs,
        timeoutMs: task.timeoutMs,
        stopping,
        onProgress: (updates) => void report({ type: "progress", updates }),
        warn: (message) => void report({ type: "warning", message }),
      });
      return outcome;
    },
  };
  const provenance = (trained: Reached): Provenance => ({
    ...origin,
    ...(trained.earlierSources.length > 0 && { earlierSources: [...trained.earlierSources] }),
    engine: describe(engine),
    step: trained.step,
    machine: thisMachine(),
    startedAt: startedAt.toISOString(),
    durationMs: Math.round(performance.now() - started),
    trainMs: trained.trainMs,
    peakMemoryBytes: process.resourceUsage().maxRSS * 1024,
    resumes: trained.resumes,
    attempts: task.attempt,
  });
  const base = { format: "reproducibility-run", version: 1, key, spec } as const;
  const finish = async (record: RunRecord): Promise<void> => {
    store.write(place, record);
    if (isResult(record)) store.dropUnderWay(place);
    await report({ type: "ended", state: record.state });
  };
  try {
    const { metrics, draws, curve, arrays } = await suite.run(spec, context);
    if (!outcome && spec.updates > 0) throw new Error(`suite ${suite.id} measured a run that was not trained`);
    if (outcome && spec.updates === 0) throw new Error(`suite ${suite.id} trained a run that plans no updates`);
    const reached = outcome ?? UNTRAINED;
    for (const [name, value] of [...Object.entries(metrics), ...drawsOf(suite, metrics, draws)])
      if (!Number.isFinite(value))
        throw new EndedEarly("diverged", `the measured ${name} is not finite after update ${reached.updates}`, reached);
    const artifacts: Record<string, ReturnType<Store["writeArtifact"]>> = {};
    for (const [name, { data }] of Object.entries(arrays))
      artifacts[name] = store.writeArtifact(
        place,
        `${name}.f32`,
        new Uint8Array(data.buffer, data.byteOffset, data.byteLength),
      );
    if (outcome)
      artifacts.weights = store.writeArtifact(
        place,
        "weights.safetensors",
        encodeSafetensors(outcome.finalState, { key }),
      );
    await finish({
      ...base,
      state: "finished",
      updatesDone: reached.updates,
      curve,
      metrics: { ...metrics },
      ...(draws ? { draws: Object.fromEntries(Object.entries(draws).map(([name, all]) => [name, [...all]])) } : {}),
      weightsSha256: outcome ? stateSha256(outcome.finalState) : null,
      earlyStateSha256: reached.earlyStateSha256,
      ...(reached.trail && outcome && { trail: reached.trail }),
      artifacts,
      provenance: provenance(reached),
    });
  } catch (error) {
    if (!(error instanceof EndedEarly)) throw error;
    const { updates, curve, earlyStateSha256, trail } = error.reached;
    const ended = {
      ...base,
      updatesDone: updates,
      curve,
      failure: { message: error.message, stack: null },
      provenance: provenance(error.reached),
    };
    await finish(
      error.state === "diverged"
        ? { ...ended, state: "diverged", earlyStateSha256, ...(trail && { trail }) }
        : { ...ended, state: error.state },
    );
  }
}

/** Every draw with its metric's name. @throws Error for draws of something that is not measured. */
function drawsOf(suite: Suite, metrics: Measurement["metrics"], draws: Measurement["draws"] = {}): [string, number][] {
  return Object.entries(draws).flatMap(([name, values]) => {
    if (!(name in metrics)) throw new Error(`suite ${suite.id} has draws of "${name}", which it does not measure`);
    return values.map((value): [string, number] => [name, value]);
  });
}

/** Steps are timed no longer than this where they are slow; one of them in any case. */
const LONG_ENOUGH_MS = 10_000;

/** Steps that do not count; one alone, where it takes half of that time. It is recorded, which takes several times a step. */
const WARM_UP = 3;

/** Milliseconds a step of this run takes: the median of the first steps after those that warm up, as far as it has so many. */
function timeSteps(
  suites: readonly Suite[],
  { spec, needs, rootSeed, updates }: Extract<ToWorker, { type: "time" }>,
  engine: Engine,
  stopping: () => boolean,
): Promise<number> {
  return probe({ suites, spec, needs, rootSeed, engine }, async (training) => {
    const times: number[] = [];
    const began = performance.now();
    const program = engine.compile(training.step, training.initialState(), training.data);
    try {
      const most = Math.min(updates + WARM_UP, training.updates);
      let first = Math.min(WARM_UP, most - 1);
      for (let i = 0; i < most; i++) {
        await training.ready?.(i);
        const start = performance.now();
        program.run(() => training.batch(i), training.key(i));
        program.metrics();
        const [now, elapsed] = [performance.now(), performance.now() - began];
        if (i >= first) times.push(now - start);
        else if (elapsed > LONG_ENOUGH_MS / 2) first = i + 1;
        if (times.length >= 1 && elapsed > LONG_ENOUGH_MS) break;
        await setImmediate();
        if (stopping()) throw new Interrupted("stopped while timing");
      }
    } finally {
      program.dispose();
    }
    return times.sort((a, b) => a - b)[times.length >> 1]!;
  });
}
