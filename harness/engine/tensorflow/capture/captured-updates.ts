/** The updates of a program as entries of one graph, one for batches of each size, and what can be had between them. */
import * as tf from "@tensorflow/tfjs-core";
import type { Query, Tensors } from "../../step.ts";
import type { TensorflowBackend } from "../load.ts";
import { assertSameKind, batchKinds, signature } from "./batch-kinds.ts";
import { CapturedGraph, type Question, type Rewrite } from "./captured-graph.ts";
import type { Compute } from "./entry.ts";
import { CaptureRefused } from "./record.ts";

export interface ToCapture {
  /** One update: the values are its metrics. */
  readonly update: Compute;
  /** What to start from, and data that stay; they may be disposed of afterwards. */
  readonly state: Tensors;
  readonly data: Tensors;
  /** Inputs of one update. */
  readonly example: Tensors;
  /** Inputs of how many kinds are taken. */
  readonly kinds: number;
  readonly rewrite?: Rewrite | undefined;
}

export class CapturedUpdates {
  readonly #update: Compute;
  readonly #graph: CapturedGraph;
  readonly #names: readonly string[];
  readonly #kinds: ReturnType<typeof batchKinds>;
  readonly #atMost: number;
  readonly #updates = new Map<string, Question>();
  readonly #queries = new Map<Query, Map<string, Question | CaptureRefused>>();
  /** Read from the variables when asked for, kept until they change. */
  #state: Tensors | undefined;
  #metrics: { readonly names: readonly string[]; readonly tensor: tf.Tensor } | undefined;

  /** @throws CaptureRefused */
  constructor(backend: TensorflowBackend, { update, state, data, example, kinds, rewrite }: ToCapture) {
    const { key: _, ...batch } = example;
    this.#update = update;
    this.#graph = new CapturedGraph(backend, state, data, rewrite);
    this.#names = Object.keys(state);
    this.#kinds = batchKinds(batch);
    this.#atMost = kinds;
    try {
      tf.tidy(() => {
        this.#updateOf(example);
      });
    } catch (error) {
      this.#graph.dispose();
      throw error;
    }
  }

  /** The graph of batches of this one's size; made when there is none. */
  #updateOf(inputs: Tensors): Question {
    const { key: _, ...batch } = inputs;
    const known = this.#updates.get(signature(batch));
    if (known) return known;
    assertSameKind(this.#kinds, batch);
    if (this.#updates.size === this.#atMost)
      throw new TypeError(
        `captured step: a batch is ${signature(batch)}; batches of ${this.#atMost} other sizes came before: ${[...this.#updates.keys()].join("; ")}`,
      );
    const question = this.#graph.add(this.#update, inputs, "numbers");
    this.#updates.set(signature(batch), question);
    return question;
  }

  /** One update. `inputs` is called in a scope. */
  run(inputs: () => Tensors): void {
    tf.tidy(() => {
      const given = inputs();
      const question = this.#updateOf(given);
      const [numbers] = this.#graph.call(question, given);
      this.#release();
      this.#metrics = { names: question.values, tensor: numbers! };
    });
  }

  ask(query: Query, inputs: () => Tensors): Tensors {
    return tf.tidy(() => {
      const given = inputs();
      const known = this.#queries.get(query) ?? new Map<string, Question | CaptureRefused>();
      this.#queries.set(query, known);
      let question = known.get(signature(given));
      if (!question) {
        const answer = (state: Tensors, _: Tensors, inputs: Tensors) => ({ state, values: query(state, inputs) });
        question = this.#graph.tryToAdd(answer, given, "tensors");
        known.set(signature(given), question);
      }
      if (question instanceof CaptureRefused) return query(this.state(), given);
      return this.#graph.answer(question, given);
    });
  }

  /** Of the latest update. */
  metrics(): Record<string, number> {
    const names = this.#metrics?.names ?? [];
    const values = names.length ? this.#metrics!.tensor.dataSync() : [];
    return Object.fromEntries(names.map((name, i) => [name, values[i]!]));
  }

  /** The tensors stay the program's own. */
  state(): Tensors {
    if (!this.#state) {
      const tensors = this.#graph.read();
      this.#state = Object.fromEntries(this.#names.map((name, i) => [name, tensors[i]!]));
    }
    return this.#state;
  }

  data(): Tensors {
    return this.#graph.data;
  }

  #release(): void {
    tf.dispose([...Object.values(this.#state ?? {}), ...(this.#metrics ? [this.#metrics.tensor] : [])]);
    this.#state = undefined;
    this.#metrics = undefined;
  }

  dispose(): void {
    this.#release();
    this.#graph.dispose();
  }
}
