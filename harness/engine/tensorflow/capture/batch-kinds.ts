/** What batches of one program have in common. */
import type * as tf from "@tensorflow/tfjs-core";
import type { Tensors } from "../../step.ts";

const kindOf = ({ dtype, shape }: tf.Tensor): string => `${dtype} [${shape}]`;
/** Names, types and shapes in one text. */
export const signature = (tensors: Tensors): string =>
  Object.entries(tensors)
    .map(([name, tensor]) => `${name} ${kindOf(tensor)}`)
    .join(", ") || "nothing";

export interface Kind {
  readonly name: string;
  readonly dtype: string;
  /** Shape of one case: without the size of the batch. */
  readonly of: readonly number[];
  readonly kind: string;
}
export const batchKinds = (batch: Tensors): Kind[] =>
  Object.entries(batch).map(([name, tensor]) => ({
    name,
    dtype: tensor.dtype,
    of: tensor.shape.slice(1),
    kind: kindOf(tensor),
  }));

/** Batches may differ in their size alone. */
export function assertSameKind(kinds: readonly Kind[], batch: Tensors): void {
  for (const { name, dtype, of, kind } of kinds) {
    const got = batch[name];
    if (!got || got.dtype !== dtype || String(got.shape.slice(1)) !== String(of))
      throw new TypeError(
        `captured step: the batch's "${name}" is ${got ? kindOf(got) : "missing"}, in the first batch it was ${kind}`,
      );
  }
  const extra = Object.keys(batch).find((name) => !kinds.some((kind) => kind.name === name));
  if (extra !== undefined) throw new TypeError(`captured step: the batch's "${extra}" was not in the first batch`);
}
