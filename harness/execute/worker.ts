/** A worker process: opens one engine, then does the runs it is told to, one at a time. */
import { availableParallelism, cpus, totalmem } from "node:os";
import type { Engine } from "../engine/engine.ts";
import { openEngine } from "../engine/open.ts";
import { HarnessError, messageOf } from "../errors.ts";
import type { Provenance, RunRecord } from "../run.ts";
import { streamKey } from "../seeds.ts";
import { stateSha256 } from "../store/checkpoint.ts";
import { encodeSafetensors } from "../store/safetensors.ts";
import { Store } from "../store/store.ts";
import type { RunContext, Suite } from "../suite.ts";
import type { EngineInfo, FromWorker, RunTask, ToWorker } from "./messages.ts";
import { EndedEarly, Interrupted, type TrainOutcome, train } from "./train.ts";

/** Serves the parent process until it says stop or goes away. */
export function serveWorker(suites: readonly Suite[]): void {
  let stopping = false;
  let busy = false;
  let engine: Promise<Engine> | undefined;
  const leaveWhenIdle = (): void => {
    stopping = true;
    if (!busy) process.exit(0);
  };
  // The parent decides what a signal means; a worker only follows it.
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => {});
  process.on("disconnect", leaveWhenIdle);
  process.on("message", async (message: ToWorker) => {
    if (message.type === "stop") return leaveWhenIdle();
    busy = true;
    try {
      if (message.type === "open") {
        const { requested, reason } = message.engine;
        engine = openEngine({ requested, provision: false }).then((e) => (reason === undefined ? e : { ...e, reason }));
        tell({ type: "ready", engine: describe(await engine) });
      } else {
        const opened = await (engine ?? Promise.reject(new Error("no engine is open")));
        const suite = suites.find((s) => s.id === message.spec.suite);
        if (!suite) throw new Error(`worker: no suite "${message.spec.suite}"`);
        if (message.type === "time") tell({ type: "timed", stepMs: await timeSteps(suite, message, opened) });
        else await performRun(suite, message, opened, () => stopping);
      }
    } catch (error) {
      if (error instanceof Interrupted) tell({ type: "interrupted" });
      else
        tell({
          type: "failed",
          message: messageOf(error),
          stack: error instanceof Error ? (error.stack ?? null) : null,
          exitCode: error instanceof HarnessError ? error.exitCode : null,
        });
    } finally {
      busy = false;
    }
    if (stopping) process.exit(0);
  });
}

function tell(message: FromWorker): void {
  if (process.connected) process.send?.(message);
}

function describe(engine: Engine): EngineInfo {
  const { id, device, versions, reason } = engine;
  return { id, class: engine.class, device, versions: { ...versions }, reason };
}

async function performRun(suite: Suite, task: RunTask, engine: Engine, stopping: () => boolean): Promise<void> {
  const { spec, key, origin } = task;
  const startedAt = new Date();
  const store = Store.open(task.store, { create: false });
  const place = { spec, key, engineClass: engine.class };
  let outcome: TrainOutcome | undefined;
  const context: RunContext = {
    engine,
    seed: (purpose) => streamKey(origin.rootSeed, spec.path, purpose),
    async train(training) {
      outcome = await train(training, {
        engine,
        store,
        place,
        checkpointMs: task.checkpointMs,
        timeoutMs: task.timeoutMs,
        stopping,
        onProgress: (updates) => tell({ type: "progress", updates }),
        warn: (message) => tell({ type: "warning", message }),
      });
      return outcome;
    },
  };
  const provenance = (trained: { trainMs: number; resumes: number }): Provenance => ({
    ...origin,
    engine: describe(engine),
    machine: {
      platform: `${process.platform}-${process.arch}`,
      cpu: cpus()[0]?.model ?? "unknown",
      cores: availableParallelism(),
      memoryBytes: totalmem(),
      node: process.version,
    },
    startedAt: startedAt.toISOString(),
    durationMs: Date.now() - startedAt.getTime(),
    trainMs: trained.trainMs,
    peakMemoryBytes: process.resourceUsage().maxRSS * 1024,
    resumes: trained.resumes,
    attempts: task.attempt,
  });
  const base = { format: "reproducibility-run", version: 1, key, spec } as const;
  const finish = (record: RunRecord): void => {
    store.write(place, record);
    if (record.state !== "timed-out") store.dropCheckpoint(place);
    tell({ type: "done", state: record.state });
  };
  try {
    const { metrics, curve, arrays } = await suite.run(spec, context);
    if (!outcome) throw new Error(`suite ${suite.id} measured a run that was not trained`);
    const artifacts: Record<string, ReturnType<Store["writeArtifact"]>> = {};
    for (const [name, { data }] of Object.entries(arrays))
      artifacts[name] = store.writeArtifact(
        place,
        `${name}.f32`,
        new Uint8Array(data.buffer, data.byteOffset, data.byteLength),
      );
    artifacts.weights = store.writeArtifact(
      place,
      "weights.safetensors",
      encodeSafetensors(outcome.finalState, { key }),
    );
    finish({
      ...base,
      state: "finished",
      updatesDone: outcome.updates,
      curve,
      metrics: { ...metrics },
      weightsSha256: stateSha256(outcome.finalState),
      earlyStateSha256: outcome.earlyStateSha256,
      artifacts,
      provenance: provenance(outcome),
    });
  } catch (error) {
    if (!(error instanceof EndedEarly)) throw error;
    const { updates, curve, trainMs, resumes } = error.reached;
    finish({
      ...base,
      state: error.state,
      updatesDone: updates,
      curve,
      failure: { message: error.message, stack: null },
      provenance: provenance({ trainMs, resumes }),
    });
  }
}

/** Milliseconds a step of this run takes: the first steps, of which the first three do not count. */
async function timeSteps(
  suite: Suite,
  { spec, rootSeed, updates }: Extract<ToWorker, { type: "time" }>,
  engine: Engine,
): Promise<number> {
  class Timed extends Error {}
  const times: number[] = [];
  try {
    await suite.run(spec, {
      engine,
      seed: (purpose) => streamKey(rootSeed, spec.path, purpose),
      async train(training) {
        const program = engine.compile(training.step, training.initialState());
        for (let i = 0; i < updates + 3; i++) {
          const start = performance.now();
          program.run(() => training.batch(i), training.key(i));
          program.metrics();
          if (i >= 3) times.push(performance.now() - start);
        }
        program.dispose();
        throw new Timed();
      },
    });
  } catch (error) {
    if (!(error instanceof Timed)) throw error;
  }
  return times.sort((a, b) => a - b)[times.length >> 1]!;
}
