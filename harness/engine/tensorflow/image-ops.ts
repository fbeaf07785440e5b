import * as tf from "@tensorflow/tfjs-core";
import { IDENTITY } from "../batch-norm.ts";
import { convolutions, type Products } from "../convolution.ts";
import { type Differentiated, differentiable } from "../differentiable.ts";
import type { ImageOps } from "../image-ops.ts";
import { INT32, integers, NHWC, real, T, text, type } from "./attributes.ts";
import { fusedBatchNorm } from "./batch-norm.ts";
import { keepMask } from "./keep-mask.ts";
import type { TensorflowBackend } from "./load.ts";

export function tensorflowImageOps(backend: TensorflowBackend, products: Products): ImageOps {
  const one = (op: string, attributes: Parameters<typeof backend.executeSingleOutput>[1], inputs: tf.Tensor[]) =>
    backend.executeSingleOutput(op, attributes, inputs);
  const leaky = (leak: number) => {
    const attributes = [real("alpha", leak), T];
    return {
      forward: (x: tf.Tensor): tf.Tensor => one("LeakyRelu", attributes, [x]),
      backward: (dy: tf.Tensor, y: tf.Tensor): tf.Tensor => one("LeakyReluGrad", attributes, [dy, y]),
    };
  };
  return {
    ...convolutions(products),

    leakyRelu(x, leak) {
      const { forward, backward } = leaky(leak);
      return differentiable([x], (x) => {
        const y = forward(x!);
        return { value: y, saved: [y], gradient: (dy, [y]) => [() => backward(dy, y!)] };
      }) as typeof x;
    },

    batchNormLeakyRelu: (x, scale, shift, { epsilon, leak }) =>
      fusedBatchNorm(backend, x, scale, shift, epsilon, leaky(leak)),

    batchNorm: (x, epsilon) =>
      fusedBatchNorm(backend, x, tf.ones([x.shape[3]]), tf.zeros([x.shape[3]]), epsilon, IDENTITY),

    maxPool2(x) {
      const window = [1, 2, 2, 1];
      const attributes = [T, integers("ksize", window), integers("strides", window), text("padding", "SAME"), NHWC];
      return differentiable([x], (x) => {
        const y = one("MaxPool", attributes, [x!]);
        const gradient: Differentiated["gradient"] = (dy, [x, y]) => [
          () => one("MaxPoolGrad", attributes, [x!, y!, dy]),
        ];
        return { value: y, saved: [x!, y], gradient };
      }) as tf.Tensor4D;
    },

    dropout(x, rate, key) {
      const select = (stays: tf.Tensor, x: tf.Tensor): tf.Tensor => one("SelectV2", [T], [stays, x, tf.scalar(0)]);
      return differentiable([x], (x) => {
        const stays = keepMask(backend, x!.shape, rate, key);
        return { value: select(stays, x!), saved: [stays], gradient: (dy, [stays]) => [() => select(stays!, dy)] };
      }) as typeof x;
    },

    randomBits(shape, key) {
      const attributes = [type("dtype", INT32), type("T", INT32), type("Tseed", INT32)];
      const sizes = tf.tensor1d([...shape], "int32");
      return tf.tidy(() => one("StatelessRandomUniformFullInt", attributes, [sizes, key]));
    },
  };
}
