/** The tests that an image model's own step agrees with PyTorch in float64 (ci/peers/{image_models,ali_k1}_parity.py). */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { before, describe, test } from "node:test";
import * as tf from "@tensorflow/tfjs-core";
import type { BuiltModel } from "../../../harness/contract/model.ts";
import type { HostState } from "../../../harness/engine/host-state.ts";
import { openEngine } from "../../../harness/engine/open.ts";
import type { Ops } from "../../../harness/engine/ops.ts";
import { eager, hostState, tensors } from "../../../harness/engine/program.ts";
import { euclideanNorm, type Recipe, regenerate, sizeOf, visited } from "../../../harness/engine/reference-values.ts";
import type { Tensors } from "../../../harness/engine/step.ts";
import type { MapSize } from "../../../harness/nn/convolutional.ts";
import type { BuiltClassifier } from "../semi-supervised.ts";

/** Entries of a tensor on a walk, and the Euclidean norm of all. */
export interface Described {
  readonly values: readonly number[];
  readonly norm: number;
  readonly size: number;
}
interface Fixture<Build> {
  readonly torch: string;
  /** Settings beyond the paper's. */
  readonly build: Build;
  readonly batch: number;
  /** Unlabelled images of a batch, beside the labelled ones. */
  readonly unlabelled?: number;
  /** Number of the keys that all else is made from. */
  readonly attempt: number;
  readonly stride: number;
  readonly losses: readonly Readonly<Record<string, number>>[];
  readonly y?: readonly (readonly number[])[];
  readonly averages: Described;
  /** What is set from the first batch before the first update. */
  readonly initialised?: Readonly<Record<string, Described>>;
  /** Of the first batch's labelled images at test time: by μ as `mean`, and by the other ways to classify. */
  readonly logProbabilities?: Readonly<Record<string, Described>>;
  readonly parameters: readonly (Recipe & {
    readonly name: string;
    /** From the start to after the last update. */
    readonly movement: Described;
    /** Of its own player's loss, in the first update; absent where it is not trained. */
    readonly gradient?: Described;
    /** As `movement`, of its running average. */
    readonly averageMovement?: Described;
  })[];
}

/**
 * Largest relative Euclidean distances. Adam's first updates go by the gradient's sign: an entry that is nearly zero may move
 * the other way; and a later pass may step over a kink that the first one kept away from.
 */
const TOLERANCE = { losses: 1e-5, laterLosses: 1e-3, gradients: 5e-4, movements: 5e-2, movementAtKink: 0.5 };
/**
 * Share of parameters that may move further off: in later updates a unit next to the kink of its nonlinearity takes the other piece in
 * float32 on some processors, and Adam enlarges small gradients.
 */
const KINKS = 0.05;

type Step = Pick<BuiltModel<tf.Tensor4D, tf.Tensor2D[]>, "groups" | "initialState" | "step"> &
  Partial<Pick<BuiltClassifier, "initialise" | "logits" | "otherLogits">>;

interface ParityCase<Build> {
  build(settings: Build, ops: Ops): Step;
  readonly images: MapSize;
}

export function imageParityTests<Build>(name: string, file: URL, { build, images }: ParityCase<Build>): void {
  const fixture = JSON.parse(readFileSync(file, "utf8")) as Fixture<Build>;
  const { parameters, losses, stride } = fixture;
  describe(`${losses.length} updates of ${name} and PyTorch ${fixture.torch} in float64`, () => {
    let built: Step;
    let start: HostState;
    let trained: Trained;
    before(async () => {
      const { ops } = await openEngine({ provision: false });
      built = build(fixture.build, ops);
      const initial = built.initialState([0, 0]);
      start = initialised(built, { ...initial, ...parametersOf(fixture) }, fixture, images);
      assert.deepEqual(shapesOf(start), shapesOf(initial));
      trained = train(built, start, fixture, images);
    });

    if (fixture.initialised)
      test("what the first batch sets", () => {
        for (const [name, expected] of Object.entries(fixture.initialised!))
          compare(name, start[name]!.data, expected, stride, TOLERANCE.gradients);
      });

    test("every loss of every update", () => {
      losses.forEach((expected, update) => {
        const got = trained.losses[update]!;
        assert.deepEqual(Object.keys(got).sort(), Object.keys(expected).sort());
        for (const [name, loss] of Object.entries(expected)) {
          const off = Math.abs(got[name]! / loss - 1);
          const allowed = update === 0 ? TOLERANCE.losses : TOLERANCE.laterLosses;
          assert.equal(off <= allowed, true, `${name} of update ${update + 1}: ${got[name]}, not ${loss}`);
        }
      });
    });

    test("the gradient of every parameter that is trained, in the first update", (t) => {
      const given = parameters.flatMap(({ name, gradient }) => (gradient ? [[name, gradient] as const] : []));
      assert.deepEqual([...trained.gradients.keys()].sort(), given.map(([name]) => name).sort());
      const distances = given.map(([name, gradient]) =>
        compare(`gradient of ${name}`, trained.gradients.get(name)!, gradient, stride, TOLERANCE.gradients),
      );
      t.diagnostic(`largest relative distance ${Math.max(...distances).toExponential(1)}`);
    });

    test("where every parameter has moved to", (t) => {
      const distances = parameters.map(({ name, gradient, movement, averageMovement }) => {
        const [from, to] = [start[name]!.data, trained.state[name]!.data];
        const moved = (to: Float32Array) => to.map((value, i) => value - from[i]!);
        const average = `${name}/average`;
        if (averageMovement)
          compare(average, moved(trained.state[average]!.data), averageMovement, stride, TOLERANCE.movements);
        if (gradient) return compare(`movement of ${name}`, moved(to), movement, stride, TOLERANCE.movementAtKink);
        assert.deepEqual(to, from, `${name} has moved`);
        return 0;
      });
      const far = distances.filter((distance) => distance > TOLERANCE.movements).length;
      assert.equal(far <= KINKS * distances.length, true, `${far} of ${distances.length} movements are off`);
      t.diagnostic(`largest relative distance ${Math.max(...distances).toExponential(1)}`);
    });

    test("the running averages", () => {
      compare("averages", trained.state.averages!.data, fixture.averages, stride, TOLERANCE.gradients);
    });

    if (fixture.logProbabilities)
      test("what it says of classes afterwards", () => {
        const ways = { mean: built.logits!, ...built.otherLogits };
        assert.deepEqual(Object.keys(ways).sort(), Object.keys(fixture.logProbabilities!).sort());
        tf.tidy(() => {
          const x = inputs(fixture, images, 0).x as tf.Tensor4D;
          for (const [name, expected] of Object.entries(fixture.logProbabilities!)) {
            const told = tf.logSoftmax(ways[name as keyof typeof ways]!(tensors(trained.state), x));
            compare(name, told.dataSync() as Float32Array, expected, stride, TOLERANCE.gradients);
          }
        });
      });
  });
}

const shapesOf = (state: HostState): Record<string, number[]> =>
  Object.fromEntries(Object.entries(state).map(([name, { shape }]) => [name, [...shape]]));

interface Trained {
  readonly losses: readonly Readonly<Record<string, number>>[];
  /** Of the first update. */
  readonly gradients: ReadonlyMap<string, Float32Array>;
  /** After the last. */
  readonly state: HostState;
}

function inputs({ attempt, batch, unlabelled, y }: Fixture<unknown>, images: MapSize, update: number): Tensors {
  const drawn = (count: number, stream: number): tf.Tensor4D => {
    const shape: [number, number, number, number] = [count, ...images];
    return tf.tensor4d(regenerate([{ shape, mean: 0.5, sd: 0.1 }], [attempt, stream + update]), shape);
  };
  return {
    x: drawn(batch, 10),
    ...(y && { y: tf.tensor2d(y.map((row) => [...row])) }),
    ...(unlabelled && { u: drawn(unlabelled, 20) }),
  };
}

/** The state before the first update, by the first batch where the model asks for one. */
function initialised({ initialise }: Step, state: HostState, fixture: Fixture<unknown>, images: MapSize): HostState {
  if (!initialise) return state;
  const made = tf.tidy(() => {
    const key = tf.tensor1d([fixture.attempt, 99], "int32");
    return { ...initialise(tensors(state), inputs(fixture, images, 0), key) };
  });
  const set = hostState(made);
  tf.dispose(made);
  return set;
}

/** The model's own step: z, ε and dropout come from its key. */
function train({ step, groups }: Step, start: HostState, fixture: Fixture<unknown>, images: MapSize): Trained {
  const { attempt, losses } = fixture;
  const program = eager(step, start);
  const gradients = new Map<string, Float32Array>();
  const seen = losses.map((_, update) => {
    program.run(() => inputs(fixture, images, update), [attempt, 100 + update]);
    if (update === 0) {
      const state = program.read();
      // By β1 = 0.5, Adam's first moment after one update is half the gradient.
      for (const { name } of Object.values(groups).flat())
        gradients.set(
          name,
          state[`${name}/m`]!.data.map((m) => 2 * m),
        );
    }
    return program.metrics();
  });
  const state = program.read();
  program.dispose();
  return { losses: seen, gradients, state };
}

/** The parameters before the first update, cut from one stream. */
function parametersOf({ parameters, attempt }: Fixture<unknown>): HostState {
  const flat = regenerate(parameters, [attempt, 1]);
  let at = 0;
  return Object.fromEntries(
    parameters.map(({ name, shape }) => {
      at += sizeOf(shape);
      return [name, { shape, data: flat.slice(at - sizeOf(shape), at) }];
    }),
  );
}

/** Asserts, and returns the relative distance of the entries on the walk, or of the norms if larger. */
export function compare(
  what: string,
  got: Float32Array,
  { values, norm, size }: Described,
  stride: number,
  allowed: number,
): number {
  assert.equal(got.length, size, what);
  const walked = visited(got, { stride, length: values.length });
  const scale = Math.max(euclideanNorm(values), norm * Math.sqrt(values.length / size));
  const off = euclideanNorm(walked.map((value, i) => value - values[i]!)) / scale;
  assert.equal(off <= allowed, true, `${what}: relative distance ${off}, allowed ${allowed}`);
  const ofNorm = Math.abs(euclideanNorm(got) / norm - 1);
  assert.equal(ofNorm <= allowed, true, `norm of ${what}: off by ${ofNorm}, allowed ${allowed}`);
  return Math.max(off, ofNorm);
}
