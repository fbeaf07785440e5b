/** A table of functions, one a task: a task without a function does not compile. */
import type { Suite } from "../contract/suite.ts";
import type { Engine } from "../engine/engine.ts";
import type { Answers, FromWorker, Task, TaskName } from "./messages.ts";

/** The state of the process around a task. */
export interface TaskContext {
  readonly suites: readonly Suite[];
  /** The engine of the task "open". Rejects before that task, and when the engine did not open. */
  engine(): Promise<Engine>;
  /** Takes the engine of the tasks to come. */
  take(engine: Promise<Engine>): void;
  /** Whether the worker is to end. */
  stopping(): boolean;
  /** Resolves when the message is on its way, or its receiver is gone. */
  tell(message: FromWorker): Promise<void>;
}

export type Handlers = { readonly [T in TaskName]: (task: Task<T>, context: TaskContext) => Promise<Answers[T]> };

/** Resolves to the answer of the task's function. Rejects as it does. */
export const answer = <T extends TaskName>(
  handlers: Handlers,
  task: Task<T>,
  context: TaskContext,
): Promise<Answers[T]> => handlers[task.type](task, context);
