/** Order in which a training sees its cases. */
import type { Words2 } from "./philox.ts";
import { Stream } from "./seeds.ts";

/**
 * Rows of the minibatch of update `index`, [batchSize]: all `count` rows in a new random order each epoch, cut into
 * batches; a last incomplete batch is dropped. @throws RangeError when there are fewer rows than a batch takes.
 */
export function minibatchRows(count: number, batchSize: number, key: Words2): (index: number) => Int32Array {
  const perEpoch = Math.floor(count / batchSize);
  if (perEpoch < 1) throw new RangeError(`a batch of ${batchSize} from ${count} samples`);
  let epoch = -1;
  let order: Uint32Array = new Uint32Array(0);
  return (index) => {
    const wanted = Math.floor(index / perEpoch);
    if (wanted !== epoch) {
      order = new Stream(key, wanted).permutation(count);
      epoch = wanted;
    }
    const start = (index % perEpoch) * batchSize;
    return Int32Array.from(order.subarray(start, start + batchSize));
  };
}
