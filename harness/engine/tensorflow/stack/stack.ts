/** Trainings in one process whose updates are done together, in one call of one graph. */
import * as tf from "@tensorflow/tfjs-core";
import type { Engine, StackPlace } from "../../engine.ts";
import type { HostState } from "../../host-state.ts";
import { type DeviceData, hostState, type Program } from "../../program.ts";
import type { Tensors, TrainStep } from "../../step.ts";
import { compileCaptured, withKey } from "../capture/captured-program.ts";
import { CaptureRefused } from "../capture/record.ts";
import type { TensorflowBackend } from "../load.ts";
import { stackCopies } from "./stack-copies.ts";
import { StackedUpdates } from "./stacked-updates.ts";

/** The step as a stack of one: the bits that it has in every stack. */
const compileAlone = (backend: TensorflowBackend, step: TrainStep, initial: HostState, data?: DeviceData): Program =>
  compileCaptured(backend, step, initial, data, (recording) => stackCopies(recording, 1));

/** How an engine compiles steps whose runs may be stacked. */
export const stacks = (backend: TensorflowBackend): Pick<Engine, "compile" | "stack"> => ({
  compile: (step, initial, data) => compileAlone(backend, step, initial, data),
  stack(places) {
    const stack = new Stack(backend, places);
    return Array.from({ length: places }, () => stack.place());
  },
});

/** A training between two updates, or with the inputs of its next one. */
interface Seat {
  readonly step: TrainStep;
  /** Its program where it is not a part of the stack's graph. */
  alone: Program | undefined;
  due?: Due | undefined;
}
interface Due {
  readonly batch: () => Tensors;
  readonly key: readonly [number, number];
  done(): void;
  failed(error: unknown): void;
}

/**
 * The updates of all trainings that are at work wait for each other. One that ends leaves the graph: it is made anew
 * without it, a second or so, and the others go on with the same bits. Where the steps cannot be captured together, and
 * where one is left, each is a stack of one.
 */
class Stack {
  readonly #backend: TensorflowBackend;
  /** Places that have not compiled anything yet. */
  #expected: number;
  readonly #seats = new Set<Seat>();
  #graph: { readonly seats: readonly Seat[]; readonly updates: StackedUpdates } | undefined;
  /** Why the steps cannot be one graph. */
  #refused: string | undefined;

  constructor(backend: TensorflowBackend, places: number) {
    this.#backend = backend;
    this.#expected = places;
  }

  place(): StackPlace {
    let expected = true;
    const arrive = (): void => {
      if (expected) this.#expected -= 1;
      expected = false;
    };
    return {
      compile: (step, initial, data) => {
        arrive();
        return this.#program({ step, alone: compileAlone(this.#backend, step, initial, data) });
      },
      leave: () => {
        arrive();
        this.#updateIfAllAreDue();
      },
    };
  }

  #program(seat: Seat): Program {
    this.#seats.add(seat);
    const kind = () => seat.alone?.kind ?? "captured";
    const reason = () => seat.alone?.reason ?? "the step is a part of the fixed graph of a stack of runs";
    const read = () => hostState(this.#stateOf(seat));
    return {
      get kind() {
        return kind();
      },
      get reason() {
        return reason();
      },
      run: (batch, key) =>
        new Promise((done, failed) => {
          seat.due = { batch, key, done, failed };
          this.#updateIfAllAreDue();
        }),
      ask: (query, inputs) => tf.tidy(() => query(this.#stateOf(seat), inputs())),
      metrics: () => seat.alone?.metrics() ?? this.#graph!.updates.metrics(this.#indexOf(seat)),
      state: () => this.#stateOf(seat),
      data: () => this.#dataOf(seat),
      read,
      dispose: () => this.#remove(seat),
    };
  }

  #indexOf(seat: Seat): number {
    return this.#graph!.seats.indexOf(seat);
  }

  #stateOf(seat: Seat): Tensors {
    return seat.alone?.state() ?? this.#graph!.updates.state(this.#indexOf(seat));
  }

  #dataOf(seat: Seat): Tensors {
    return seat.alone?.data() ?? this.#graph!.updates.data(this.#indexOf(seat));
  }

  #remove(seat: Seat): void {
    if (!this.#seats.delete(seat)) return;
    seat.alone?.dispose();
    if (this.#graph?.seats.every((one) => !this.#seats.has(one))) this.#dropGraph();
    this.#updateIfAllAreDue();
  }

  #dropGraph(): void {
    this.#graph?.updates.dispose();
    this.#graph = undefined;
  }

  #updateIfAllAreDue(): void {
    const seats = [...this.#seats];
    if (this.#expected > 0 || seats.some(({ due }) => !due)) return;
    if (seats.length > 1 && this.#refused === undefined) this.#updateTogether(seats);
    else for (const seat of seats) this.#updateAlone(seat);
  }

  #updateTogether(seats: readonly Seat[]): void {
    try {
      tf.tidy(() => {
        const inputs = seats.map(inputsOf);
        this.#join(seats, inputs).run(inputs);
      });
      for (const seat of seats) settle(seat);
    } catch (error) {
      if (error instanceof CaptureRefused) {
        this.#refused = error.message;
        for (const seat of seats) this.#updateAlone(seat);
      } else if (error instanceof InputsFailed) settle(error.seat, error);
      else for (const seat of seats) settle(seat, { cause: error });
    }
  }

  /** The graph of these seats; made anew when it is of others. @throws CaptureRefused */
  #join(seats: readonly Seat[], inputs: readonly Tensors[]): StackedUpdates {
    if (this.#graph && String(this.#graph.seats.map((seat) => seats.indexOf(seat))) === String([...seats.keys()]))
      return this.#graph.updates;
    const members = seats.map((seat, i) => {
      return { step: seat.step, state: this.#stateOf(seat), data: this.#dataOf(seat), example: inputs[i]! };
    });
    const updates = new StackedUpdates(this.#backend, members);
    this.#dropGraph();
    for (const seat of seats) {
      seat.alone?.dispose();
      seat.alone = undefined;
    }
    this.#graph = { seats, updates };
    return updates;
  }

  #updateAlone(seat: Seat): void {
    try {
      if (!seat.alone) {
        const [state, data] = [hostState(this.#stateOf(seat)), hostState(this.#dataOf(seat))];
        seat.alone = compileAlone(this.#backend, seat.step, state, data);
        if (this.#graph?.seats.every((one) => one.alone || !this.#seats.has(one))) this.#dropGraph();
      }
      seat.alone.run(seat.due!.batch, seat.due!.key);
      settle(seat);
    } catch (error) {
      settle(seat, { cause: error });
    }
  }
}

/** A training's own batch cannot be made: the others have nothing to do with it. */
class InputsFailed extends Error {
  readonly seat: Seat;
  constructor(seat: Seat, cause: unknown) {
    super("the inputs of an update cannot be made", { cause });
    this.seat = seat;
  }
}

function inputsOf(seat: Seat): Tensors {
  try {
    return withKey(seat.due!.batch(), seat.due!.key);
  } catch (error) {
    throw new InputsFailed(seat, error);
  }
}

/** The update is done, or has failed for a cause. */
function settle(seat: Seat, failure?: { readonly cause?: unknown }): void {
  const due = seat.due!;
  seat.due = undefined;
  if (failure) due.failed(failure.cause);
  else due.done();
}
