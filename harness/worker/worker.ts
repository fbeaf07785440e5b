/** A worker process: opens one engine, then does the tasks it is given, each by the function of the task's name. */
import type { Suite } from "../contract/suite.ts";
import type { Engine } from "../engine/engine.ts";
import { HarnessError, messageOf } from "../errors.ts";
import { checkModel } from "./check-model.ts";
import { Interrupted } from "./ends.ts";
import { answer, type Handlers, type TaskContext } from "./handler.ts";
import type { FromWorker, ToWorker } from "./messages.ts";
import { infoOf, openChosen } from "./open.ts";
import { productRate } from "./product-rate.ts";
import { replay } from "./replay.ts";
import { checkRun } from "./revalidate.ts";
import { takeRuns } from "./take-runs.ts";
import { timeSteps } from "./time-steps.ts";

const HANDLERS: Handlers = {
  async open(task, { take }) {
    const engine = openChosen(task);
    take(engine);
    return { type: "ready", engine: infoOf(await engine) };
  },
  async run({ runs }, context) {
    await takeRuns(runs, context);
    return { type: "done" };
  },
  time: async (task, context) => ({ type: "timed", stepMs: await timeSteps(task, context) }),
  rate: async (_, { engine }) => ({ type: "rated", flops: productRate((await engine()).ops) }),
  check: async (task, { suites, engine }) => checkModel(suites, task, await engine()),
  replay: async (task, context) => ({ type: "replayed", replayed: await replay(task, context) }),
  revalidate: async (task, context) => ({ type: "revalidated", finding: await checkRun(task, context) }),
};

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
  let opened: Promise<Engine> | undefined;
  const context: TaskContext = {
    suites,
    engine: () => opened ?? Promise.reject(new Error("no engine is open")),
    take: (engine) => {
      opened = engine;
    },
    stopping: () => stopping,
    tell,
  };
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
      await tell(await answer(HANDLERS, message, context));
    } catch (error) {
      await tell(failure(error));
    } finally {
      tasks -= 1;
    }
    if (stopping && tasks === 0) process.exit(0);
  });
}

function failure(error: unknown): FromWorker {
  if (error instanceof Interrupted) return { type: "interrupted" };
  return {
    type: "failed",
    message: messageOf(error),
    stack: error instanceof Error ? (error.stack ?? null) : null,
    exitCode: error instanceof HarnessError ? error.exitCode : null,
  };
}

/** Resolves when the message is on its way, or nobody is there to get it: a dead parent must not end a worker at work. */
function tell(message: FromWorker): Promise<void> {
  return new Promise((done) => {
    if (process.connected && process.send) process.send(message, undefined, undefined, () => done());
    else done();
  });
}
