/** The tests of a training step, eager and captured, that every image model passes; each model's image test runs them. */
import assert from "node:assert/strict";
import { before, describe, test } from "node:test";
import * as tf from "@tensorflow/tfjs-core";
import type { Engine } from "../../../harness/engine/engine.ts";
import type { HostState } from "../../../harness/engine/host-state.ts";
import { openEngine } from "../../../harness/engine/open.ts";
import { eager, type Program, tensors } from "../../../harness/engine/program.ts";
import { standardNormal } from "../../../harness/engine/stateless-normal.ts";
import type { Tensors } from "../../../harness/engine/step.ts";
import { NEEDS_TENSORFLOW, openTensorflow } from "../../../harness/engine/tensorflow/capture/engine-for-tests.ts";
import { assertResumes } from "./captured-fixture.ts";
import type { ImageCase } from "./image-cases.ts";

const UPDATES = 20;
const BATCH = 5;

export function imageStepTests(imageCase: ImageCase): void {
  eagerTests(imageCase);
  capturedTests(imageCase);
}

type Built = ReturnType<ImageCase["build"]>;

/** Update `index`, with a batch and a key of its own. */
const updating =
  ({ batch }: ImageCase) =>
  (program: Program, index: number, count = BATCH): Record<string, number> => {
    program.run(() => batch(count, index), [index, -7 * index]);
    return program.metrics();
  };

function eagerTests(imageCase: ImageCase): void {
  const update = updating(imageCase);
  describe(`the training step of ${imageCase.name}`, () => {
    let built: Built;
    let initial: HostState;
    before(async () => {
      const { ops } = await openEngine({ provision: false });
      built = imageCase.build(ops);
      initial = built.initialState([3, 4]);
    });
    const after = (updates: number, from = initial): { state: HostState; metrics: Record<string, number> } => {
      const program = eager(built.step, from);
      for (let i = 0; i < updates; i++) update(program, i);
      const result = { state: program.read(), metrics: program.metrics() };
      program.dispose();
      return result;
    };
    const trained = (): string[] => Object.values(built.groups).flatMap((group) => group.map(({ name }) => name));

    test("an update moves every parameter and keeps names and shapes, and what is not trained", () => {
      const { state } = after(1);
      const shapes = (of: HostState) => Object.entries(of).map(([name, { shape }]) => [name, [...shape]]);
      assert.deepEqual(shapes(state).sort(), shapes(initial).sort());
      const names = trained();
      const moving = [...names, ...names.flatMap((name) => [`${name}/m`, `${name}/v`]), "averages", "updates"];
      for (const name of Object.keys(initial))
        if (moving.includes(name)) assert.notDeepEqual(state[name]!.data, initial[name]!.data, `${name} did not move`);
        else assert.deepEqual(state[name]!.data, initial[name]!.data, `${name} moved`);
    });

    test("it is a pure function of state, batch and key", () => {
      assert.deepEqual(after(2), after(2));
      const program = eager(built.step, initial);
      program.run(() => imageCase.batch(BATCH, 0), [1, 0]);
      const [name] = trained();
      assert.notDeepEqual(program.read()[name!]!.data, after(1).state[name!]!.data, "the key changes nothing");
      program.dispose();
    });

    test("the number of live tensors is constant", () => {
      const program = eager(built.step, initial);
      update(program, 0);
      const live = tf.memory().numTensors;
      for (let i = 0; i < 3; i++) update(program, i);
      assert.equal(tf.memory().numTensors, live);
      program.dispose();
    });

    test("at zero logits each loss is what it comes to by hand", () => {
      const silent = Object.entries(initial).map(([name, { shape, data }]) => [
        name,
        { shape, data: /^(joint|classifier)\/\d\/(weights|bias)$/.test(name) ? new Float32Array(data.length) : data },
      ]);
      const { metrics } = after(1, Object.fromEntries(silent));
      assert.deepEqual(Object.keys(metrics).sort(), Object.keys(imageCase.zeroLosses).sort());
      for (const [name, loss] of Object.entries(imageCase.zeroLosses)) {
        assert.equal(Math.abs(metrics[name]! - loss) < 1e-6, true, `${name} is ${metrics[name]}`);
        assert.equal(Math.abs(after(1).metrics[name]! - loss) > 1e-6, true, `${name} does not depend on D`);
      }
    });

    test("encode and decode use the running averages: one image alike alone and among others", () => {
      const state = tensors(after(1).state);
      const { images, latent, condition } = imageCase;
      const size = images.reduce((a, b) => a * b, 1);
      const x = tf.tidy(() => (imageCase.batch(BATCH, 7) as Tensors).x!.dataSync() as Float32Array);
      const coded = (count: number): Float32Array[] =>
        tf.tidy(() => {
          const y = condition(BATCH).map((all) => tf.slice(all, [0, 0], [count, -1]));
          const noise = tf.tensor2d(standardNormal(BATCH * latent, [8, 9]).slice(0, count * latent), [count, latent]);
          const made = [built.decode!(state, noise, ...y)];
          if (!built.encode) return made.map((tensor) => tensor.dataSync() as Float32Array);
          const some = tf.tensor4d(x.slice(0, count * size), [count, ...images]);
          const { mean, sd } = built.posterior!(state, some, ...y);
          const drawn = built.encode(state, some, noise, ...y);
          assertClose(tf.add(mean, tf.mul(sd, noise)), drawn, "mean + sd · ε");
          return [...made, drawn].map((tensor) => tensor.dataSync() as Float32Array);
        });
      const [all, alone] = [coded(BATCH), coded(1)];
      alone.forEach((values, which) => {
        const among = all[which]!;
        assert.equal(among.length, BATCH * values.length);
        values.forEach((value, i) => {
          assert.equal(Math.abs(value - among[i]!) < 1e-5, true, `entry ${i} of ${["x", "z"][which]}`);
        });
        assert.notDeepEqual(
          among.slice(0, values.length),
          among.slice(values.length, 2 * values.length),
          "two are one",
        );
      });
      for (const pixel of all[0]!) assert.equal(pixel >= 0 && pixel <= 1, true, `a pixel of ${pixel}`);
      tf.dispose(state);
    });
  });
}

function capturedTests(imageCase: ImageCase): void {
  const update = updating(imageCase);
  describe(`${imageCase.name}, captured`, NEEDS_TENSORFLOW, () => {
    let engine: Engine;
    let built: Built;
    before(async () => {
      engine = await openTensorflow();
      built = imageCase.build(engine.ops);
    });

    let ended: HostState | undefined;
    test(`gives the state of ${UPDATES} eager updates, bit for bit, and of one more of an odd batch`, () => {
      const captured = engine.compile(built.step, built.initialState([3, 4]));
      const reference = eager(built.step, built.initialState([3, 4]));
      for (let i = 0; i <= UPDATES; i++) {
        const batch = i === UPDATES ? 3 : BATCH;
        if (i === UPDATES) ended = captured.read();
        const [losses, expected] = [update(captured, i, batch), update(reference, i, batch)];
        for (const [name, loss] of Object.entries(losses)) {
          const off = Math.abs(loss / expected[name]! - 1);
          assert.equal(off <= 1e-6, true, `${name} of update ${i}: ${loss}, ${expected[name]}`);
        }
      }
      assert.equal(captured.kind, "captured", captured.reason);
      assert.deepEqual(captured.read(), reference.read());
      captured.dispose();
      reference.dispose();
    });

    test("goes on from a saved state as if it had not stopped", () => {
      assertResumes(engine, built, update, UPDATES, ended);
    });
  });
}

export function assertClose(got: tf.Tensor, expected: tf.Tensor, what: string): void {
  assert.deepEqual(got.shape, expected.shape);
  const off = tf.max(tf.abs(tf.sub(got, expected))).dataSync()[0]!;
  assert.equal(off < 1e-5, true, `${what} is off by ${off}`);
}
