import assert from "node:assert/strict";
import { rmSync } from "node:fs";
import { before, describe, test } from "node:test";
import * as tf from "@tensorflow/tfjs-core";
import type { Engine } from "../../engine.ts";
import type { HostState } from "../../host-state.ts";
import { eager, type Program } from "../../program.ts";
import type { Query, Tensors, TrainStep } from "../../step.ts";
import type { TensorflowBackend } from "../load.ts";
import { NEEDS_TENSORFLOW, openTensorflow } from "./engine-for-tests.ts";

const INITIAL: HostState = {
  w: { shape: [3], data: Float32Array.of(1, 2, 3) },
  updates: { shape: [], data: new Float32Array(1) },
};
const KEY = [1, 2] as const;
const x = (values: number[]) => (): Tensors => ({ x: tf.tensor1d(values, "float32") });
const X = x([0.5, -1, 2]);

/** w ← w + x · 0.1, with the sum of w before it as metric. */
const plain: TrainStep = (state, batch) => ({
  state: { w: tf.add(state.w!, tf.mul(batch.x!, 0.1)), updates: tf.add(state.updates!, 1) },
  metrics: { total: tf.sum(state.w!), largest: tf.max(batch.x!) },
});
/** The plain step with another change of w. */
const changing =
  (change: (w: tf.Tensor, batch: Tensors, key: tf.Tensor1D) => tf.Tensor): TrainStep =>
  (state, batch, key) => ({
    ...plain(state, batch, key),
    state: { w: change(state.w!, batch, key), updates: state.updates! },
  });

const values = (program: Program, name: string): number[] => [...program.read()[name]!.data];

describe("a captured step", NEEDS_TENSORFLOW, () => {
  let engine: Engine;
  let backend: TensorflowBackend;
  before(async () => {
    engine = await openTensorflow();
    backend = tf.backend() as unknown as TensorflowBackend;
  });
  const compile = (step: TrainStep): Program => engine.compile(step, INITIAL);
  const captured = (step: TrainStep): Program => {
    const program = compile(step);
    program.run(X, KEY);
    assert.equal(program.kind, "captured", program.reason);
    return program;
  };

  test("is updated once by its first run, which records it", () => {
    const program = captured(plain);
    assert.deepEqual(values(program, "updates"), [1]);
    assert.deepEqual(program.metrics(), { total: 6, largest: 2 });
    program.dispose();
  });

  test("is never eager because its graph cannot be written: another place is taken, or it is an error", () => {
    const { TMPDIR, ALI_CACHE } = process.env;
    try {
      process.env.TMPDIR = "/proc";
      captured(plain).dispose();
      process.env.ALI_CACHE = "/proc";
      const program = compile(plain);
      assert.throws(() => program.run(X, KEY), /^HarnessError: The graph of a training step cannot be written/);
      program.dispose();
    } finally {
      for (const [name, value] of Object.entries({ TMPDIR, ALI_CACHE }))
        if (value === undefined) delete process.env[name];
        else process.env[name] = value;
    }
  });

  test("is an error, not eager, where its graph's file is gone before TensorFlow reads it", () => {
    const { binding } = backend;
    const loadSavedModel = (folder: string): number => {
      rmSync(folder, { recursive: true });
      return binding.loadSavedModel(folder, "serve");
    };
    try {
      backend.binding = Object.create(binding, { loadSavedModel: { value: loadSavedModel } });
      const program = compile(plain);
      assert.throws(() => program.run(X, KEY), /cannot be read back from .*ENOENT/);
      program.dispose();
    } finally {
      backend.binding = binding;
    }
  });

  test("is eager, and says so, before its first run", () => {
    const program = compile(plain);
    assert.deepEqual([program.kind, program.reason], ["eager", "it has not run yet"]);
    assert.deepEqual(values(program, "w"), [1, 2, 3]);
    assert.deepEqual(program.metrics(), {});
    program.dispose();
  });

  test("takes each run's own batch and key", () => {
    const step = changing((w, batch, key) => tf.add(w, tf.add(engine.ops.randomNormal([3], key), batch.x!)));
    const program = captured(step);
    const reference = eager(step, INITIAL);
    reference.run(X, KEY);
    for (let i = 0; i < 5; i++) for (const each of [program, reference]) each.run(x([i, 2 * i, -i]), [i, 3 - i]);
    assert.deepEqual(program.read(), reference.read());
    program.dispose();
    reference.dispose();
  });

  test("asks for one batch a run", () => {
    const program = compile(plain);
    let batches = 0;
    for (let i = 0; i < 3; i++)
      program.run(() => {
        batches++;
        return X();
      }, KEY);
    assert.equal(batches, 3);
    program.dispose();
  });

  test("takes integer and boolean batches, whatever their names", () => {
    const step: TrainStep = (state, batch) => ({
      state: { ...state, w: tf.where(batch["a mask, of w"] as tf.Tensor, state.w!, tf.cast(batch["i:0"]!, "float32")) },
      metrics: {},
    });
    const program = compile(step);
    for (const integer of [7, 8])
      program.run(
        () => ({ "a mask, of w": tf.tensor1d([1, 0, 1], "bool"), "i:0": tf.fill([3], integer, "int32") }),
        KEY,
      );
    assert.equal(program.kind, "captured", program.reason);
    assert.deepEqual(values(program, "w"), [1, 8, 3]);
    program.dispose();
  });

  test("may swap parts of its state, hand them through and replace them by constants", () => {
    const initial: HostState = Object.fromEntries(
      ["a", "b", "same", "constant"].map((name, i) => [name, { shape: [1], data: Float32Array.of(i) }]),
    );
    const program = engine.compile(
      ({ a, b, same }) => ({ state: { a: b!, b: a!, same: same!, constant: tf.tensor1d([9]) }, metrics: {} }),
      initial,
    );
    for (let i = 0; i < 3; i++) program.run(() => ({}), KEY);
    assert.equal(program.kind, "captured", program.reason);
    assert.deepEqual(
      ["a", "b", "same", "constant"].map((name) => values(program, name)[0]),
      [1, 0, 2, 9],
    );
    program.dispose();
  });

  test("keeps the state's tensors until the next run", () => {
    const program = captured(plain);
    const state = program.state();
    assert.equal(program.state(), state);
    program.run(X, KEY);
    assert.equal(Boolean(state.w!.isDisposed), true);
    assert.notEqual(program.state(), state);
    program.dispose();
  });

  test("refuses a batch whose cases are of another shape or type, or that holds something else", () => {
    const program = engine.compile(plain, { ...INITIAL, w: { shape: [1, 3], data: new Float32Array(3) } });
    const rows = (values: number[][], dtype: "float32" | "int32" = "float32") => ({
      x: tf.tensor2d(values, undefined, dtype),
    });
    program.run(() => rows([[1, 2, 3]]), KEY);
    const wrong: [() => Tensors, RegExp][] = [
      [() => rows([[1, 2]]), /the batch's "x" is float32 \[1,2\], in the first batch it was float32 \[1,3\]/],
      [() => rows([[1, 2, 3]], "int32"), /int32 \[1,3\]/],
      [() => ({ y: tf.scalar(1) }), /"x" is missing/],
      [() => ({ ...rows([[1, 2, 3]]), y: tf.scalar(1) }), /the batch's "y" was not in the first batch/],
      [() => ({ ...rows([[1, 2, 3]]), key: tf.scalar(1) }), /is called "key"/],
    ];
    for (const [batch, message] of wrong) assert.throws(() => program.run(batch, KEY), message);
    program.run(() => rows([[1, 2, 3]]), KEY);
    assert.deepEqual(values(program, "updates"), [2]);
    program.dispose();
  });

  test("hands on an error of the step's own", () => {
    const program = compile(() => {
      throw new RangeError("its own");
    });
    assert.throws(() => program.run(X, KEY), new RangeError("its own"));
    program.dispose();
    const forgetful = compile((state) => ({ state: { w: state.w! }, metrics: {} }));
    assert.throws(() => forgetful.run(X, KEY), /the new state lacks "updates"/);
    forgetful.dispose();
  });

  test("shares nothing with another program of the same step", () => {
    const [one, other] = [captured(plain), captured(plain)];
    for (let i = 0; i < 3; i++) one.run(X, KEY);
    assert.deepEqual([values(one, "updates"), values(other, "updates")], [[4], [1]]);
    one.dispose();
    other.run(X, KEY);
    assert.deepEqual(values(other, "updates"), [2]);
    other.dispose();
  });

  test("leaves nothing behind when it is disposed of", () => {
    const footprint = () => [tf.memory().numTensors, tf.memory().numDataBuffers, backend.binding.getNumOfSavedModels()];
    const before = footprint();
    const program = captured(plain);
    program.state();
    program.dispose();
    program.dispose();
    assert.deepEqual(footprint(), before);
    assert.throws(() => program.run(X, KEY), /disposed/);
  });

  test("holds as many tensors and as much memory after 3,000 runs as after 100", () => {
    const LENGTH = 20_000; // a copy lost a run would be 230 MB
    const big: HostState = { ...INITIAL, w: { shape: [LENGTH], data: new Float32Array(LENGTH) } };
    const program = engine.compile(plain, big);
    const run = (times: number): void => {
      for (let i = 0; i < times; i++) {
        program.run(() => ({ x: tf.ones([LENGTH]) }), KEY);
        program.metrics();
        if (i % 50 === 0) program.read();
      }
    };
    run(100);
    const [tensors, resident] = [tf.memory().numTensors, process.memoryUsage.rss()];
    run(2_900);
    assert.equal(program.kind, "captured", program.reason);
    assert.equal(tf.memory().numTensors, tensors);
    assert.ok(process.memoryUsage.rss() - resident < 50e6, `${(process.memoryUsage.rss() - resident) / 1e6} MB more`);
    program.dispose();
  });

  describe("with batches of several sizes", () => {
    const total: TrainStep = (state, { x }, key) => {
      const noise = engine.ops.randomNormal([3], key);
      return { state: { ...state, w: tf.add(state.w!, tf.add(tf.sum(x!), noise)) }, metrics: { total: tf.sum(x!) } };
    };
    const of = (size: number) => x(Array.from({ length: size }, (_, i) => i + 1));

    test("gives the numbers of eager updates, and goes on with the same state", () => {
      const [program, reference] = [compile(total), eager(total, INITIAL)];
      [5, 5, 2, 5, 2, 3].forEach((size, i) => {
        for (const each of [program, reference]) each.run(of(size), [i, 7]);
        assert.deepEqual(program.metrics(), reference.metrics(), `update ${i}`);
      });
      assert.equal(program.kind, "captured", program.reason);
      assert.deepEqual(program.read(), reference.read());
      for (const each of [program, reference]) each.dispose();
    });

    test("takes four sizes and no fifth", () => {
      const program = compile(total);
      for (const size of [1, 2, 3, 4, 1]) program.run(of(size), KEY);
      assert.throws(() => program.run(of(5), KEY), /a batch is x float32 \[5\]; batches of 4 other sizes came before/);
      program.run(of(4), KEY);
      assert.equal(program.metrics().total, 10);
      program.dispose();
    });
  });

  describe("is asked for something else", () => {
    const scaled: Query = ({ w }, { by }) => ({ product: tf.mul(w!, by!), itself: w!, given: by! });
    const by = (values: number[]) => () => ({ by: tf.tensor1d(values) });
    const numbers = (program: Program, query: Query, inputs: () => Tensors) =>
      tf.tidy(() =>
        Object.fromEntries(Object.entries(program.ask(query, inputs)).map(([name, t]) => [name, [...t.dataSync()]])),
      );

    test("and answers from the state as it is, before and after updates, for inputs of any size", () => {
      const program = compile(plain);
      const answers = () => [numbers(program, scaled, by([2])), numbers(program, scaled, by([1, 0, -1]))];
      assert.deepEqual(answers()[0], { product: [2, 4, 6], itself: [1, 2, 3], given: [2] });
      const reference = eager(plain, INITIAL);
      for (let i = 0; i < 3; i++) {
        for (const each of [program, reference]) each.run(x([i, 1, 2]), KEY);
        assert.equal(program.kind, "captured");
        assert.deepEqual(answers(), [numbers(reference, scaled, by([2])), numbers(reference, scaled, by([1, 0, -1]))]);
      }
      assert.deepEqual(program.read(), reference.read());
      for (const each of [program, reference]) each.dispose();
    });

    test("and answers eagerly what cannot be captured", () => {
      const program = captured(plain);
      const read: Query = ({ w }) => ({ half: tf.mul(w!, w!.dataSync()[0]! / 2) });
      for (let i = 0; i < 2; i++)
        assert.deepEqual(
          numbers(program, read, () => ({})).half!.map((value) => Math.fround(value)),
          values(program, "w").map((value) => Math.fround((value * values(program, "w")[0]!) / 2)),
        );
      program.dispose();
    });

    test("and holds nothing of the answers", () => {
      const program = captured(plain);
      numbers(program, scaled, by([2]));
      const { numTensors } = tf.memory();
      for (let i = 0; i < 10; i++) numbers(program, scaled, by([i]));
      assert.equal(tf.memory().numTensors, numTensors);
      program.dispose();
    });
  });

  describe("with data on the device", () => {
    const data = { x: { shape: [4, 3], data: Float32Array.from({ length: 12 }, (_, i) => i) } };
    const sums: TrainStep = (state, { x, weight }) => ({
      state: { ...state, w: tf.add(state.w!, tf.mul(tf.sum(x!, 0), weight!)) },
      metrics: { total: tf.sum(x!) },
    });
    const batch = (rows: number[]) => (): Tensors => ({
      rows: tf.tensor1d(rows, "int32"),
      weight: tf.scalar(rows[0]!),
    });

    test("gets the rows that the batch names, captured as eagerly", () => {
      const [program, reference] = [engine.compile(sums, INITIAL, data), eager(sums, INITIAL, data)];
      for (const rows of [[1, 3], [0, 0], [2, 1], [3]]) {
        for (const each of [program, reference]) each.run(batch(rows), KEY);
        assert.deepEqual(program.metrics(), {
          total: rows.reduce((sum, row) => sum + 9 * row + 3, 0),
        });
      }
      assert.equal(program.kind, "captured", program.reason);
      assert.deepEqual(program.read(), reference.read());
      assert.deepEqual(Object.keys(program.read()), ["w", "updates"]);
      for (const each of [program, reference]) each.dispose();
    });

    test("refuses a batch without rows", () => {
      for (const program of [engine.compile(sums, INITIAL, data), eager(sums, INITIAL, data)]) {
        assert.throws(() => program.run(() => ({ weight: tf.scalar(1) }), KEY), /needs "rows", int32 \[batch\]/);
        program.dispose();
      }
    });

    test("leaves none of it behind", () => {
      const before = tf.memory().numTensors;
      const program = engine.compile(sums, INITIAL, data);
      program.run(batch([1]), KEY);
      program.dispose();
      assert.equal(tf.memory().numTensors, before);
    });
  });

  describe("that changes its state in place", () => {
    const DECAY = { beta1: 0.5, beta2: 0.9, epsilon: 1e-8 };
    const initial: HostState = Object.fromEntries(
      ["p", "m", "v", "old"].map((name, i) => [name, { shape: [3], data: Float32Array.of(1 + i, 2, -3) }]),
    );
    const learned = ({ p, m, v }: Tensors, gradient: tf.Tensor) =>
      engine.ops.adam({ parameters: p!, m: m!, v: v! }, gradient, tf.scalar(0.1), DECAY);
    const run = (step: TrainStep) => {
      const [program, reference] = [engine.compile(step, initial), eager(step, initial)];
      for (let i = 0; i < 4; i++) for (const each of [program, reference]) each.run(x([i, -1, 2]), KEY);
      return { program, same: () => assert.deepEqual(program.read(), reference.read()) };
    };

    test("reads it before, and uses and keeps what it becomes", () => {
      const { program, same } = run((state, { x }) => {
        const { parameters, m, v } = learned(state, x!);
        const next = { p: parameters, m, v: tf.mul(v, 2), old: state.p! };
        return { state: next, metrics: { before: tf.sum(state.p!), after: tf.sum(parameters) } };
      });
      assert.equal(program.kind, "captured", program.reason);
      same();
      program.dispose();
    });

    const refused: Record<string, [TrainStep, RegExp]> = {
      "hands the old state on": [
        (state, { x }) => ({ state: { ...state, m: learned(state, x!).m }, metrics: {} }),
        /ResourceApplyAdam_\d+ changes state p in place, and the step hands the old one on/,
      ],
      "changes something made in the step": [
        (state, { x }) => {
          const { parameters, m, v } = learned({ ...state, p: tf.neg(state.p!) }, x!);
          return { state: { ...state, p: parameters, m, v }, metrics: {} };
        },
        /ResourceApplyAdam_\d+ changes Neg_\d+ in place, which is no part of the state/,
      ],
    };
    for (const [what, [step, reason]] of Object.entries(refused))
      test(`runs eagerly where the step ${what}`, () => {
        const { program, same } = run(step);
        assert.equal(program.kind, "eager");
        assert.match(program.reason, reason);
        same();
        program.dispose();
      });
  });

  describe("runs eagerly, and says why, when", () => {
    let counter = 0;
    let every = 0;
    const outside = tf.tensor1d([1, 1, 1]);
    const alone: TrainStep = ({ w, updates }) => ({ state: { w: w!, updates: updates! }, metrics: {} });
    const cases: Record<string, readonly [TrainStep, RegExp]> = {
      "it counts in JavaScript": [
        changing((w) => tf.mul(w, ++counter)),
        /Const_\d+ \(a value made in JavaScript, input of Mul_\d+\) is not the same when the step runs again/,
      ],
      "it draws in JavaScript": [changing((w) => tf.add(w, Math.random())), /Const_\d+ .* input of Add_\d+/],
      "it counts in steps": [
        changing((w) => (every++ % 3 === 2 ? tf.neg(w) : tf.abs(w))),
        /Abs_\d+ is not the same for another batch and key/,
      ],
      "its operations change": [
        changing((w) => (counter++ % 2 ? tf.neg(w) : tf.abs(w))),
        /^[^:]*: (Neg|Abs)_\d+ is not the same/,
      ],
      "it reads a result": [
        changing((w) => (tf.neg(w).dataSync()[0]! > 0 ? w : tf.neg(w))),
        /Neg_\d+ is read by JavaScript in the middle of the step/,
      ],
      "it reads its state": [changing((w) => tf.mul(w, w.dataSync()[0]!)), /read\/0\/w is read/],
      "it reads its batch": [changing((w, { x }) => tf.mul(w, x!.dataSync()[0]!)), /batch\/0\/x is read/],
      "it reads its key": [changing((w, _, key) => tf.mul(w, key.dataSync()[0]!)), /key is read/],
      "it takes a tensor from outside": [changing((w) => tf.mul(w, outside)), /Mul_\d+ .*made outside the step/],
      "its state comes from outside": [changing(() => tf.keep(outside.clone())), /the result .*made outside the step/],
      "it draws from a hidden generator": [
        changing((w) => tf.add(w, tf.multinomial(tf.tensor1d([0.5, 0.5]), 3, 5))),
        /Multinomial_\d+ draws from a generator/,
      ],
      "a metric is not a number": [
        (state) => ({ ...alone(state, {}, tf.tensor1d([0, 0])), metrics: { w: state.w! } }),
        /metric w is float32 \[3\]/,
      ],
      "a part of the state changes its shape": [
        changing((w) => tf.concat([w, w]).slice(0, 4)),
        /state w is float32 \[3\] before the step and float32 \[4\]/,
      ],
      "the state grows": [
        (state) => ({ state: { ...state, more: tf.scalar(1) }, metrics: {} }),
        /state more is not in the initial state/,
      ],
    };
    for (const [when, [step, reason]] of Object.entries(cases))
      test(when, () => {
        const program = compile(step);
        program.run(X, KEY);
        assert.equal(program.kind, "eager");
        assert.match(program.reason, /^the step cannot be captured: /);
        assert.match(program.reason, reason);
        program.dispose();
      });

    test("its batch holds one tensor twice", () => {
      const program = compile((state) => ({ state, metrics: {} }));
      program.run(() => {
        const x = tf.scalar(1);
        return { x, y: x };
      }, KEY);
      assert.match(program.reason, /batch\/0\/x and batch\/1\/y are one and the same tensor/);
      program.dispose();
    });

    test("and then it gives the eager numbers, from the first update on", () => {
      const scaled = changing((w, { x }) => tf.mul(w, x!.dataSync()[0]!));
      const program = compile(scaled);
      program.run(X, KEY);
      program.run(x([3, 0, 0]), KEY);
      assert.equal(program.kind, "eager");
      assert.deepEqual(values(program, "w"), [1.5, 3, 4.5]);
      program.dispose();
    });

    test("the backend is as it was afterwards", () => {
      const { binding } = backend;
      compile(changing((w) => tf.mul(w, w.dataSync()[0]!))).run(X, KEY);
      assert.equal(backend.binding, binding);
      const scalar = tf.scalar(4);
      assert.equal(tf.square(scalar).dataSync()[0], 16);
    });
  });
});
