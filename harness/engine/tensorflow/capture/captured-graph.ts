/** A program's variables and what is done with them, as one graph that grows by an entry when a new one is needed. */
import * as tf from "@tensorflow/tfjs-core";
import type { Tensors } from "../../step.ts";
import type { TensorflowBackend } from "../load.ts";
import type { Call } from "./call.ts";
import { type Answer, type Compute, type Entry, entryGraph, recordEntry } from "./entry.ts";
import { type Held, held, heldNodes, initialiseCall, readCall } from "./held.ts";
import { CaptureRefused, type Recording } from "./record.ts";
import { Session } from "./session.ts";
import type { Outputs } from "./state-nodes.ts";

/** An entry that the graph has. */
export interface Question {
  readonly call: Call;
  /** Names of the inputs, in the order of the feeds. */
  readonly inputs: readonly string[];
  readonly values: readonly string[];
}

/** Other operations for the same numbers: the names of those that stay stay. */
export type Rewrite = (recording: Recording<Outputs>) => Recording<Outputs>;

let graphs = 0;

export class CapturedGraph {
  readonly #backend: TensorflowBackend;
  readonly #owner: string;
  /** With the tensors that the next session starts from. */
  #state: readonly Held[];
  readonly #data: readonly Held[];
  readonly #entries: Entry[] = [];
  readonly #rewrite: Rewrite;
  #session: Session | undefined;
  /** Tensors that stay on the device, by name. */
  readonly data: Tensors;

  /** Both stay the caller's; `data` is copied by reference. */
  constructor(backend: TensorflowBackend, state: Tensors, data: Tensors, rewrite: Rewrite = (recording) => recording) {
    graphs += 1;
    this.#backend = backend;
    this.#rewrite = rewrite;
    this.#owner = `program-${graphs}`;
    this.#state = held("", state);
    this.data = Object.fromEntries(Object.entries(data).map(([name, tensor]) => [name, tf.keep(tensor.clone())]));
    this.#data = held("data-", this.data);
  }

  /**
   * Records a computation and loads the graph anew with it; the state goes on. Each takes a second or so and some MB for
   * good: for a handful of computations, not for a loop. @throws CaptureRefused
   */
  add(compute: Compute, inputs: Tensors, answer: Answer): Question {
    const before = this.#session && this.read();
    const state = before ? this.#state.map((part, i) => ({ ...part, tensor: before[i]! })) : this.#state;
    try {
      const entry = recordEntry(this.#backend, state, this.#data, {
        index: this.#entries.length,
        nodesBefore: this.#entries.reduce((sum, { recording }) => sum + recording.nodes.length, 0),
        inputs,
        otherInputs: () => others(inputs),
        compute,
        answer,
      });
      const { call, session } = this.#load([...this.#entries, entry], state);
      this.#session?.dispose();
      this.#session = session;
      this.#entries.push(entry);
      return { call, inputs: Object.keys(inputs), values: entry.values };
    } finally {
      tf.dispose(before ?? []);
    }
  }

  /** As `add`; a refusal is handed back. */
  tryToAdd(compute: Compute, inputs: Tensors, answer: Answer): Question | CaptureRefused {
    try {
      return this.add(compute, inputs, answer);
    } catch (error) {
      if (error instanceof CaptureRefused) return error;
      throw error;
    }
  }

  #load(entries: readonly Entry[], state: readonly Held[]): { readonly call: Call; readonly session: Session } {
    const parts = [...state, ...this.#data];
    const made = entries.map((entry) => entryGraph({ ...entry, recording: this.#rewrite(entry.recording) }, state));
    const nodes = [...heldNodes(`${this.#owner}-${entries.length}`, parts), ...made.flatMap(({ nodes }) => nodes)];
    const session = new Session(this.#backend, nodes);
    const done = session.call(
      initialiseCall(parts),
      parts.map(({ tensor }) => tensor),
    );
    tf.dispose(done);
    return { call: made.at(-1)!.call, session };
  }

  /** The values in their order; the caller disposes of them, they outlive tf.tidy. */
  call({ call, inputs }: Question, given: Tensors): tf.Tensor[] {
    return this.#loaded().call(
      call,
      inputs.map((name) => given[name]!),
    );
  }

  /** The values by name, in the caller's scope. */
  answer(question: Question, given: Tensors): Tensors {
    const values = this.call(question, given).map((value) => {
      const scoped = value.clone();
      value.dispose();
      return scoped;
    });
    return Object.fromEntries(question.values.map((name, i) => [name, values[i]!]));
  }

  /** The state, part by part; the caller disposes of it, it outlives tf.tidy. */
  read(): tf.Tensor[] {
    return this.#loaded().call(readCall(this.#state), []);
  }

  #loaded(): Session {
    if (!this.#session) throw new TypeError("captured step: the program is disposed of");
    return this.#session;
  }

  dispose(): void {
    this.#session?.dispose();
    this.#session = undefined;
    tf.dispose(this.data);
  }
}

/** Tensors of the same shapes and types with other values; integers, which may be indices, stay in their range. */
function others(inputs: Tensors): Tensors {
  return Object.fromEntries(
    Object.entries(inputs).map(([name, tensor]) => {
      if (/(^|\/)key$/.test(name)) return [name, tf.sub(tf.scalar(-1, "int32"), tensor)]; // any number may be a key
      const reversed = tf.reshape(tf.reverse(tf.reshape(tensor, [-1])), tensor.shape);
      return [name, tensor.dtype === "float32" ? tf.add(tf.mul(reversed, 0.5), 0.125) : reversed];
    }),
  );
}
