/** The training loop of one run: steps, learning curve, checkpoints, and the ways it can end early. */
import { setImmediate } from "node:timers/promises";
import type { Engine } from "../engine/engine.ts";
import type { Provenance } from "../run.ts";
import { type Checkpoint, stateSha256 } from "../store/checkpoint.ts";
import { LatestWriter } from "../store/latest-writer.ts";
import type { RunPlace, Store } from "../store/store.ts";
import type { Training, TrainingResult } from "../training.ts";
import { EARLY_UPDATES, replayEarly } from "./replay.ts";

/** Where a training stood when it ended. */
export type Reached = Pick<
  TrainOutcome,
  "updates" | "curve" | "trainMs" | "resumes" | "step" | "earlyStateSha256" | "earlierSources"
>;

/** Training ended before its planned updates, for good: a metric or the state is not finite, or its time is up. */
export class EndedEarly extends Error {
  override readonly name = "EndedEarly";
  readonly state: "diverged" | "timed-out";
  readonly reached: Reached;
  constructor(state: "diverged" | "timed-out", message: string, reached: Reached) {
    super(message);
    this.state = state;
    this.reached = reached;
  }
}
/** Asked to stop; the checkpoint is written. */
export class Interrupted extends Error {
  override readonly name = "Interrupted";
}
export interface TrainOptions {
  readonly engine: Engine;
  /** How the step is compiled, e.g. at a place in a stack; the engine's own way where it is not given. */
  readonly compile?: Engine["compile"];
  readonly store: Store;
  readonly place: RunPlace;
  /** Hash of the sources at work. */
  readonly sourceSha256: string;
  /** Milliseconds between checkpoints. */
  readonly checkpointMs: number;
  /** Milliseconds of training after which the run is given up; null for never. */
  readonly timeoutMs: number | null;
  stopping(): boolean;
  onProgress(updates: number): void;
  warn(message: string): void;
}
export interface TrainOutcome extends TrainingResult {
  readonly updates: number;
  readonly trainMs: number;
  readonly resumes: number;
  readonly earlyStateSha256: string | null;
  /** Hashes of the other sources that trained it before. */
  readonly earlierSources: readonly string[];
  readonly step: Provenance["step"];
}

/** How often the loop lets messages in, at least. */
const YIELD_MS = 50;

export async function train(training: Training, options: TrainOptions): Promise<TrainOutcome> {
  const { store, place } = options;
  const from = await continued(training, options);
  const curve: Record<string, (number | null)[]> = structuredClone(from?.curve ?? { update: [] });
  let updates = from?.updates ?? 0;
  let trainMs = from?.trainMs ?? 0;
  let earlyStateSha256 = from?.earlyStateSha256 ?? null;
  const resumes = from ? from.resumes + 1 : 0;
  const earlierSources = sourcesBefore(from, options.sourceSha256);
  const compile = options.compile ?? options.engine.compile;
  const program = compile(training.step, from?.state ?? training.initialState(), training.data);
  const checkpoints = new LatestWriter((checkpoint: Checkpoint) => store.writeCheckpoint(place, checkpoint));
  try {
    const reached = (): Reached => ({
      updates,
      curve,
      trainMs,
      resumes,
      step: { kind: program.kind, reason: program.reason },
      earlyStateSha256,
      earlierSources,
    });
    const assertFinite = (what: string, values: Readonly<Record<string, number | Float32Array>>): void => {
      for (const [name, value] of Object.entries(values))
        if (typeof value === "number" ? !Number.isFinite(value) : !value.every((x) => Number.isFinite(x)))
          throw new EndedEarly("diverged", `${what} ${name} is not finite at update ${updates}`, reached());
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
      });
    let saved = performance.now();
    let yielded = saved;
    const yieldMs = training.ready ? 0 : Math.min(YIELD_MS, options.checkpointMs);
    while (updates < training.updates) {
      const waiting = training.ready?.(updates);
      if (waiting) await waiting;
      const start = performance.now();
      const stacked = program.run(() => training.batch(updates), training.key(updates));
      if (stacked) await stacked;
      updates += 1;
      const last = updates === training.updates;
      const row = updates % training.curveEvery === 0 || last ? program.metrics() : null;
      const now = performance.now();
      trainMs += now - start;
      if (updates === EARLY_UPDATES || (last && updates < EARLY_UPDATES))
        earlyStateSha256 = stateSha256(program.read());
      if (row) addRow(curve, updates, { ...row, ...training.observe?.(program.state()) });
      if (row) assertFinite("metric", row);
      const due = now - yielded >= yieldMs;
      // The runs of a stack look for a signal after every update, so that all of them stop at the same one.
      if (!due && !stacked) continue;
      if (due) options.onProgress(updates);
      await setImmediate();
      if (due) yielded = performance.now();
      const late = options.timeoutMs !== null && trainMs > options.timeoutMs && !last;
      if (last) break;
      if (options.stopping() || late || now - saved >= options.checkpointMs) {
        checkpoint();
        saved = performance.now();
      }
      if (options.stopping()) {
        await checkpoints.settle();
        throw new Interrupted(`stopped after update ${updates}`);
      }
      if (late) {
        await checkpoints.settle();
        const spent = `${Math.round(trainMs / 1000)} s of training, at update ${updates} of ${training.updates}`;
        throw new EndedEarly("timed-out", `not finished after ${spent}`, reached());
      }
    }
    const finalState = program.read();
    assertFinite("parameters", Object.fromEntries(Object.entries(finalState).map(([name, t]) => [name, t.data])));
    return { finalState, ...reached() };
  } finally {
    program.dispose();
    await checkpoints.idle(); // nobody but this writes what belongs to the run
  }
}

/**
 * The checkpoint to go on from. One that other code made is gone on from only if today's code makes the same bits of the
 * first updates: no run is then a mixture that a revalidation of the whole would refuse. Otherwise it is set aside
 * (`.stale`) and the run starts anew; so it does after fewer updates than are compared, which are soon made again.
 */
async function continued(training: Training, options: TrainOptions): Promise<Checkpoint | undefined> {
  const { store, place, engine, stopping, warn, sourceSha256 } = options;
  const from = store.readCheckpoint(place, warn);
  if (!from || from.sourceSha256 === sourceSha256) return from;
  if (from.earlyStateSha256 === null) {
    store.dropCheckpoint(place);
    return undefined;
  }
  const today = await replayEarly(training, engine, stopping);
  if (today === undefined) throw new Interrupted("stopped before the first update");
  if (today === from.earlyStateSha256) return from;
  const updates = Math.min(EARLY_UPDATES, training.updates);
  const aside = store.setCheckpointAside(place, "stale");
  warn(
    `Today's code makes another state of the first ${updates} updates than the code that wrote the checkpoint. It was set aside as ${aside}; the run starts anew.`,
  );
  return undefined;
}

/** All sources that trained a checkpoint but these, in order; "unknown" for a checkpoint that does not tell. */
function sourcesBefore(from: Checkpoint | undefined, sourceSha256: string): string[] {
  if (!from) return [];
  const before = [...(from.earlierSources ?? []), from.sourceSha256 ?? "unknown"];
  return [...new Set(before)].filter((source) => source !== sourceSha256);
}

/** Appends a row; a column that begins later has nulls before, a value that is not finite is null. */
function addRow(curve: Record<string, (number | null)[]>, update: number, row: Readonly<Record<string, number>>): void {
  const rows = curve.update!.push(update);
  for (const [name, value] of Object.entries(row)) {
    curve[name] ??= new Array<null>(rows - 1).fill(null);
    curve[name].push(Number.isFinite(value) ? value : null);
  }
}
