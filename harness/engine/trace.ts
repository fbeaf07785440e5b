/** What each operation makes, while a function of tensors runs operation by operation. */
import { createHash } from "node:crypto";
import * as tf from "@tensorflow/tfjs-core";
import type { TensorflowBackend } from "./tensorflow/load.ts";

/** The outputs of one operation of a step. */
export interface TracedOperation {
  readonly operation: string;
  /** Shape of each output. */
  readonly shapes: readonly (readonly number[])[];
  /** One hash over all outputs. */
  readonly hash: string;
}

/** In the order of execution. TensorFlow's own operations where it is the engine, else the kernels of tfjs. */
export function traced(compute: () => void): TracedOperation[] {
  const backend = tf.backend() as unknown as Partial<TensorflowBackend>;
  return backend.binding ? ofTensorflow(backend as TensorflowBackend, compute) : ofKernels(compute);
}

type Values = Parameters<typeof tf.tensor>[0] | ArrayBufferView | string[];

function hashOf(outputs: readonly { readonly shape: readonly number[]; readonly values: Values }[]): string {
  const hash = createHash("sha256");
  for (const { shape, values } of outputs) {
    hash.update(JSON.stringify(shape));
    if (ArrayBuffer.isView(values)) hash.update(Buffer.from(values.buffer, values.byteOffset, values.byteLength));
    else hash.update(JSON.stringify(values));
  }
  return hash.digest("hex").slice(0, 12);
}

/** Operations whose output is a handle, another one each time. */
const HANDLES = new Set(["VarHandleOp"]);

function ofTensorflow(backend: TensorflowBackend, compute: () => void): TracedOperation[] {
  const found: TracedOperation[] = [];
  const { binding } = backend;
  const read = binding as unknown as { tensorDataSync(handle: number): Values };
  // The binding's functions do not use `this`, so that an object that inherits from it serves as well.
  backend.binding = Object.create(binding, {
    executeOp: {
      value: ((op, attributes, inputs, count) => {
        const outputs = binding.executeOp(op, attributes, inputs, count);
        const made = HANDLES.has(op)
          ? []
          : outputs.map(({ id, shape }) => ({ shape, values: read.tensorDataSync(id) }));
        found.push({ operation: op, shapes: outputs.map(({ shape }) => shape), hash: hashOf(made) });
        return outputs;
      }) satisfies TensorflowBackend["binding"]["executeOp"],
    },
  });
  try {
    compute();
  } finally {
    backend.binding = binding;
  }
  return found;
}

function ofKernels(compute: () => void): TracedOperation[] {
  const found: TracedOperation[] = [];
  const engine = tf.engine();
  const run = engine.runKernel;
  engine.runKernel = ((name, inputs, attributes) => {
    const out = run.call(engine, name, inputs, attributes);
    const outputs = (Array.isArray(out) ? out : [out]) as tf.Tensor[];
    const made = outputs.map((tensor) => ({ shape: tensor.shape, values: tensor.dataSync() as ArrayBufferView }));
    found.push({ operation: name, shapes: outputs.map(({ shape }) => shape), hash: hashOf(made) });
    return out;
  }) as typeof engine.runKernel;
  try {
    compute();
  } finally {
    engine.runKernel = run;
  }
  return found;
}
