/** The record of a run whose process said nothing of it before it ended. */
import type { RunRecord } from "../contract/run.ts";
import { armKeyOf, type Origin, type Origins } from "../provenance/provenance.ts";
import { thisMachine } from "../provenance/this-machine.ts";
import type { RunPlace } from "../store/store.ts";
import type { EngineInfo } from "../worker/messages.ts";

export interface FailedRun {
  readonly place: RunPlace;
  readonly state: "crashed" | "timed-out";
  readonly failure: { readonly message: string; readonly stack: string | null };
  readonly origin: Origin;
  readonly engine: EngineInfo;
  readonly attempts: number;
}

export function failedRecord({ place, state, failure, origin, engine, attempts }: FailedRun): RunRecord {
  return {
    format: "reproducibility-run",
    version: 1,
    key: place.key,
    spec: place.spec,
    state,
    updatesDone: 0,
    curve: {},
    failure: { ...failure },
    provenance: {
      ...origin,
      engine,
      step: null,
      machine: thisMachine(),
      startedAt: new Date().toISOString(),
      durationMs: 0,
      trainMs: 0,
      peakMemoryBytes: 0,
      resumes: 0,
      attempts,
    },
  };
}

/** @throws TypeError where none was given for the run's arm. */
export function originOf(origins: Origins, { spec }: RunPlace): Origin {
  const origin = origins.get(armKeyOf(spec));
  if (!origin) throw new TypeError(`no origin is given for the run ${spec.path}`);
  return origin;
}
