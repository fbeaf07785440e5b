/** What the rest of the harness knows of an engine. Only this folder imports tfjs backend packages. */
import type { HostState } from "./host-state.ts";
import type { Ops } from "./ops.ts";
import type { DeviceData, Program } from "./program.ts";
import type { TrainStep } from "./step.ts";

export const ENGINES = ["tensorflow", "wasm", "cpu"] as const;
export type EngineId = (typeof ENGINES)[number];

/** The class of an engine's stacked runs: products of matrices have other bits than in a run alone. */
export const stackedClass = (engineClass: string): string => `${engineClass}${STACKED}`;
export const isStackedClass = (engineClass: string): boolean => engineClass.endsWith(STACKED);
const STACKED = "-stacked";

export interface Engine {
  readonly id: EngineId;
  /** Results are comparable within a class only: "tensorflow-cpu", "tensorflow-gpu", each also with "-stacked", "wasm", "cpu". */
  readonly class: string;
  readonly device: string;
  /** Library versions, e.g. {"tfjs-core": "4.22.0", "libtensorflow": "2.21.0"}. */
  readonly versions: Readonly<Record<string, string>>;
  /** One sentence: why this engine was chosen. */
  readonly reason: string;
  readonly ops: Ops;
  /** The step at work, from `initial` on, in the fastest way that gives its numbers. `data` is what batches are cut from. */
  compile(step: TrainStep, initial: HostState, data?: DeviceData): Program;
  /**
   * Places for so many trainings that do each update together, in one call: as many bits the same as by `compile`. Absent
   * where the engine was not opened for it.
   */
  readonly stack?: (places: number) => readonly StackPlace[];
}

/** One training's place in a stack. The updates of its programs are done when those of all others at work are due. */
export interface StackPlace {
  readonly compile: Engine["compile"];
  /** It compiles nothing any more: the others need not wait for it. */
  leave(): void;
}
