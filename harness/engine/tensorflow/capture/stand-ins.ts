import { T, type } from "../attributes.ts";
import type { Binding, OpAttribute, TensorMetadata } from "../load.ts";
import { DataType } from "./graph-def.ts";

/** Bytes from which on a tensor is worth replacing. */
const LARGE = 2 ** 20;

/**
 * Stand-ins for large float32 results: a recording needs their shapes alone, and an eager step holds on to all of them
 * until its gradients are done. All are views of one store of zeros.
 */
export class StandIns {
  readonly #binding: Binding;
  #store: { readonly handle: number; readonly size: number } | undefined;

  constructor(binding: Binding) {
    this.#binding = binding;
  }

  /** The results, with what is large set free and replaced. */
  replace(results: readonly TensorMetadata[]): TensorMetadata[] {
    return results.map((result) => {
      const size = result.shape.reduce((a, b) => a * b, 1);
      if (result.dtype !== DataType.float32 || 4 * size < LARGE) return result;
      this.#binding.deleteTensor(result.id);
      return this.#view(size, result.shape);
    });
  }

  dispose(): void {
    if (this.#store) this.#binding.deleteTensor(this.#store.handle);
    this.#store = undefined;
  }

  #view(size: number, shape: readonly number[]): TensorMetadata {
    if (!this.#store || this.#store.size < size) {
      this.dispose();
      this.#store = { size, handle: this.#run("Fill", [type("index_type", DataType.int32)], [], [[size]], ZERO).id };
    }
    const index = [type("Index", DataType.int32)];
    const prefix = this.#run("Slice", index, [this.#store.handle], [[0], [size]]); // a prefix shares the store's memory
    const view = this.#run("Reshape", [type("Tshape", DataType.int32)], [prefix.id], [shape]);
    this.#binding.deleteTensor(prefix.id);
    return view;
  }

  /** An operation on tensors, then integer vectors, then perhaps a number. */
  #run(
    op: string,
    attributes: readonly OpAttribute[],
    tensors: readonly number[],
    vectors: readonly (readonly number[])[],
    number?: Float32Array,
  ): TensorMetadata {
    const made = vectors.map((vector) =>
      this.#binding.createTensor([vector.length], DataType.int32, Int32Array.from(vector)),
    );
    if (number) made.push(this.#binding.createTensor([], DataType.float32, number));
    const [result] = this.#binding.executeOp(op, [T, ...attributes], [...tensors, ...made], 1);
    for (const handle of made) this.#binding.deleteTensor(handle);
    return result!;
  }
}

const ZERO = Float32Array.of(0);
