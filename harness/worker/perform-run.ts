/** One run from its start to its stored record: training, measuring, and how it ended. */
import type { Provenance, RunRecord } from "../contract/run.ts";
import type { Measurement, RunContext, Suite } from "../contract/suite.ts";
import type { Engine } from "../engine/engine.ts";
import { thisMachine } from "../provenance/this-machine.ts";
import { streamKey } from "../random/seeds.ts";
import { stateSha256 } from "../store/checkpoint.ts";
import { encodeSafetensors } from "../store/safetensors.ts";
import { isResult, type RunPlace, type Store } from "../store/store.ts";
import { checkedMeasurement } from "./checked-measurement.ts";
import { EndedEarly, pause, type Reached, type TrainOutcome, UNTRAINED } from "./ends.ts";
import type { RunReport, RunTask } from "./messages.ts";
import { neededRun } from "./needed-run.ts";
import { infoOf } from "./open.ts";
import { type TrainOptions, train } from "./train.ts";

export interface RunAtWork {
  readonly suite: Suite;
  readonly task: RunTask;
  readonly engine: Engine;
  /** The way its training is compiled. */
  readonly compile: Engine["compile"];
  readonly store: Store;
  readonly place: RunPlace;
  report(message: RunReport): Promise<void>;
  stopping(): boolean;
}

/**
 * Stores the record of a run that finished, diverged or timed out. Throws Interrupted when told to stop, HarnessError when
 * nothing can be stored, and whatever the suite throws.
 */
export async function performRun(run: RunAtWork): Promise<void> {
  const { store, place, report } = run;
  const record = await recordOf(run, clockOf(run));
  store.write(place, record);
  if (isResult(record)) store.dropUnderWay(place);
  await report({ type: "ended", state: record.state });
}

type ProvenanceOf = (reached: Reached) => Provenance;

async function recordOf(run: RunAtWork, provenanceOf: ProvenanceOf): Promise<RunRecord> {
  try {
    const { measured, outcome } = await trainAndMeasure(run);
    requireFinite(measured, outcome ?? UNTRAINED);
    return finishedRecord(run, measured, outcome, provenanceOf);
  } catch (error) {
    if (!(error instanceof EndedEarly)) throw error;
    return endedRecord(run, error, provenanceOf(error.reached));
  }
}

/** `outcome` is undefined for a run that plans no updates. */
async function trainAndMeasure(
  run: RunAtWork,
): Promise<{ readonly measured: Measurement; readonly outcome: TrainOutcome | undefined }> {
  const { suite, task, engine, store, stopping } = run;
  const { spec } = task;
  let outcome: TrainOutcome | undefined;
  const context: RunContext = {
    engine,
    seed: (purpose) => streamKey(task.origin.rootSeed, spec.path, purpose),
    needed: () => neededRun(store, task),
    pause: () => pause(stopping),
    async train(training) {
      outcome = await train(training, trainOptions(run));
      return outcome;
    },
  };
  const measured = checkedMeasurement(suite, spec.path, await suite.run(spec, context));
  if (!outcome && spec.updates > 0) throw new Error(`suite ${suite.id} measured a run that was not trained`);
  if (outcome && spec.updates === 0) throw new Error(`suite ${suite.id} trained a run that plans no updates`);
  return { measured, outcome };
}

function trainOptions({ task, engine, compile, store, place, report, stopping }: RunAtWork): TrainOptions {
  const { origin, checkpointMs, timeoutMs } = task;
  return {
    engine,
    compile,
    store,
    place,
    sourceSha256: origin.sourceSha256,
    rootSeed: origin.rootSeed,
    checkpointMs,
    timeoutMs,
    stopping,
    onProgress: (updates) => void report({ type: "progress", updates }),
    warn: (message) => void report({ type: "warning", message }),
  };
}

/** @throws EndedEarly for a measured value that is not finite */
function requireFinite({ metrics, draws }: Measurement, reached: Reached): void {
  for (const [name, value] of [...Object.entries(metrics), ...drawsOf(draws)])
    if (!Number.isFinite(value))
      throw new EndedEarly("diverged", `the measured ${name} is not finite after update ${reached.updates}`, reached);
}

/** Every draw with its metric's name. */
const drawsOf = (draws: Measurement["draws"] = {}): [string, number][] =>
  Object.entries(draws).flatMap(([name, values]) => values.map((value): [string, number] => [name, value]));

/** Starts the run's clock; the provenance of a run ends where it is asked for. */
function clockOf({ task, engine }: RunAtWork): ProvenanceOf {
  const startedAt = new Date();
  const started = performance.now(); // a clock may be set while a run is done
  return ({ earlierSources, step, trainMs, resumes }) => ({
    ...task.origin,
    ...(earlierSources.length > 0 && { earlierSources: [...earlierSources] }),
    engine: infoOf(engine),
    step,
    machine: thisMachine(),
    startedAt: startedAt.toISOString(),
    durationMs: Math.round(performance.now() - started),
    trainMs,
    peakMemoryBytes: process.resourceUsage().maxRSS * 1024,
    resumes,
    attempts: task.attempt,
  });
}

/** The record of a run that was measured; its arrays and weights are written first. */
function finishedRecord(
  run: RunAtWork,
  { metrics, draws, curve, arrays }: Measurement,
  outcome: TrainOutcome | undefined,
  provenanceOf: ProvenanceOf,
): RunRecord {
  const reached = outcome ?? UNTRAINED;
  const artifacts = writeArtifacts(run, arrays, outcome);
  return {
    ...headOf(run),
    state: "finished",
    updatesDone: reached.updates,
    curve,
    metrics: { ...metrics },
    ...(draws ? { draws: Object.fromEntries(Object.entries(draws).map(([name, all]) => [name, [...all]])) } : {}),
    weightsSha256: outcome ? stateSha256(outcome.finalState) : null,
    earlyStateSha256: reached.earlyStateSha256,
    ...(reached.trail && outcome && { trail: reached.trail }),
    artifacts,
    provenance: provenanceOf(reached),
  };
}

function writeArtifacts(
  { store, place }: RunAtWork,
  arrays: Measurement["arrays"],
  outcome: TrainOutcome | undefined,
): Record<string, ReturnType<Store["writeArtifact"]>> {
  const artifacts: Record<string, ReturnType<Store["writeArtifact"]>> = {};
  for (const [name, { data }] of Object.entries(arrays)) {
    const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
    artifacts[name] = store.writeArtifact(place, `${name}.f32`, bytes);
  }
  if (outcome) {
    const bytes = encodeSafetensors(outcome.finalState, { key: place.key });
    artifacts.weights = store.writeArtifact(place, "weights.safetensors", bytes);
  }
  return artifacts;
}

/** The record of a run that diverged or timed out. */
function endedRecord(run: RunAtWork, { state, message, reached }: EndedEarly, provenance: Provenance): RunRecord {
  const { updates, curve, earlyStateSha256, trail } = reached;
  const failure = { message, stack: null };
  const ended = { ...headOf(run), updatesDone: updates, curve, failure, provenance };
  return state === "diverged" ? { ...ended, state, earlyStateSha256, ...(trail && { trail }) } : { ...ended, state };
}

const headOf = ({ task: { key, spec } }: RunAtWork) =>
  ({ format: "reproducibility-run", version: 1, key, spec }) as const;
