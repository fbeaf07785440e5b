import type * as tf from "@tensorflow/tfjs-core";
import { differentiable } from "../differentiable.ts";
import { compositeOps, type Ops } from "../ops.ts";
import { maxout, maxoutGradient } from "./maxout.ts";

/** The composites, with kernels of our own where the backend's are slow. */
export const wasmOps: Ops = {
  ...compositeOps,

  maxout(x, pieces) {
    return differentiable([x], (x) => {
      const y = maxout(x!, pieces);
      return { value: y, saved: [x!, y], gradient: (dy, [x, y]) => [() => maxoutGradient(dy, x!, y!)] };
    }) as tf.Tensor2D;
  },
};
