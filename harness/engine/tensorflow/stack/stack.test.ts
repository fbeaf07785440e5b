import assert from "node:assert/strict";
import { before, describe, test } from "node:test";
import * as tf from "@tensorflow/tfjs-core";
import type { Engine } from "../../engine.ts";
import type { HostState } from "../../host-state.ts";
import { openEngine } from "../../open.ts";
import type { Program } from "../../program.ts";
import type { Tensors, TrainStep } from "../../step.ts";
import { NEEDS_TENSORFLOW } from "../capture/engine-for-tests.ts";

/** w ← w − rate · gradient of |x w|² / 2, with noise from the key. */
const descent =
  (engine: Engine, rate: number): TrainStep =>
  (state, { x }, key) => {
    const y = engine.ops.matMul(x as tf.Tensor2D, state.w as tf.Tensor2D);
    const gradient = engine.ops.matMul(tf.transpose(x as tf.Tensor2D), y);
    const noise = engine.ops.randomNormal([3, 2], key);
    return {
      state: { w: tf.sub(state.w!, tf.mul(tf.add(gradient, noise), rate)) },
      metrics: { loss: tf.sum(tf.square(y)) },
    };
  };
const initial = (of: number): HostState => ({
  w: { shape: [3, 2], data: Float32Array.from({ length: 6 }, (_, i) => Math.sin(i + of)) },
});
const batch =
  (of: number, update: number, cases = 4) =>
  (): Tensors => ({
    x: tf.tensor2d(
      Float32Array.from({ length: cases * 3 }, (_, i) => Math.cos(i * (of + 1) + update)),
      [cases, 3],
    ),
  });
const RATES = [0.01, 0.03, 0.05];

describe("a stack of trainings", NEEDS_TENSORFLOW, () => {
  let engine: Engine;
  before(async () => {
    engine = await openEngine({ requested: "tensorflow", provision: false, stacked: true });
  });
  const update = (program: Program, of: number, index: number, cases?: number) =>
    program.run(batch(of, index, cases), [of, index]);
  const start = (places: ReturnType<NonNullable<Engine["stack"]>>): Program[] =>
    places.map((place, of) => place.compile(descent(engine, RATES[of]!), initial(of)));
  const together = async (programs: readonly Program[], index: number): Promise<void> => {
    await Promise.all(programs.map((program, of) => update(program, of, index)));
  };
  const alone = (of: number, updates: number, cases: (index: number) => number = () => 4): HostState => {
    const program = engine.compile(descent(engine, RATES[of]!), initial(of));
    for (let i = 0; i < updates; i++) update(program, of, i, cases(i));
    const state = program.read();
    program.dispose();
    return state;
  };

  test("is of an engine class of its own", () => {
    assert.match(engine.class, /^tensorflow-[cg]pu-stacked$/);
  });

  test("gives each the bits of a stack of one", async () => {
    const programs = start(engine.stack!(3));
    for (let i = 0; i < 5; i++) await together(programs, i);
    programs.forEach((program, of) => {
      assert.deepEqual(program.read(), alone(of, 5));
      assert.match(program.reason, /graph of a stack/);
    });
    const losses = programs.map((program) => program.metrics().loss!);
    assert.equal(new Set(losses).size, 3);
    for (const program of programs) program.dispose();
  });

  test("waits for all that are at work, and for places that have compiled nothing yet", async () => {
    const [first, second, third] = engine.stack!(3);
    const program = first!.compile(descent(engine, RATES[0]!), initial(0));
    let done = false;
    const running = Promise.resolve(update(program, 0, 0)).then(() => {
      done = true;
    });
    const other = second!.compile(descent(engine, RATES[1]!), initial(1));
    const otherRunning = update(other, 1, 0);
    await new Promise(setImmediate);
    assert.equal(done, false);
    third!.leave();
    await Promise.all([running, otherRunning]);
    assert.deepEqual(program.read(), alone(0, 1));
    program.dispose();
    other.dispose();
  });

  test("goes on with the same bits when one leaves, and when one is left", async () => {
    const programs = start(engine.stack!(3));
    for (let i = 0; i < 2; i++) await together(programs, i);
    const [first, second, third] = programs as [Program, Program, Program];
    const waiting = [update(first, 0, 2), update(third, 2, 2)];
    second.dispose(); // the others wait for it no longer
    await Promise.all(waiting);
    await Promise.all([update(first, 0, 3), update(third, 2, 3)]);
    first.dispose();
    for (let i = 4; i < 6; i++) await update(third, 2, i);
    assert.deepEqual(third.read(), alone(2, 6));
    third.dispose();
  });

  test("starts from any state, at any update", async () => {
    const half = alone(1, 2);
    const places = engine.stack!(2);
    const programs = [
      places[0]!.compile(descent(engine, RATES[0]!), initial(0)),
      places[1]!.compile(descent(engine, RATES[1]!), half),
    ];
    for (let i = 0; i < 3; i++) await Promise.all([update(programs[0]!, 0, i), update(programs[1]!, 1, i + 2)]);
    assert.deepEqual(programs[0]!.read(), alone(0, 3));
    assert.deepEqual(programs[1]!.read(), alone(1, 5));
    for (const program of programs) program.dispose();
  });

  test("takes batches of other sizes, at the same time too", async () => {
    const programs = start(engine.stack!(2));
    const sizes = [(i: number) => (i === 1 ? 3 : 4), (i: number) => (i === 2 ? 3 : 4)];
    for (let i = 0; i < 4; i++) await Promise.all(programs.map((program, of) => update(program, of, i, sizes[of]!(i))));
    programs.forEach((program, of) => {
      assert.deepEqual(program.read(), alone(of, 4, sizes[of]));
      program.dispose();
    });
  });

  test("is not held up by one whose batch cannot be made", async () => {
    const programs = start(engine.stack!(2));
    await together(programs, 0);
    const broken = programs[0]!.run(() => {
      throw new Error("no data");
    }, [0, 1]);
    const running = update(programs[1]!, 1, 1);
    await assert.rejects(async () => broken, /^Error: no data$/);
    programs[0]!.dispose();
    await running;
    assert.deepEqual(programs[1]!.read(), alone(1, 2));
    programs[1]!.dispose();
  });

  test("runs each as it runs alone where a step cannot be captured", async () => {
    const reading: TrainStep = (state, { x }, key) => {
      x!.dataSync();
      return descent(engine, RATES[0]!)(state, { x: x! }, key);
    };
    const [first, second] = engine.stack!(2);
    const programs = [first!.compile(reading, initial(0)), second!.compile(descent(engine, RATES[1]!), initial(1))];
    for (let i = 0; i < 2; i++) await together(programs, i);
    assert.deepEqual(
      programs.map(({ kind }) => kind),
      ["eager", "captured"],
    );
    assert.deepEqual(programs[1]!.read(), alone(1, 2));
    for (const program of programs) program.dispose();
  });

  test("leaves no tensors", async () => {
    const before = tf.memory().numTensors;
    const programs = start(engine.stack!(3));
    for (let i = 0; i < 2; i++) await together(programs, i);
    for (const program of programs) program.state();
    for (const program of programs) program.dispose();
    assert.equal(tf.memory().numTensors, before);
  });
});
