/** The training loop of one run: steps, learning curve, checkpoints, and the ways it can end early. */
import { setImmediate } from "node:timers/promises";
import type { Training } from "../contract/training.ts";
import type { Engine } from "../engine/engine.ts";
import type { HostState } from "../engine/host-state.ts";
import { addMilestone, emptyTrail, isMilestone } from "../engine/trail.ts";
import { LatestWriter } from "../files/latest-writer.ts";
import { type Checkpoint, stateSha256 } from "../store/checkpoint.ts";
import { type ContinuedOptions, continued, sourcesBefore } from "./continued.ts";
import { EndedEarly, Interrupted, type Reached, type TrainOutcome } from "./ends.ts";
import { EARLY_UPDATES } from "./first-updates.ts";
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
/** A training of so long since its last checkpoint has one at its end. */
const WORTH_KEEPING_MS = 2_000;
/**
 * Updates between two looks at whether a training has diverged, at most: fetching the metrics waits for the step. Only
 * values that are not finite count: a loss that explodes may come down again.
 */
const LOOK_EVERY = 100;

export async function train(training: Training, options: TrainOptions): Promise<TrainOutcome> {
  const { store, place } = options;
  const from = await continued(training, options);
  const curve: Record<string, (number | null)[]> = structuredClone(from?.curve ?? { update: [] });
  let updates = from?.updates ?? 0;
  let trainMs = from?.trainMs ?? 0;
  let earlyStateSha256 = from?.earlyStateSha256 ?? null;
  const trail = from ? structuredClone(from.trail) : emptyTrail();
  const resumes = from ? from.resumes + 1 : 0;
  const earlierSources = sourcesBefore(from, options.sourceSha256);
  const watch = new Watch({ store, place, rootSeed: options.rootSeed, training }, from);
  const compile = options.compile ?? options.engine.compile;
  const program = compile(training.step, from?.state ?? training.initialState(), training.data);
  const checkpoints = new LatestWriter(async (checkpoint: Checkpoint) => {
    await store.writeCheckpoint(place, checkpoint);
    watch.saved(checkpoint.updates);
  });
  try {
    const reached = (): Reached => ({
      updates,
      curve,
      trainMs,
      resumes,
      step: { kind: program.kind, reason: program.reason },
      earlyStateSha256,
      earlierSources,
      trail,
    });
    const diverged = (what: string): EndedEarly => {
      watch.ended();
      return new EndedEarly("diverged", `${what} is not finite at update ${updates}`, reached());
    };
    const assertFiniteState = (state: HostState): void => {
      const name = Object.keys(state).find((name) => !allFinite(state[name]!.data));
      if (name !== undefined) throw diverged(`parameters ${name}`);
    };
    const checkpoint = (): void =>
      checkpoints.put({
        key: place.key,
        updates,
        state: program.read(),
        curve: structuredClone(curve), // it may be written when the training has gone on
        trainMs,
        resumes,
        earlyStateSha256,
        sourceSha256: options.sourceSha256,
        earlierSources,
        trail: structuredClone(trail),
      });
    /** Ends the training here, to be gone on with: it was told to stop, or its time is up. */
    const leave = async (why: Interrupted | EndedEarly): Promise<never> => {
      watch.tell(updates, curve);
      await checkpoints.settle();
      throw why;
    };
    const timedOut = (spent: string): EndedEarly => {
      const at = `at update ${updates} of ${training.updates}`;
      return new EndedEarly("timed-out", `not finished after ${spent}, ${at}`, reached());
    };
    /** Waits for a batch, though not without end: what makes it may hang, as a file system does that does not answer. */
    const batchOf = async (waiting: Promise<void>): Promise<void> => {
      const since = performance.now();
      const waitedMs = (): number => performance.now() - since;
      const isLate = (): boolean => options.timeoutMs !== null && trainMs + waitedMs() > options.timeoutMs;
      if (await isThereBefore(waiting, () => isLate() || options.stopping())) return;
      if (updates > (from?.updates ?? 0)) checkpoint();
      const spent = `${seconds(trainMs)} of training and ${seconds(waitedMs())} of waiting for a batch`;
      const stopped = new Interrupted(`stopped while it waited for a batch, after update ${updates}`);
      await leave(options.stopping() ? stopped : timedOut(spent));
    };
    let saved = performance.now();
    let yielded = saved;
    const yieldMs = training.ready ? 0 : Math.min(YIELD_MS, options.checkpointMs);
    while (updates < training.updates) {
      const waiting = training.ready?.(updates);
      if (waiting) await batchOf(waiting);
      const start = performance.now();
      const stacked = program.run(() => training.batch(updates), training.key(updates));
      if (stacked) await stacked;
      updates += 1;
      const last = updates === training.updates;
      const due = updates % training.curveEvery === 0 || last;
      const metrics = due || updates % LOOK_EVERY === 0 ? program.metrics() : {};
      const notFinite = Object.keys(metrics).find((name) => !Number.isFinite(metrics[name]));
      const now = performance.now();
      trainMs += now - start;
      if (updates === EARLY_UPDATES || (last && updates < EARLY_UPDATES))
        earlyStateSha256 = stateSha256(program.read());
      if (trail && isMilestone(updates, last)) addMilestone(trail, updates, program.read());
      if (due || notFinite !== undefined) {
        const row = { ...metrics, ...training.observe?.(program.state()) };
        addRow(curve, updates, row);
        watch.row(updates, row);
      }
      watch.picture(updates, () => program.state());
      if (notFinite !== undefined) throw diverged(`metric ${notFinite}`);
      if (due && !last && training.curveEvery >= LOOK_EVERY) assertFiniteState(program.read());
      const pause = now - yielded >= yieldMs;
      // The runs of a stack look for a signal after every update, so that all of them stop at the same one.
      if (!pause && !stacked) continue;
      if (pause) options.onProgress(updates);
      watch.at(updates, curve);
      await setImmediate();
      if (pause) yielded = performance.now();
      const late = options.timeoutMs !== null && trainMs > options.timeoutMs && !last;
      if (last) break;
      if (options.stopping() || late || now - saved >= options.checkpointMs) {
        checkpoint();
        saved = performance.now();
      }
      if (options.stopping()) await leave(new Interrupted(`stopped after update ${updates}`));
      if (late) await leave(timedOut(`${seconds(trainMs)} of training`));
    }
    const finalState = program.read();
    assertFiniteState(finalState);
    // What measures it may take long, and be stopped.
    if (performance.now() - saved >= Math.min(WORTH_KEEPING_MS, options.checkpointMs)) checkpoint();
    watch.ended();
    return { finalState, ...reached() };
  } finally {
    program.dispose();
    await checkpoints.idle(); // nobody but this writes what belongs to the run
    await watch.idle();
  }
}

/** Between two looks at whether a batch is waited for no longer. */
const LOOK_MS = 100;

/** Whether a promise is settled before it is waited for no longer. Rejects as it does. */
async function isThereBefore(waiting: Promise<void>, isOver: () => boolean): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const over = new Promise<false>((resolve) => {
    timer = setInterval(() => isOver() && resolve(false), LOOK_MS);
  });
  try {
    return await Promise.race([waiting.then(() => true), over]);
  } finally {
    clearInterval(timer);
  }
}

const seconds = (ms: number): string => `${Math.round(ms / 1000)} s`;

/** Appends a row; a column that begins later has nulls before, a value that is not finite is null. */
function addRow(curve: Record<string, (number | null)[]>, update: number, row: Readonly<Record<string, number>>): void {
  const rows = curve.update!.push(update);
  for (const [name, value] of Object.entries(row)) {
    curve[name] ??= new Array<null>(rows - 1).fill(null);
    curve[name].push(Number.isFinite(value) ? value : null);
  }
}

/** Whether all are finite: 0 · x is 0, or NaN. */
function allFinite(values: Float32Array): boolean {
  let sum = 0;
  for (const value of values) sum += 0 * value;
  return sum === 0;
}
