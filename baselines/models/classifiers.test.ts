/** What the training step of every semi-supervised classifier keeps, and that a graph gives its bits. */
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import * as tf from "@tensorflow/tfjs-core";
import type { Engine } from "../../harness/engine/engine.ts";
import type { HostState } from "../../harness/engine/host-state.ts";
import { openEngine } from "../../harness/engine/open.ts";
import { eager, hostState, type Program, tensors } from "../../harness/engine/program.ts";
import { NEEDS_TENSORFLOW, openTensorflow } from "../../harness/engine/tensorflow/capture/engine-for-tests.ts";
import { assertResumes } from "./testing/captured-fixture.ts";
import { CLASSES, CLASSIFIER_CASES, type ClassifierCase } from "./testing/classifier-cases.ts";

const UPDATES = 10;

function update(program: Program, { batch }: ClassifierCase, index: number): Record<string, number> {
  program.run(() => batch(index), [index, -7 * index]);
  return program.metrics();
}

/** The state before the first update, with what is set from a batch. */
function started(
  { initialState, initialise }: ReturnType<ClassifierCase["build"]>,
  { batch }: ClassifierCase,
): HostState {
  const initial = initialState([3, 4]);
  if (!initialise) return initial;
  const made = tf.tidy(() => ({ ...initialise(tensors(initial), batch(0), tf.tensor1d([5, 6], "int32")) }));
  const state = hostState(made);
  tf.dispose(made);
  return state;
}

const mean = (of: readonly number[]): number => of.reduce((sum, value) => sum + value, 0) / of.length;

for (const model of CLASSIFIER_CASES) {
  describe(`the training step of ${model.name}`, () => {
    let engine: Engine;
    let built: ReturnType<ClassifierCase["build"]>;
    let initial: HostState;
    before(async () => {
      engine = await openEngine({ provision: false });
      built = model.build(engine.ops);
      initial = started(built, model);
    });
    const stateAfter = (updates: number): HostState => {
      const program = eager(built.step, initial);
      for (let i = 0; i < updates; i++) update(program, model, i);
      const state = program.read();
      program.dispose();
      return state;
    };

    test("an update keeps names and shapes, is the same each time, and moves what is trained and nothing else", () => {
      const state = stateAfter(1);
      const shapes = (of: HostState) =>
        Object.entries(of)
          .map(([name, { shape }]) => [name, [...shape]] as const)
          .sort(([a], [b]) => (a < b ? -1 : 1));
      assert.deepEqual(shapes(state), shapes(initial));
      assert.deepEqual(stateAfter(1), state);
      const trained = Object.values(built.groups).flatMap((group) => group.map(({ name }) => name));
      const beside = trained.flatMap((name) => [`${name}/m`, `${name}/v`, `${name}/average`]);
      const moving = [...trained, ...beside, "averages", "updates"];
      for (const [name, { data }] of Object.entries(state))
        assert.equal(`${data}` !== `${initial[name]!.data}`, moving.includes(name), name);
    });

    test("the number of live tensors is constant", () => {
      const program = eager(built.step, initial);
      update(program, model, 0);
      const live = tf.memory().numTensors;
      for (let i = 1; i < 4; i++) update(program, model, i);
      assert.equal(tf.memory().numTensors, live);
      program.dispose();
    });

    test("the key decides its random numbers", () => {
      const [one, other] = [1, 2].map((key) => {
        const program = eager(built.step, initial);
        program.run(() => model.batch(0), [key, 0]);
        const state = program.read();
        program.dispose();
        return state;
      });
      assert.notDeepEqual(one, other);
    });

    test("it learns: its loss falls, and a classifier tells most of new images' classes", () => {
      const program = engine.compile(built.step, initial);
      const losses = Array.from({ length: 400 }, (_, i) => Object.values(update(program, model, i))[0]!);
      const [early, late] = [mean(losses.slice(0, 20)), mean(losses.slice(-20))];
      assert.equal(late < early, true, `${early} → ${late}`);
      const right = Array.from({ length: 20 }, (_, i) => share(program, 1000 + i));
      program.dispose();
      assert.equal(mean(right) > 0.6, true, `${mean(right)} of new images`);
    });
    /** Share of a batch's labelled images whose class is told. */
    const share = (program: Program, index: number): number =>
      tf.tidy(() => {
        const { x, y } = model.batch(index) as { x: tf.Tensor4D; y: tf.Tensor2D };
        if (!built.logits) return 1;
        const told = tf.argMax(built.logits(program.state(), x), 1);
        return tf.mean(tf.cast(tf.equal(told, tf.argMax(y, 1)), "float32")).dataSync()[0]!;
      });

    test("an image has the same class alone and among others, each time", (t) => {
      const { logits } = built;
      if (!logits) return t.skip("it is no classifier");
      const state = tensors(stateAfter(3));
      tf.tidy(() => {
        const u = model.batch(0).u as tf.Tensor4D;
        const all = logits(state, u);
        assert.deepEqual(all.shape, [u.shape[0], CLASSES]);
        assert.deepEqual(all.arraySync(), logits(state, u).arraySync());
        const alone = logits(state, tf.slice(u, 1, 1)).dataSync();
        alone.forEach((value, k) => {
          const among = all.arraySync()[1]![k]!;
          assert.equal(Math.abs(value - among) < 1e-5, true, `${value}, among others ${among}`);
        });
      });
      tf.dispose(state);
    });
  });

  describe(`${model.name}, captured`, NEEDS_TENSORFLOW, () => {
    let engine: Engine;
    let built: ReturnType<ClassifierCase["build"]>;
    /** One program for all: recording takes most of a test's time. */
    let captured: Program;
    let ended: HostState;
    before(async () => {
      engine = await openTensorflow();
      built = model.build(engine.ops);
      captured = engine.compile(built.step, built.initialState([3, 4]));
      for (let i = 0; i < UPDATES; i++) update(captured, model, i);
      ended = captured.read();
    });
    after(() => captured.dispose());

    test(`gives the state of ${UPDATES} eager updates, bit for bit`, () => {
      const reference = eager(built.step, built.initialState([3, 4]));
      for (let i = 0; i < UPDATES; i++) update(reference, model, i);
      assert.equal(captured.kind, "captured", captured.reason);
      assert.deepEqual(ended, reference.read());
      reference.dispose();
    });

    test("goes on from a saved state as if it had not stopped", () => {
      assertResumes(engine, built, (program, index) => void update(program, model, index), UPDATES, ended);
    });

    test("answers for images as it does eagerly", (t) => {
      const { logits } = built;
      if (!logits) return t.skip("it is no classifier");
      const query = (state: Parameters<typeof logits>[0], { u }: Parameters<typeof logits>[0]) => ({
        logits: logits(state, u as tf.Tensor4D),
      });
      tf.tidy(() => {
        const asked = captured.ask(query, () => ({ u: model.batch(1).u! })).logits!;
        const expected = logits(captured.state(), model.batch(1).u as tf.Tensor4D);
        assert.deepEqual(asked.arraySync(), expected.arraySync());
      });
    });
  });
}
