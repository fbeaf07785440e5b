/** The tests that a model's own step agrees with PyTorch in float64 (ci/peers/semi_supervised_parity.py). */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { before, describe, test } from "node:test";
import * as tf from "@tensorflow/tfjs-core";
import type { HostState } from "../../../harness/engine/host-state.ts";
import { openEngine } from "../../../harness/engine/open.ts";
import type { Ops } from "../../../harness/engine/ops.ts";
import { eager } from "../../../harness/engine/program.ts";
import { type Recipe, regenerate, sizeOf } from "../../../harness/engine/reference-values.ts";
import type { Tensors } from "../../../harness/engine/step.ts";
import type { Words2 } from "../../../harness/random/philox.ts";
import { type ClassifierCase, IMAGES, LABELLED, labels, UNLABELLED } from "./classifier-cases.ts";
import { compare, type Described } from "./image-parity-tests.ts";

interface Fixture<Build> {
  readonly torch: string;
  /** Settings beyond those of classifier-cases.ts. */
  readonly build: Build;
  /** Number of the keys that all else is made from. */
  readonly attempt: number;
  readonly stride: number;
  readonly losses: readonly Readonly<Record<string, number>>[];
  readonly averages?: Described;
  readonly parameters: readonly (Recipe & {
    readonly name: string;
    /** From the start to after the last update, and in the first one; absent where it is not trained. */
    readonly movement?: Described;
    /** As Adam is given it: with the weights' prior, clipped. */
    readonly gradient?: Described;
  })[];
}

/** Largest relative Euclidean distances; PyTorch's own float32 is within 4e-6 (gradients) and 2e-5 (movements). */
const TOLERANCE = { losses: 1e-5, laterLosses: 1e-4, gradients: 2e-5, movements: 5e-4 };
/** The models of classifier-cases.ts have it. */
const BETA1 = 0.9;

/** @param labelled whether batches have labelled images beside the others */
export function classifierParityTests<Build>(
  name: string,
  file: URL,
  labelled: boolean,
  build: (settings: Build, ops: Ops) => ReturnType<ClassifierCase["build"]>,
): void {
  const fixture = JSON.parse(readFileSync(file, "utf8")) as Fixture<Build>;
  const { parameters, losses, stride, averages } = fixture;
  describe(`${losses.length} updates of ${name} and PyTorch ${fixture.torch} in float64`, () => {
    let start: HostState;
    let trained: ReturnType<typeof train>;
    before(async () => {
      const built = build(fixture.build, (await openEngine({ provision: false })).ops);
      const initial = built.initialState([0, 0]);
      start = { ...initial, ...startOf(fixture) };
      assert.deepEqual(shapesOf(start), shapesOf(initial));
      trained = train(built, start, fixture, labelled);
    });

    test("every loss and every term of it, in every update", () => {
      losses.forEach((expected, update) => {
        const got = trained.losses[update]!;
        assert.deepEqual(Object.keys(got).sort(), Object.keys(expected).sort());
        for (const [name, loss] of Object.entries(expected)) {
          const off = Math.abs(got[name]! / loss - 1);
          const allowed = update === 0 ? TOLERANCE.losses : TOLERANCE.laterLosses;
          assert.equal(off <= allowed, true, `${name} of update ${update}: ${got[name]}, expected ${loss}`);
        }
      });
    });

    test("every gradient of the first update", (t) => {
      const distances = parameters.flatMap(({ name, gradient }) =>
        gradient
          ? [compare(`gradient of ${name}`, trained.gradients.get(name)!, gradient, stride, TOLERANCE.gradients)]
          : [],
      );
      assert.equal(distances.length, trained.gradients.size);
      t.diagnostic(`largest relative distance ${Math.max(...distances).toExponential(1)}`);
    });

    test("where every parameter has moved to", (t) => {
      const distances = parameters.map(({ name, movement }) => {
        const [from, to] = [start[name]!.data, trained.state[name]!.data];
        const moved = to.map((value, i) => value - from[i]!);
        if (movement) return compare(`movement of ${name}`, moved, movement, stride, TOLERANCE.movements);
        assert.deepEqual(to, from, `${name} has moved`);
        return 0;
      });
      t.diagnostic(`largest relative distance ${Math.max(...distances).toExponential(1)}`);
    });

    test("the running averages", () => {
      assert.equal(trained.state.averages === undefined, averages === undefined);
      if (averages) compare("averages", trained.state.averages!.data, averages, stride, TOLERANCE.gradients);
    });
  });
}

const shapesOf = (state: HostState): Record<string, number[]> =>
  Object.fromEntries(Object.entries(state).map(([name, { shape }]) => [name, [...shape]]));

/** The model's own step: all random numbers come from its key. */
function train(
  { step, groups }: ReturnType<ClassifierCase["build"]>,
  start: HostState,
  { losses, attempt }: Fixture<unknown>,
  labelled: boolean,
) {
  const program = eager(step, start);
  const gradients = new Map<string, Float32Array>();
  const seen = losses.map((_, update) => {
    program.run(() => batch(attempt, update, labelled), [attempt, 100 + update]);
    if (update === 0)
      for (const { name } of Object.values(groups).flat())
        gradients.set(
          name,
          // Adam's first moment after one update.
          Float32Array.from(program.state()[`${name}/m`]!.dataSync(), (m) => m / (1 - BETA1)),
        );
    return program.metrics();
  });
  const state = program.read();
  program.dispose();
  return { losses: seen, gradients, state };
}

function batch(attempt: number, update: number, labelled: boolean): Tensors {
  const images = (count: number, stream: number): tf.Tensor4D => {
    const shape: [number, number, number, number] = [count, ...IMAGES];
    const key: Words2 = [attempt, stream + update];
    return tf.tensor4d(regenerate([{ shape, mean: 0.5, sd: 0.1 }], key), shape);
  };
  if (!labelled) return { x: images(UNLABELLED, 20) };
  return { x: images(LABELLED, 10), u: images(UNLABELLED, 20), y: labels() };
}

/** Parameters, and what is frozen, before the first update: cut from one stream. */
function startOf({ parameters, attempt }: Fixture<unknown>): HostState {
  const flat = regenerate(parameters, [attempt, 1]);
  let end = 0;
  return Object.fromEntries(
    parameters.map(({ name, shape }) => {
      end += sizeOf(shape);
      return [name, { shape, data: flat.slice(end - sizeOf(shape), end) }];
    }),
  );
}
