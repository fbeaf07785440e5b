import { existsSync, readdirSync, readFileSync, realpathSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import util from "node:util";
import * as tf from "@tensorflow/tfjs-core";
import { EXIT, HarnessError, messageOf } from "../../errors.ts";
import { BITS_OF_TENSORFLOW } from "./environment.ts";
import { placeBinding } from "./install/place-binding.ts";
import type { Installation } from "./install/provision.ts";

/** The part of tfjs-node's backend that is used here. */
export interface TensorflowBackend {
  readonly isUsingGpuDevice: boolean;
  executeSingleOutput(op: string, attributes: readonly OpAttribute[], inputs: readonly tf.Tensor[]): tf.Tensor;
  executeMultipleOutputs(
    op: string,
    attributes: readonly OpAttribute[],
    inputs: readonly tf.Tensor[],
    outputs: number,
  ): tf.Tensor[];
  getDTypeInteger(dtype: tf.DataType): number;
  /** Handles of the tensors; those whose values are still JavaScript's are made now. */
  getInputTensorIds(tensors: readonly tf.Tensor[]): number[];
  /** A tensor of tfjs for a handle of the binding. */
  createOutputTensor(metadata: TensorMetadata): tf.Tensor;
  /** Replaced while a step is recorded, as `binding` is. */
  readSync(dataId: object): tf.backend_util.BackendValues;
  /** `values` is null once they are TensorFlow's, under the handle `id`. */
  readonly tensorMap: { get(dataId: object): { readonly id: number; readonly values: object | null } };
  binding: Binding;
}
/** The native module. Tensors are numbers to it, their handles; none is given out twice. */
export interface Binding {
  readonly TF_Version: string;
  executeOp(
    op: string,
    attributes: readonly OpAttribute[],
    inputs: readonly number[],
    outputs: number,
  ): TensorMetadata[];
  createTensor(shape: readonly number[], type: number, values: unknown): number;
  deleteTensor(handle: number): void;
  loadSavedModel(folder: string, tags: string): number;
  /** Feeds and fetches are lists of "node:output", parted by commas. */
  runSavedModel(model: number, inputs: readonly number[], feeds: string, fetches: string): TensorMetadata[];
  deleteSavedModel(model: number): void;
  getNumOfSavedModels(): number;
  /** Not the module's own: how a step that is being recorded learns of a change in place. */
  changeInPlace?(change: InPlaceChange): TensorMetadata[];
}
/** An operation on variables that hold `targets` before it. */
export interface InPlaceChange {
  readonly op: string;
  readonly attributes: readonly OpAttribute[];
  /** Handles of float32 tensors. */
  readonly targets: readonly { readonly handle: number; readonly shape: readonly number[] }[];
  readonly inputs: readonly number[];
}
/** A handle and what it holds; `dtype` is a TF_DataType. */
export interface TensorMetadata {
  readonly id: number;
  readonly shape: number[];
  readonly dtype: number;
}
/** An attribute of a TensorFlow operation. `type` is the C API's TF_AttrType: 0 string, 1 int, 2 float, 3 bool, 4 type, 5 shape. */
export interface OpAttribute {
  readonly name: string;
  readonly type: number;
  readonly value: string | number | boolean | readonly number[];
}

/**
 * Loads @tensorflow/tfjs-node-gpu on the installed libtensorflow and makes it the backend of tfjs-core.
 * @param threads for one operation and between operations; read by libtensorflow once, when it loads.
 */
export async function loadTensorflow(installation: Installation, threads: number): Promise<TensorflowBackend> {
  placeBinding(installation);
  process.env.TF_CPP_MIN_LOG_LEVEL ??= "3";
  for (const [name, value] of Object.entries(BITS_OF_TENSORFLOW)) process.env[name] ??= value;
  process.env.TF_NUM_INTRAOP_THREADS = "1";
  process.env.TF_NUM_INTEROP_THREADS = String(threads);
  // tfjs-node 4.22 calls util.isNullOrUndefined, which Node 23 dropped.
  const legacy = util as { isNullOrUndefined?: (value: unknown) => boolean };
  legacy.isNullOrUndefined ??= (value) => value === null || value === undefined;
  try {
    createRequire(import.meta.url)("@tensorflow/tfjs-node-gpu");
  } catch (error) {
    throw new HarnessError(
      `The tensorflow engine in ${installation.folder} does not load: ${messageOf(error)}. Run "npm run engine install" to check it, or use --engine wasm.`,
      EXIT.cannotJudge,
      { cause: error },
    );
  }
  requireLoadedFrom(installation);
  await tf.setBackend("tensorflow");
  return tf.backend() as unknown as TensorflowBackend;
}

/** LD_LIBRARY_PATH, or a process with another cache that shares node_modules, may bring in another libtensorflow. */
function requireLoadedFrom({ folder }: Installation): void {
  const library = join(folder, "tensorflow", "libtensorflow_cc.so.2");
  if (readFileSync("/proc/self/maps", "utf8").includes(realpathSync(library))) return;
  throw new HarnessError(
    `Another libtensorflow than ${library} was loaded. Unset LD_LIBRARY_PATH, let no two caches be used by one checkout at the same time, and run again; or use --engine wasm.`,
    EXIT.cannotJudge,
  );
}

/** Whether this machine has an NVIDIA device that a process can open. */
export const hasNvidiaDevice = (): boolean => existsSync("/dev/nvidiactl") || existsSync("/dev/dxg");

/** The model of the first NVIDIA device, as its driver tells it. */
export function nvidiaDevice(): string {
  try {
    const gpus = "/proc/driver/nvidia/gpus";
    const [first] = readdirSync(gpus).sort();
    return /^Model:\s*(.+)$/m.exec(readFileSync(join(gpus, first!, "information"), "utf8"))![1]!.trim();
  } catch {
    return "NVIDIA GPU";
  }
}
