/** The training loop: pure steps over an evolving state, with checkpoints between them. */
import type { HostState } from "../engine/host-state.ts";
import type { Tensors, TrainStep } from "../engine/step.ts";
import type { Curve } from "./run.ts";

export interface Training {
  /** State before the first update; made anew, from a seed, each time it is called. */
  initialState(): HostState;
  readonly step: TrainStep;
  /** Cases that stay where the step runs; a batch then names its `rows` of them (int32 [batch]). */
  readonly data?: HostState;
  /**
   * Where batches are made in the background: a promise of what `batch` needs for update `index`, or undefined when it is
   * there. The loop awaits it before the update, outside the timed steps, and lets the event loop turn once an update.
   */
  ready?(index: number): Promise<void> | undefined;
  /** Inputs of update `index` (0-based), a pure function of it. Called inside tf.tidy. */
  batch(index: number): Tensors;
  /** Random key of update `index`. */
  key(index: number): readonly [number, number];
  readonly updates: number;
  /** Extra columns of the learning curve, measured outside the timed steps. */
  observe?(state: Tensors): Readonly<Record<string, number>>;
  /**
   * Pictures along the way, e.g. a grid of samples, by name: for a person to look at, no part of the run's result. Asked for
   * after the updates that are a power of two and after the last, outside the timed steps; a function of the state.
   */
  pictures?(state: Tensors): Readonly<Record<string, Picture>>;
  /** Updates between two rows of the learning curve. */
  readonly curveEvery: number;
}
/** Red, green and blue of each pixel, row by row. */
export interface Picture {
  /** [height, width, 3] */
  readonly shape: readonly [number, number, number];
  readonly data: Uint8Array;
}
export interface TrainingResult {
  readonly finalState: HostState;
  readonly curve: Curve;
}
