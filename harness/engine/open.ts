/** Chooses and opens the engine that a process works with. */
import "./gradients.ts";
import { createRequire } from "node:module";
import { cpus } from "node:os";
import * as tf from "@tensorflow/tfjs-core";
import { EXIT, HarnessError, messageOf } from "../errors.ts";
import { loadCpu } from "./cpu.ts";
import { type Engine, type EngineClass, type EngineId, stackedClass } from "./engine.ts";
import { eager } from "./program.ts";
import { compileCaptured } from "./tensorflow/capture/captured-program.ts";
import type { Progress } from "./tensorflow/install/progress.ts";
import { findInstallation, type Installation, install, verifyInstall } from "./tensorflow/install/provision.ts";
import { TFJS_NODE } from "./tensorflow/install/wheels.ts";
import { hasNvidiaDevice, loadTensorflow, nvidiaDevice } from "./tensorflow/load.ts";
import { tensorflowOps } from "./tensorflow/ops.ts";
import { stacks } from "./tensorflow/stack/stack.ts";
import { loadWasm } from "./wasm/load.ts";

export interface OpenOptions {
  /** The engine to open; without it the best that works. */
  readonly requested?: EngineId | undefined;
  /** Threads between operations of the tensorflow engine, default 1; one operation has one. They change no bits. */
  readonly threads?: number;
  /** Whether runs are to be stacked: of the tensorflow engine alone, and a class of its own. */
  readonly stacked?: boolean | undefined;
  /** Whether the tensorflow engine may be installed now, when it is not. */
  readonly provision: boolean;
  readonly onProgress?: Progress;
}

/** @throws HarnessError when the requested engine, or on its own choice every engine, cannot be opened. */
export async function openEngine({
  requested,
  threads = 1,
  stacked = false,
  provision,
  onProgress = () => {},
}: OpenOptions): Promise<Engine> {
  tf.enableProdMode();
  if (requested === "tensorflow") {
    const installation = await installedOr(provision, onProgress);
    return openTensorflow(installation, threads, "requested", stacked);
  }
  if (stacked) throw new TypeError("runs can be stacked on the tensorflow engine only, and it has to be requested");
  if (requested === "wasm") return openWasm("requested");
  if (requested === "cpu") return openCpu("requested");

  const tensorflow = await installedOr(provision, onProgress).catch((error: unknown) => {
    if (error instanceof HarnessError && !findInstallation("cpu") && !findInstallation("cuda")) return error;
    throw error; // damaged: a person has to know, results of another engine are of another class
  });
  if (!(tensorflow instanceof Error))
    return openTensorflow(tensorflow, threads, "the fastest engine, and it is installed");
  const why = `tensorflow is not there (${tensorflow.message})`;
  try {
    return await openWasm(`the best engine that works here: ${why}`);
  } catch (error) {
    return openCpu(`the only engine that works here: ${why}; wasm failed (${messageOf(error)})`);
  }
}

/** The installation to use: CUDA's where it is installed and there is a device (or no other), else the CPU's. */
async function installedOr(provision: boolean, onProgress: Progress): Promise<Installation> {
  const cuda = findInstallation("cuda");
  const cpu = findInstallation("cpu");
  if (cuda && (hasNvidiaDevice() || !cpu)) return verifyInstall({ variant: "cuda" });
  if (!cpu && provision) return install({ onProgress });
  return verifyInstall({ variant: "cpu" });
}

const processor = (): string => cpus()[0]?.model.trim() ?? process.arch;
const core = (): Record<string, string> => ({ "tfjs-core": tf.version_core });

async function openTensorflow(
  installation: Installation,
  threads: number,
  reason: string,
  stacked = false,
): Promise<Engine> {
  const backend = await loadTensorflow(installation, threads);
  const gpu = backend.isUsingGpuDevice;
  const { TF_Version } = backend.binding;
  const engineClass: EngineClass = gpu ? "tensorflow-gpu" : "tensorflow-cpu";
  return {
    id: "tensorflow",
    class: stacked ? stackedClass(engineClass) : engineClass,
    device: gpu ? nvidiaDevice() : processor(),
    versions: {
      ...core(),
      "tfjs-node-gpu": TFJS_NODE,
      libtensorflow: installation.variant === "cuda" ? `${TF_Version} (CUDA build)` : TF_Version,
    },
    reason,
    ops: tensorflowOps(backend),
    ...(stacked ? stacks(backend) : { compile: (...args) => compileCaptured(backend, ...args) }),
  };
}

async function openWasm(reason: string): Promise<Engine> {
  let ops: Engine["ops"];
  try {
    ops = await loadWasm();
  } catch (error) {
    throw new HarnessError(`The wasm engine does not start: ${messageOf(error)}. Use --engine cpu.`, EXIT.cannotJudge, {
      cause: error,
    });
  }
  return {
    id: "wasm",
    class: "wasm",
    device: processor(),
    versions: { ...core(), "tfjs-backend-wasm": versionOf("wasm") },
    reason,
    ops,
    compile: eager,
  };
}

async function openCpu(reason: string): Promise<Engine> {
  const ops = await loadCpu();
  return {
    id: "cpu",
    class: "cpu",
    device: processor(),
    versions: { ...core(), "tfjs-backend-cpu": versionOf("cpu") },
    reason,
    ops,
    compile: eager,
  };
}

function versionOf(backend: "wasm" | "cpu"): string {
  return (createRequire(import.meta.url)(`@tensorflow/tfjs-backend-${backend}/package.json`) as { version: string })
    .version;
}
