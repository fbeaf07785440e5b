import * as tf from "@tensorflow/tfjs-core";
import { type Differentiated, differentiable } from "../differentiable.ts";
import { compositeOps, type Ops, weighted } from "../ops.ts";
import { changeInPlace } from "./in-place.ts";
import type { InPlaceChange, OpAttribute, TensorflowBackend } from "./load.ts";

/** TF_DataType of the C API. */
const [FLOAT, INT32] = [1, 3];
const type = (name: string, value: number): OpAttribute => ({ name, type: 4, value });
const text = (name: string, value: string): OpAttribute => ({ name, type: 0, value });
const real = (name: string, value: number): OpAttribute => ({ name, type: 2, value });
const bool = (name: string, value: boolean): OpAttribute => ({ name, type: 3, value });

const T = type("T", FLOAT);
const NHWC = text("data_format", "NHWC");

/** TensorFlow's own fused kernels where tfjs has none or takes many operations. */
export function tensorflowOps(backend: TensorflowBackend): Ops {
  const one = (op: string, attributes: OpAttribute[], inputs: tf.Tensor[]): tf.Tensor =>
    backend.executeSingleOutput(op, attributes, inputs);
  const many = (op: string, attributes: OpAttribute[], inputs: tf.Tensor[], outputs: number): tf.Tensor[] =>
    backend.executeMultipleOutputs(op, attributes, inputs, outputs);

  return {
    ...compositeOps,

    // tfjs multiplies matrices as batches of one, with three reshapes around it.
    matMul(x, w, weights) {
      const product = (a: tf.Tensor, b: tf.Tensor, transposeA: boolean, transposeB: boolean): tf.Tensor =>
        one("MatMul", [T, bool("transpose_a", transposeA), bool("transpose_b", transposeB)], [a, b]);
      return differentiable([x, w], (x, w) => ({
        value: product(x!, w!, false, false),
        saved: [x!, w!],
        gradient: (dy, [x, w]) => [
          () => product(dy, w!, false, true),
          () => product(x!, weighted(dy, weights), true, false),
        ],
      })) as tf.Tensor2D;
    },

    addBias(x, b, weights) {
      return differentiable([x, b], (x, b) => ({
        value: one("BiasAdd", [T, NHWC], [x!, b!]),
        saved: [],
        gradient: (dy) => [() => dy, () => one("BiasAddGrad", [T, NHWC], [weighted(dy, weights)])],
      })) as tf.Tensor2D;
    },

    batchNormRelu(x, scale, shift, epsilon) {
      const [batch, units] = x.shape;
      const image = (x: tf.Tensor): tf.Tensor => tf.reshape(x, [batch, 1, 1, units]); // the kernel takes NHWC only
      const table = (x: tf.Tensor): tf.Tensor => tf.reshape(x, [batch, units]);
      const attributes = [T, type("U", FLOAT), real("epsilon", epsilon), NHWC, bool("is_training", true)];
      return differentiable([x, scale, shift], (x, scale, shift) => {
        const none = tf.tensor1d([], "float32"); // running mean and variance: unused in training
        const normalise = [...attributes, real("exponential_avg_factor", 1)];
        const outputs = many("FusedBatchNormV3", normalise, [image(x!), scale!, shift!, none, none], 6);
        const y = tf.relu(table(outputs[0]!));
        const gradient: Differentiated["gradient"] = (dy, saved) => {
          const [x, scale, y, ...reserved] = saved as [tf.Tensor, tf.Tensor, tf.Tensor, ...tf.Tensor[]];
          const dz = one("ReluGrad", [T], [dy, y]);
          const gradients = many("FusedBatchNormGradV3", attributes, [image(dz), image(x), scale, ...reserved], 5);
          return [() => table(gradients[0]!), () => gradients[1]!, () => gradients[2]!];
        };
        return { value: y, saved: [x!, scale!, y, ...outputs.slice(3)], gradient };
      }) as tf.Tensor2D;
    },

    maxout(x, pieces) {
      const split = [x.shape[0], pieces, x.shape[1] / pieces];
      return differentiable([x], (x) => {
        const y = tf.max(tf.reshape(x!, split), 1);
        const gradient: Differentiated["gradient"] = (dy, [x, y]) => {
          const largest = tf.equal(tf.reshape(x!, split), tf.expandDims(y!, 1)); // every tied piece
          const dx = one("SelectV2", [T], [largest, tf.expandDims(dy, 1), tf.scalar(0)]);
          return [() => tf.reshape(dx, x!.shape)];
        };
        return { value: y, saved: [x!, y], gradient };
      }) as tf.Tensor2D;
    },

    adam({ parameters, m, v }, gradient, rate, { beta1, beta2, epsilon }) {
      // The kernel's 1 − β2 is a difference of float32 numbers: v is too large by this factor (1.3e-5 for 0.999), which is
      // taken out of the step.
      const excess = Math.sqrt((1 - Math.fround(beta2)) / (1 - beta2));
      return tf.tidy(() => {
        const scalars = [0, 0, beta1, beta2, epsilon * excess].map((x) => tf.scalar(x));
        const targets = backend.getInputTensorIds([parameters, m, v]);
        const [power1, power2, ...decay] = backend.getInputTensorIds(scalars); // 0: the rate has the bias corrections in it
        const [step, given] = backend.getInputTensorIds([tf.mul(rate, excess), gradient]);
        const change: InPlaceChange = {
          op: "ResourceApplyAdam",
          attributes: [T, bool("use_locking", false), bool("use_nesterov", false)],
          targets: targets.map((handle) => ({ handle, shape: parameters.shape })),
          inputs: [power1!, power2!, step!, ...decay, given!],
        };
        const { binding } = backend;
        const changed = binding.changeInPlace?.(change) ?? changeInPlace(binding, change);
        const [p, newM, newV] = changed.map((metadata) => backend.createOutputTensor(metadata));
        return { parameters: p!, m: newM!, v: newV! };
      });
    },

    randomNormal(shape, key) {
      const attributes = [type("dtype", FLOAT), type("T", INT32), type("Tseed", INT32)];
      return tf.tidy(() => one("StatelessRandomNormal", attributes, [tf.tensor1d([...shape], "int32"), key]));
    },
  };
}
