/**
 * A contestant that is a process of its own and does steps on request (the protocol of ci/peers/served.py): it says
 * {"ready": true, "versions": {…}}, then answers each line with a number n by {"ms": […], "peakRssBytes": N} of n steps.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { z } from "zod";
import { EXIT, HarnessError } from "../errors.ts";
import type { Block, Contestant } from "./case.ts";
import { bound } from "./core.ts";

const Ready = z.object({ ready: z.literal(true), versions: z.record(z.string(), z.string()) });
const Answer = z.object({ ms: z.array(z.number().nonnegative()), peakRssBytes: z.number().positive() });

export interface Served {
  readonly name: string;
  readonly command: readonly [string, ...string[]];
  readonly core: number | null;
  /** Steps of one block. */
  readonly steps: number;
  readonly env?: Readonly<Record<string, string>>;
}

/** One thread, whatever library computes: contestants are compared core by core. */
const ONE_THREAD = { OMP_NUM_THREADS: "1", MKL_NUM_THREADS: "1", OPENBLAS_NUM_THREADS: "1" };
const STDERR_TAIL = 2_000;

/** Starts the process and waits until it is ready. Throws HarnessError with its last words when it ends instead. */
export async function startServed({ name, command, core, steps, env }: Served): Promise<Contestant> {
  const [program, ...args] = bound(command, core);
  const child = spawn(program, args, {
    stdio: ["pipe", "pipe", "pipe"],
    env: { ...process.env, ...ONE_THREAD, ...env },
  });
  const lines = new Lines(name, child);
  const { versions } = await lines.next(Ready);
  return {
    name,
    versions,
    async block(): Promise<Block> {
      child.stdin.write(`${steps}\n`);
      const answer = await lines.next(Answer);
      if (answer.ms.length !== steps)
        throw new HarnessError(`${name} answered with ${answer.ms.length} steps, asked for ${steps}.`, EXIT.bug);
      return answer;
    },
    async close() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const gone = once(child, "close");
      child.stdin.end();
      await gone;
    },
  };
}

/** Lines of a process's output, one answer each. */
class Lines {
  readonly #name: string;
  readonly #lines: AsyncIterator<string>;
  readonly #closed: Promise<unknown[]>;
  #stderr = "";

  constructor(name: string, child: ChildProcess) {
    this.#name = name;
    this.#lines = createInterface({ input: child.stdout! })[Symbol.asyncIterator]();
    this.#closed = once(child, "close").catch((error: Error) => [error.message]);
    child.stderr!.setEncoding("utf8").on("data", (text: string) => {
      this.#stderr = (this.#stderr + text).slice(-STDERR_TAIL);
    });
    child.stdin!.on("error", () => {}); // a process that is gone is met when its answer is read
  }

  async next<T>(shape: z.ZodType<T>): Promise<T> {
    const { value, done } = await this.#lines.next();
    if (done) {
      const [how] = await this.#closed;
      throw new HarnessError(
        `${this.#name} ended (${how}) before it answered.\n${this.#stderr.trim()}`,
        EXIT.cannotJudge,
      );
    }
    const parsed = shape.safeParse(jsonOf(value));
    if (!parsed.success)
      throw new HarnessError(`${this.#name} said what is no answer: ${value.slice(0, 200)}`, EXIT.cannotJudge);
    return parsed.data;
  }
}

/** The value of a JSON text; undefined for another text. */
export function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
