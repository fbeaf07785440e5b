/** Worker processes: how they are started, asked, stopped, and found dead. */
import { type ChildProcess, fork } from "node:child_process";
import { EXIT, HarnessError } from "../errors.ts";
import type { EngineChoice, EngineInfo, FromWorker, ToWorker } from "./messages.ts";

/** The worker process ended, or threw, in the middle of its work. */
export class WorkerFailed extends Error {
  override readonly name = "WorkerFailed";
  readonly details: string | null;
  /** Set when the worker threw an error meant for a person, e.g. a full disk. */
  readonly exitCode: number | null;
  constructor(message: string, details: string | null, exitCode: number | null = null) {
    super(message);
    this.details = details;
    this.exitCode = exitCode;
  }
}

const STDERR_TAIL = 4_000;

/** One worker process with an open engine. */
export class Worker {
  private readonly child: ChildProcess;
  private stderr = "";
  private listener: ((message: FromWorker) => void) | undefined;
  private reject: ((error: Error) => void) | undefined;
  private heardAt = performance.now();
  /** How the process ended, once it has and its last words are read. */
  private ended: string | undefined;
  private readonly closed: Promise<void>;
  readonly pid: number | undefined;

  /** Starts the program itself again with the verb `worker`. */
  constructor() {
    this.child = fork(process.argv[1]!, ["worker"], {
      stdio: ["ignore", "ignore", "pipe", "ipc"],
      env: { ...process.env, OMP_NUM_THREADS: "1" },
    });
    this.pid = this.child.pid;
    this.child.stderr?.setEncoding("utf8").on("data", (text: string) => {
      this.stderr = (this.stderr + text).slice(-STDERR_TAIL);
    });
    this.child.on("message", (message: FromWorker) => {
      this.heardAt = performance.now();
      this.listener?.(message);
    });
    this.closed = new Promise((resolve) => {
      const end = (how: string): void => {
        this.ended ??= how;
        this.reject?.(this.failure());
        resolve();
      };
      this.child.on("close", (code, signal) => end(howItEnded(code, signal)));
      // Without a process id it was never there, and "close" may not come. Other errors are followed by "close".
      this.child.on("error", (error) => {
        if (this.pid === undefined) end(`could not be started: ${error.message}`);
      });
    });
  }

  private failure(): WorkerFailed {
    return new WorkerFailed(`the worker process ${this.ended}`, this.stderr || null);
  }

  /** False once the process is gone. */
  get alive(): boolean {
    return this.ended === undefined;
  }

  /** Sends a task and waits for the message that ends it; others go to `onMessage`. Throws WorkerFailed. */
  ask<T extends FromWorker["type"]>(
    task: ToWorker,
    endings: readonly T[],
    onMessage: (message: FromWorker) => void = () => {},
  ): Promise<Extract<FromWorker, { type: T }>> {
    return new Promise((resolve, reject) => {
      if (!this.alive) return reject(this.failure());
      this.reject = reject;
      this.listener = (message) => {
        if (message.type === "failed") reject(new WorkerFailed(message.message, message.stack, message.exitCode));
        else if ((endings as readonly string[]).includes(message.type))
          resolve(message as Extract<FromWorker, { type: T }>);
        else onMessage(message);
      };
      this.send(task);
    });
  }

  /**
   * Ends a worker that gives no sign of life for so long, until the promise is settled: it hangs. What it was asked is
   * rejected with WorkerFailed then.
   */
  async endWhenSilent<T>(forMs: number, asked: Promise<T>): Promise<T> {
    this.heardAt = performance.now();
    const look = (): void => {
      if (performance.now() - this.heardAt >= forMs) this.end(`gave no sign of life for ${seconds(forMs)}`);
    };
    const timer = setInterval(look, Math.min(1_000, forMs / 4));
    try {
      return await asked;
    } finally {
      clearInterval(timer);
    }
  }

  /** Ends a worker that does not do within the time what it was asked, which is rejected with WorkerFailed then. */
  async endUnlessWithin<T>(ms: number, asked: Promise<T>): Promise<T> {
    const timer = setTimeout(() => this.end(`did not answer within ${seconds(ms)}`), ms);
    try {
      return await asked;
    } finally {
      clearTimeout(timer);
    }
  }

  /** Ends one that hangs. */
  private end(why: string): void {
    this.ended = `${why}, and was ended`;
    this.reject?.(this.failure());
    this.kill();
  }

  /** Asks the worker to write its checkpoint and end. */
  stop(): void {
    this.send({ type: "stop" });
  }

  /** A worker that cannot be reached is dying: "close" tells how, so nothing is to be done here. */
  private send(message: ToWorker): void {
    if (this.child.connected) this.child.send(message, () => {});
  }

  /** Resolves when the process is gone. */
  gone(): Promise<void> {
    return this.closed;
  }

  kill(): void {
    this.child.kill("SIGKILL");
  }
}

const seconds = (ms: number): string => `${Math.round(ms / 1_000)} s`;

function howItEnded(code: number | null, signal: NodeJS.Signals | null): string {
  if (signal === "SIGKILL") return "was ended by SIGKILL (by hand, or by the system when memory ran out)";
  return signal ? `was ended by ${signal}` : `exited with code ${code}`;
}

/** No engine takes so long to open: a GPU's first programs take minutes. */
const OPEN_MS = 1_200_000;

/**
 * Starts a worker and opens its engine with so many threads between operations. Throws HarnessError with the engine's own
 * message when it does not open, also not within the time.
 */
export async function startWorker(
  choice: EngineChoice,
  threads: number,
  withinMs = OPEN_MS,
): Promise<{ worker: Worker; engine: EngineInfo }> {
  const worker = new Worker();
  try {
    const opened = worker.ask({ type: "open", engine: choice, threads }, ["ready"]);
    const { engine } = await worker.endUnlessWithin(withinMs, opened);
    return { worker, engine };
  } catch (error) {
    worker.kill();
    await worker.gone();
    if (error instanceof WorkerFailed && error.exitCode !== null)
      throw new HarnessError(error.message, EXIT.cannotJudge);
    if (error instanceof WorkerFailed)
      throw new HarnessError(
        `The engine did not open: ${error.message}.${error.details ? `\n${error.details.trim()}` : ""}\nTry another one with --engine, or see npm run engine.`,
        EXIT.cannotJudge,
        { cause: error },
      );
    throw error;
  }
}
