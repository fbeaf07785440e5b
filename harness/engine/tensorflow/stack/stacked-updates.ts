/** Updates of several steps, each with a state, data and inputs of its own, as one captured update. */
import type { Tensors, TrainStep } from "../../step.ts";
import { SIZES, updateBy } from "../capture/captured-program.ts";
import { CapturedUpdates } from "../capture/captured-updates.ts";
import type { Compute } from "../capture/entry.ts";
import type { TensorflowBackend } from "../load.ts";
import { stackCopies } from "./stack-copies.ts";

export interface Member {
  readonly step: TrainStep;
  /** What to start from, and its data; both may be disposed of afterwards. */
  readonly state: Tensors;
  readonly data: Tensors;
  /** Inputs of one update. */
  readonly example: Tensors;
}

/** Members are told by their index. What it hands out stays its own. */
export class StackedUpdates {
  readonly #updates: CapturedUpdates;

  /** Call inside tf.tidy. @throws CaptureRefused where not all can be one graph. */
  constructor(backend: TensorflowBackend, members: readonly Member[]) {
    const each = members.map(({ step }) => updateBy(backend, step));
    this.#updates = new CapturedUpdates(backend, {
      update: together(each),
      state: joined(members.map(({ state }) => state)),
      data: joined(members.map(({ data }) => data)),
      example: joined(members.map(({ example }) => example)),
      kinds: SIZES * members.length,
      rewrite: (recording) => stackCopies(recording, members.length),
    });
  }

  /** One update of every member. */
  run(inputs: readonly Tensors[]): void {
    this.#updates.run(() => joined(inputs));
  }

  metrics(member: number): Record<string, number> {
    return part(this.#updates.metrics(), member);
  }

  state(member: number): Tensors {
    return part(this.#updates.state(), member);
  }

  data(member: number): Tensors {
    return part(this.#updates.data(), member);
  }

  dispose(): void {
    this.#updates.dispose();
  }
}

const together =
  (each: readonly Compute[]): Compute =>
  (state, data, inputs) => {
    const computed = each.map((compute, i) => compute(part(state, i), part(data, i), part(inputs, i)));
    return { state: joined(computed.map((c) => c.state)), values: joined(computed.map((c) => c.values)) };
  };

/** Those of all members, each under its member's index. */
function joined(parts: readonly Tensors[]): Tensors {
  return Object.assign(
    {},
    ...parts.map((part, i) => Object.fromEntries(Object.entries(part).map(([name, one]) => [`${i}/${name}`, one]))),
  );
}

function part<T>(all: Readonly<Record<string, T>>, member: number): Record<string, T> {
  const prefix = `${member}/`;
  const own = Object.entries(all).filter(([name]) => name.startsWith(prefix));
  return Object.fromEntries(own.map(([name, one]) => [name.slice(prefix.length), one]));
}
