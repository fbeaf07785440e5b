import * as tf from "@tensorflow/tfjs-core";
import { type Differentiated, differentiable } from "./differentiable.ts";
import { compositeOps, type Ops } from "./ops.ts";

/** The WebAssembly backend: one thread in Node, the same bits on every machine. */
export async function loadWasm(): Promise<Ops> {
  await import("@tensorflow/tfjs-backend-wasm");
  if (!(await tf.setBackend("wasm"))) throw new Error("the WebAssembly backend did not start");
  return wasmOps;
}

export const wasmOps: Ops = {
  ...compositeOps,

  /** The backend multiplies by a transposed matrix 8 times slower than by a plain one: transpose first. */
  matMul(x, w) {
    return differentiable([x, w], (x, w) => ({
      value: tf.matMul(x as tf.Tensor2D, w as tf.Tensor2D),
      saved: [x!, w!],
      gradient: (dy, [x, w]) => [() => tf.matMul(dy, tf.transpose(w!)), () => tf.matMul(tf.transpose(x!), dy)],
    })) as tf.Tensor2D;
  },

  /** A comparison with a broadcast operand is slow in the backend: the gradient goes piece by piece, on equal shapes. */
  maxout(x, pieces) {
    const split = [x.shape[0], pieces, x.shape[1] / pieces];
    return differentiable([x], (x) => {
      const y = tf.max(tf.reshape(x!, split), 1);
      const gradient: Differentiated["gradient"] = (dy, [x, y]) => {
        const ofPiece = (piece: tf.Tensor): tf.Tensor => tf.mul(dy, tf.cast(tf.equal(piece, y!), "float32")); // every tied piece
        return [() => tf.concat(tf.split(x!, pieces, 1).map(ofPiece), 1)];
      };
      return { value: y, saved: [x!, y], gradient };
    }) as tf.Tensor2D;
  },
};
