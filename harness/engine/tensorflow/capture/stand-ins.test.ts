import assert from "node:assert/strict";
import { describe, test } from "node:test";
import * as tf from "@tensorflow/tfjs-core";
import { eager } from "../../program.ts";
import type { TensorflowBackend } from "../load.ts";
import { NEEDS_TENSORFLOW, openTensorflow } from "./engine-for-tests.ts";
import { StandIns } from "./stand-ins.ts";

describe("stand-ins", NEEDS_TENSORFLOW, () => {
  test("replace large float32 results by zeros of their shape, and nothing else", async () => {
    await openTensorflow();
    const backend = tf.backend() as unknown as TensorflowBackend;
    const standIns = new StandIns(backend.binding);
    const result = (shape: number[], dtype: "float32" | "int32") => {
      const tensor = tf.ones(shape, dtype);
      return { id: backend.getInputTensorIds([tensor.clone()])[0]!, shape, dtype: backend.getDTypeInteger(dtype) };
    };
    const small = result([512, 511], "float32");
    const integers = result([512, 512], "int32");
    assert.deepEqual(standIns.replace([small, integers]), [small, integers]);
    for (const shape of [
      [512, 512],
      [3, 1024, 1024],
      [2, 512, 512],
    ]) {
      const [large] = standIns.replace([result(shape, "float32")]);
      const tensor = backend.createOutputTensor(large!);
      assert.deepEqual(tensor.shape, shape);
      assert.equal(tf.sum(tf.abs(tensor)).dataSync()[0], 0);
    }
    standIns.dispose();
  });

  test("a captured step with large results gives what it gives eagerly", async () => {
    const engine = await openTensorflow();
    const step = (state: Readonly<Record<string, tf.Tensor>>, batch: Readonly<Record<string, tf.Tensor>>) => {
      const large = tf.matMul(state.w as tf.Tensor2D, batch.x as tf.Tensor2D); // [600, 600]
      return { state: { w: tf.add(state.w!, tf.mean(large, 1, true)) }, metrics: { sum: tf.sum(large) } };
    };
    const initial = { w: { shape: [600, 5], data: Float32Array.from({ length: 3000 }, (_, i) => Math.sin(i)) } };
    const batch = () => ({
      x: tf.tensor2d(
        Float32Array.from({ length: 3000 }, (_, i) => Math.cos(i)),
        [5, 600],
      ),
    });
    const [captured, reference] = [engine.compile(step, initial), eager(step, initial)];
    for (let i = 0; i < 3; i++) {
      captured.run(batch, [1, i]);
      reference.run(batch, [1, i]);
    }
    assert.equal(captured.kind, "captured", captured.reason);
    assert.deepEqual(captured.read(), reference.read());
    captured.dispose();
    reference.dispose();
  });
});
