/** A graph loaded into TensorFlow. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import * as tf from "@tensorflow/tfjs-core";
import { EXIT, HarnessError, messageOf } from "../../../errors.ts";
import { temporaryFolder } from "../../../files/temporary-folder.ts";
import type { TensorflowBackend } from "../load.ts";
import type { Call } from "./call.ts";
import { type Node, savedModel, TAG } from "./graph-def.ts";
import { CaptureRefused } from "./record.ts";

/** The file name that TensorFlow requires. */
const FILE = "saved_model.pb";

/** Its variables live as long as it does. */
export class Session {
  readonly #backend: TensorflowBackend;
  #model: number | undefined;

  /**
   * @throws CaptureRefused when TensorFlow rejects the graph: the fault is in the model's step
   * @throws HarnessError when the graph cannot be written, or its file changes: the fault is in the machine
   */
  constructor(backend: TensorflowBackend, nodes: readonly Node[]) {
    this.#backend = backend;
    const graph = savedModel(nodes);
    const folder = temporaryFolder("The graph of a training step", "captured-step-", { [FILE]: graph });
    try {
      this.#model = backend.binding.loadSavedModel(folder.path, TAG);
    } catch (error) {
      requireWhole(join(folder.path, FILE), graph, error);
      throw new CaptureRefused(`TensorFlow does not load its graph: ${messageOf(error)}`, { cause: error });
    } finally {
      folder.remove();
    }
  }

  /** The caller disposes of the results; they outlive tf.tidy. */
  call({ feeds, fetches }: Call, tensors: readonly tf.Tensor[]): tf.Tensor[] {
    if (this.#model === undefined) throw new TypeError("captured step: the program is disposed of");
    const inputs = this.#backend.getInputTensorIds(tensors);
    return this.#backend.binding
      .runSavedModel(this.#model, inputs, feeds.join(), fetches.join())
      .map((metadata) => tf.keep(this.#backend.createOutputTensor(metadata)));
  }

  dispose(): void {
    if (this.#model !== undefined) this.#backend.binding.deleteSavedModel(this.#model);
    this.#model = undefined;
  }
}

/** Throws HarnessError when a file differs from its written contents, e.g. because its folder was emptied. */
function requireWhole(file: string, written: Uint8Array, cause: unknown): void {
  let why = "it is not what was written";
  try {
    if (readFileSync(file).equals(written)) return;
  } catch (error) {
    why = messageOf(error);
  }
  throw new HarnessError(
    `The graph of a training step cannot be read back from ${file}: ${why}. Set TMPDIR to a folder that nothing else empties, and run the same command again: it resumes where it stopped.`,
    EXIT.cannotJudge,
    { cause },
  );
}
