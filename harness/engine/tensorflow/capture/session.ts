/** A graph loaded into TensorFlow. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as tf from "@tensorflow/tfjs-core";
import { messageOf } from "../../../errors.ts";
import type { TensorflowBackend } from "../load.ts";
import type { Call } from "./call.ts";
import { type Node, savedModel, TAG } from "./graph-def.ts";
import { CaptureRefused } from "./record.ts";

/** Its variables live as long as it does. */
export class Session {
  readonly #backend: TensorflowBackend;
  #model: number | undefined;

  /** @throws CaptureRefused when TensorFlow does not take the graph. */
  constructor(backend: TensorflowBackend, nodes: readonly Node[]) {
    this.#backend = backend;
    const folder = mkdtempSync(join(tmpdir(), "captured-step-"));
    try {
      writeFileSync(join(folder, "saved_model.pb"), savedModel(nodes));
      this.#model = backend.binding.loadSavedModel(folder, TAG);
    } catch (error) {
      throw new CaptureRefused(`TensorFlow does not load its graph: ${messageOf(error)}`, { cause: error });
    } finally {
      rmSync(folder, { recursive: true });
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
