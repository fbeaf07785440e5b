/** What the rest of the harness knows of an engine. Only this folder imports tfjs backend packages. */
import type { HostState } from "./host-state.ts";
import type { Ops } from "./ops.ts";
import type { DeviceData, Program } from "./program.ts";
import type { TrainStep } from "./step.ts";

/**
 * The engines, best first: one row each. `classes` are those of its results, `cost` says whether a training of minutes
 * elsewhere takes hours on it, `isInstalled` whether it has to be installed on a machine before it opens.
 */
const TABLE = {
  tensorflow: { classes: ["tensorflow-cpu", "tensorflow-gpu"], cost: "fast", isInstalled: true },
  wasm: { classes: ["wasm"], cost: "slow", isInstalled: false },
  cpu: { classes: ["cpu"], cost: "slow", isInstalled: false },
} as const;
export type EngineId = keyof typeof TABLE;
export const ENGINES = Object.keys(TABLE) as [EngineId, ...EngineId[]];
/** The classes of runs that are not stacked. */
export type EngineClass = (typeof TABLE)[EngineId]["classes"][number];

/** Whether an engine has to be installed on a machine first; the others come with the packages. */
export const isInstalled = (id: EngineId): boolean => TABLE[id].isInstalled;

/** The engine of a class, stacked or not; undefined for a class that this version does not know. */
export const engineOf = (engineClass: string): EngineId | undefined =>
  ENGINES.find((id) => classesOf(id).some((one) => one === unstackedClass(engineClass)));
const classesOf = (id: EngineId): readonly EngineClass[] => TABLE[id].classes;

/** What a step costs on an engine class, for budgets. A class that this version does not know is slow. */
export function costOf(engineClass: string): "fast" | "slow" {
  const id = engineOf(engineClass);
  return id === undefined ? "slow" : TABLE[id].cost;
}

/** The class of an engine's stacked runs: products of matrices have other bits than in a run alone. */
export const stackedClass = (engineClass: string): string => `${engineClass}${STACKED}`;
export const isStackedClass = (engineClass: string): boolean => engineClass.endsWith(STACKED);
/** Undefined for a class that this version does not know. */
export const unstackedClass = (engineClass: string): EngineClass | undefined =>
  ENGINES.flatMap(classesOf).find((one) => engineClass === one || engineClass === stackedClass(one));
const STACKED = "-stacked";

export interface Engine {
  readonly id: EngineId;
  /** Results are comparable within a class only: an EngineClass, or the stacked one of it. */
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
