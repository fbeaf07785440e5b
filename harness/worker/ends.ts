/** How a training ends. */
import { setImmediate } from "node:timers/promises";
import type { Provenance } from "../contract/run.ts";
import type { TrainingResult } from "../contract/training.ts";
import type { Trail } from "../engine/trail.ts";

export interface TrainOutcome extends TrainingResult {
  readonly updates: number;
  readonly trainMs: number;
  readonly resumes: number;
  readonly earlyStateSha256: string | null;
  /** Hashes of the other sources that trained it before. */
  readonly earlierSources: readonly string[];
  readonly step: Provenance["step"];
  /** Undefined where it goes on from a checkpoint that has none. */
  readonly trail: Trail | undefined;
}

/** Where a training stood when it ended. */
export type Reached = Pick<
  TrainOutcome,
  "updates" | "curve" | "trainMs" | "resumes" | "step" | "earlyStateSha256" | "earlierSources" | "trail"
>;

/** Where a run stands that plans no updates. */
export const UNTRAINED: Reached = {
  updates: 0,
  curve: {},
  trainMs: 0,
  resumes: 0,
  step: null,
  earlyStateSha256: null,
  earlierSources: [],
  trail: undefined,
};

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

/** Lets messages in. @throws Interrupted when one of them said stop. */
export async function pause(stopping: () => boolean): Promise<void> {
  await setImmediate();
  if (stopping()) throw new Interrupted("stopped while measuring");
}
