/** The training loop of one run: updates, what observes each of them, and what is done at the pauses between them. */
import { setImmediate } from "node:timers/promises";
import type { Training } from "../contract/training.ts";
import type { Engine } from "../engine/engine.ts";
import { Checkpoints } from "./checkpoints.ts";
import { type ContinuedOptions, continued } from "./continued.ts";
import { Course } from "./course.ts";
import { EndedEarly, Interrupted, type TrainOutcome } from "./ends.ts";
import { LOOK_EVERY, type Made, OBSERVERS, type Observed, requireFiniteState } from "./observers.ts";
import { isSettledBefore } from "./settled-before.ts";
import { Watch } from "./watch.ts";

export interface TrainOptions extends ContinuedOptions {
  /** How the step is compiled, e.g. at a place in a stack; the engine's own way where it is not given. */
  readonly compile?: Engine["compile"];
  readonly rootSeed: string;
  /** Milliseconds between checkpoints. */
  readonly checkpointMs: number;
  /** Milliseconds of training, or of it and waiting for one batch, after which the run is given up; null for never. */
  readonly timeoutMs: number | null;
  onProgress(updates: number): void;
}
/** How often the loop lets messages in, at least. */
const YIELD_MS = 50;

interface AtWork extends Observed {
  readonly options: TrainOptions;
  readonly checkpoints: Checkpoints;
}

/**
 * Trains to the planned number of updates, from a checkpoint where there is one. Throws EndedEarly for a training that
 * diverged or whose time is up, Interrupted when told to stop, and the error of a checkpoint that could not be written.
 */
export async function train(training: Training, options: TrainOptions): Promise<TrainOutcome> {
  const { store, place, rootSeed, checkpointMs } = options;
  const from = await continued(training, options);
  const course = new Course(from, options.sourceSha256);
  const watch = new Watch({ store, place, rootSeed, training }, from);
  const compile = options.compile ?? options.engine.compile;
  const program = compile(training.step, from?.state ?? training.initialState(), training.data);
  const checkpoints = new Checkpoints({ store, place, program, course, watch, everyMs: checkpointMs });
  const at: AtWork = { training, options, program, course, watch, checkpoints };
  try {
    await makeUpdates(at);
    const finalState = program.read();
    requireFiniteState(finalState, at);
    if (checkpoints.isWorthIt()) checkpoints.take(); // measuring may take long, and be stopped
    watch.ended();
    return { finalState, ...course.reached(program) };
  } finally {
    program.dispose();
    await checkpoints.idle(); // nobody but this writes what belongs to the run
    await watch.idle();
  }
}

async function makeUpdates(at: AtWork): Promise<void> {
  const { training, options, program, course, watch } = at;
  const yieldMs = training.ready ? 0 : Math.min(YIELD_MS, options.checkpointMs);
  let yielded = performance.now();
  while (course.updates < training.updates) {
    const waiting = training.ready?.(course.updates);
    if (waiting) await batchOf(waiting, at);
    const start = performance.now();
    const stacked = program.run(() => training.batch(course.updates), training.key(course.updates));
    if (stacked) await stacked;
    const made = countUpdate(at);
    const now = performance.now();
    course.trainMs += now - start;
    for (const observe of OBSERVERS) observe(made, at);
    const pause = now - yielded >= yieldMs;
    // The runs of a stack look for a signal after every update, so that all of them stop at the same one.
    if (!pause && !stacked) continue;
    if (pause) options.onProgress(made.update);
    watch.at(made.update, course.curve);
    await setImmediate();
    if (pause) yielded = performance.now();
    if (!made.isLast) await stopOrGoOn(now, at);
  }
}

/** Fetching the metrics waits for the step. */
function countUpdate({ training, program, course }: AtWork): Made {
  course.updates += 1;
  const update = course.updates;
  const isLast = update === training.updates;
  const isDue = update % training.curveEvery === 0 || isLast;
  const metrics = isDue || update % LOOK_EVERY === 0 ? program.metrics() : {};
  const notFinite = Object.keys(metrics).find((name) => !Number.isFinite(metrics[name]));
  return { update, isLast, isDue, metrics, notFinite };
}

/** Takes a checkpoint where one is due. Ends the training when told to stop, or when its time is up. */
async function stopOrGoOn(now: number, at: AtWork): Promise<void> {
  const { options, course, checkpoints } = at;
  const late = options.timeoutMs !== null && course.trainMs > options.timeoutMs;
  if (options.stopping() || late || checkpoints.isDue(now)) checkpoints.take();
  if (options.stopping()) await leave(new Interrupted(`stopped after update ${course.updates}`), at);
  if (late) await leave(timedOut(`${seconds(course.trainMs)} of training`, at), at);
}

/** Waits for a batch, though not without end: what makes it may hang, as a file system does that does not answer. */
async function batchOf(waiting: Promise<void>, at: AtWork): Promise<void> {
  const { options, course, checkpoints } = at;
  const since = performance.now();
  const waitedMs = (): number => performance.now() - since;
  const isLate = (): boolean => options.timeoutMs !== null && course.trainMs + waitedMs() > options.timeoutMs;
  if (await isSettledBefore(waiting, () => isLate() || options.stopping())) return;
  if (course.updates > course.from) checkpoints.take();
  const spent = `${seconds(course.trainMs)} of training and ${seconds(waitedMs())} of waiting for a batch`;
  const stopped = new Interrupted(`stopped while it waited for a batch, after update ${course.updates}`);
  await leave(options.stopping() ? stopped : timedOut(spent, at), at);
}

/** Ends the training here, to be resumed: it was told to stop, or its time is up. */
async function leave(why: Interrupted | EndedEarly, { course, watch, checkpoints }: AtWork): Promise<never> {
  watch.tell(course.updates, course.curve);
  await checkpoints.settle();
  throw why;
}

function timedOut(spent: string, { training, program, course }: AtWork): EndedEarly {
  const message = `not finished after ${spent}, at update ${course.updates} of ${training.updates}`;
  return new EndedEarly("timed-out", message, course.reached(program));
}

const seconds = (ms: number): string => `${Math.round(ms / 1000)} s`;
