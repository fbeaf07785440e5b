import * as tf from "@tensorflow/tfjs-core";
import type { Activation } from "../batch-norm.ts";
import type { Products } from "../convolution.ts";
import { type Differentiated, differentiable } from "../differentiable.ts";
import { type CaseWeights, compositeOps, type Ops, weighted, weightedFactors } from "../ops.ts";
import { bool, FLOAT, INT32, NHWC, T, type } from "./attributes.ts";
import { fusedBatchNorm } from "./batch-norm.ts";
import { tensorflowImageOps } from "./image-ops.ts";
import { changeInPlace } from "./in-place.ts";
import type { InPlaceChange, OpAttribute, TensorflowBackend } from "./load.ts";

type One = (op: string, attributes: OpAttribute[], inputs: tf.Tensor[]) => tf.Tensor;

/** Products of matrices and sums over cases. tfjs multiplies matrices as batches of one, with three reshapes around it. */
function products(one: One) {
  const product = (a: tf.Tensor, b: tf.Tensor, transposeA: boolean, transposeB: boolean): tf.Tensor =>
    one("MatMul", [T, bool("transpose_a", transposeA), bool("transpose_b", transposeB)], [a, b]);
  const matMul: Ops["matMul"] = (x, w, weights) =>
    differentiable([x, w], (x, w) => ({
      value: product(x!, w!, false, false),
      saved: [x!, w!],
      gradient: (dy, [x, w]) => [
        () => product(dy, w!, false, true),
        () => product(...weightedFactors(x!, dy, weights), true, false),
      ],
    })) as tf.Tensor2D;
  const matMulTransposed: Products["matMulTransposed"] = (x, w) =>
    differentiable([x, w], (x, w) => ({
      value: product(x!, w!, false, true),
      saved: [x!, w!],
      gradient: (dy, [x, w]) => [() => product(dy, w!, false, false), () => product(dy, x!, true, false)],
    })) as tf.Tensor2D;
  const addToLastAxis = (x: tf.Tensor, b: tf.Tensor, weights?: CaseWeights): tf.Tensor =>
    differentiable([x, b], (x, b) => ({
      value: one("BiasAdd", [T, NHWC], [x!, b!]),
      saved: [],
      gradient: (dy) => [
        () => dy,
        () =>
          weights && dy.rank === 2
            ? tf.reshape(product(weights(), dy, true, false), [-1]) // Σ weight · dy without weighted copies of dy
            : one("BiasAddGrad", [T, NHWC], [weighted(dy, weights)]),
      ],
    }));
  return { matMul, matMulTransposed, addToLastAxis };
}

/** TensorFlow's kernel of Adam's update. */
const adamOn =
  (backend: TensorflowBackend): Ops["adam"] =>
  ({ parameters, m, v }, gradient, rate, { beta1, beta2, epsilon }) => {
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
  };

/** TensorFlow's own fused kernels where tfjs has none or takes many operations. */
export function tensorflowOps(backend: TensorflowBackend): Ops {
  const one: One = (op, attributes, inputs) => backend.executeSingleOutput(op, attributes, inputs);
  const { matMul, matMulTransposed, addToLastAxis } = products(one);
  return {
    ...compositeOps,
    ...tensorflowImageOps(backend, { matMul, matMulTransposed }),
    matMul,

    addBias(x, b, weights) {
      if (b.rank === 1) return addToLastAxis(x, b, weights) as typeof x;
      // A map with a bias for each of its places: a row of all of them.
      const rows = addToLastAxis(tf.reshape(x, [-1, b.size]), tf.reshape(b, [-1]), weights);
      return tf.reshape(rows, x.shape) as typeof x;
    },

    batchNormRelu(x, scale, shift, epsilon) {
      const [batch, units] = x.shape;
      const image = tf.reshape(x, [batch, 1, 1, units]) as tf.Tensor4D; // the kernel takes maps only
      const relu: Activation = { forward: tf.relu, backward: (dy, y) => one("ReluGrad", [T], [dy, y]) };
      const { y, ...statistics } = fusedBatchNorm(backend, image, scale, shift, epsilon, relu);
      return { y: tf.reshape(y, [batch, units]), ...statistics };
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

    adam: adamOn(backend),

    randomNormal(shape, key) {
      const attributes = [type("dtype", FLOAT), type("T", INT32), type("Tseed", INT32)];
      return tf.tidy(() => one("StatelessRandomNormal", attributes, [tf.tensor1d([...shape], "int32"), key]));
    },
  };
}
