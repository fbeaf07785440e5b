import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { setImmediate } from "node:timers/promises";
import { EXIT, HarnessError } from "../errors.ts";
import { type HostBatch, Prefetch, type PrefetchOptions } from "./prefetch.ts";

const BYTES = 400;
/** The batch of an update: a function of it. */
const batchOf = (index: number) => ({ x: new Float32Array(BYTES / 4).fill(index) });

/** A source whose batches come when the test says so, and what it was asked. */
function held() {
  const asked: number[] = [];
  const aborted: number[] = [];
  const pending = new Map<number, { give(): void; fail(error: Error): void }>();
  const source = (index: number, signal: AbortSignal): Promise<ReturnType<typeof batchOf>> => {
    asked.push(index);
    signal.addEventListener("abort", () => void aborted.push(index));
    return new Promise((resolve, reject) => {
      pending.set(index, { give: () => resolve(batchOf(index)), fail: reject });
    });
  };
  const give = async (...indices: number[]): Promise<void> => {
    for (const index of indices) {
      pending.get(index)!.give();
      await setImmediate();
    }
  };
  return { source, asked, aborted, pending, give };
}
const options = (more: Partial<PrefetchOptions> = {}): PrefetchOptions => ({
  updates: 100,
  maxBytes: 10 * BYTES,
  concurrency: 3,
  ...more,
});

/** Goes through the updates as the training loop does: what it was given. */
async function consume(prefetch: Prefetch<{ x: Float32Array }>, from: number, to: number): Promise<number[]> {
  const got: number[] = [];
  for (let index = from; index < to; index++) {
    await prefetch.ready(index);
    got.push(prefetch.take(index).x[0]!);
  }
  return got;
}
const range = (from: number, to: number): number[] => Array.from({ length: to - from }, (_, i) => from + i);

describe("batches made ahead", () => {
  it("come in the order of the updates, whichever is ready first", async () => {
    const { source, asked, give } = held();
    const prefetch = new Prefetch(source, options());
    const first = prefetch.ready(0);
    await setImmediate();
    await give(0); // how large they are is known now
    await first;
    assert.deepEqual(asked, [0, 1, 2, 3]);
    await give(3, 2);
    assert.equal(prefetch.ready(0), undefined);
    assert.equal(prefetch.take(0).x[0], 0);
    const second = prefetch.ready(1);
    assert.ok(second, "the batch of update 1 is not there yet");
    await give(1);
    await second;
    assert.deepEqual(
      [1, 2, 3].map((index) => prefetch.take(index).x[0]),
      [1, 2, 3],
    );
  });

  it("are the very stream when a training is resumed anywhere, or goes back to its beginning", async () => {
    const stream = () => new Prefetch(async (index) => batchOf(index), options({ updates: 20 }));
    assert.deepEqual(await consume(stream(), 0, 20), range(0, 20));
    const resumed = stream();
    assert.deepEqual(await consume(resumed, 13, 20), range(13, 20));
    assert.deepEqual(await consume(resumed, 0, 5), range(0, 5));
    assert.deepEqual(await consume(resumed, 13, 20), range(13, 20));
  });

  it("are not waited for when the source keeps up", async () => {
    const prefetch = new Prefetch(async (index) => batchOf(index), options());
    await prefetch.ready(0);
    for (let index = 0; index < 50; index++) {
      await setImmediate(); // the loop's turn
      assert.equal(prefetch.ready(index), undefined);
      prefetch.take(index);
    }
  });

  it("are not made beyond the bound on memory, nor more at once than asked for, nor beyond the last update", async () => {
    for (const [maxBytes, concurrency, updates, most] of [
      [10 * BYTES, 3, 100, 10],
      [4 * BYTES + 1, 100, 100, 4],
      [1, 3, 100, 1],
      [10 * BYTES, 3, 6, 6],
    ] as const) {
      let making = 0;
      let busiest = 0;
      const asked: number[] = [];
      const source = async (index: number) => {
        asked.push(index);
        busiest = Math.max(busiest, ++making);
        await setImmediate();
        making -= 1;
        return batchOf(index);
      };
      const prefetch = new Prefetch(source, options({ maxBytes, concurrency, updates }));
      await prefetch.ready(0);
      for (let turn = 0; turn < 40; turn++) await setImmediate();
      assert.deepEqual(asked, range(0, most));
      prefetch.take(0);
      for (let turn = 0; turn < 40; turn++) await setImmediate();
      assert.deepEqual(asked, range(0, Math.min(most + 1, updates)));
      assert.equal(busiest, Math.min(concurrency, most === 1 ? 1 : most, busiest));
      assert.equal(busiest <= concurrency, true);
    }
  });

  it("that are given up do not count as memory when they come late", async () => {
    const { source, asked, give } = held();
    const prefetch = new Prefetch(source, options({ maxBytes: 4 * BYTES }));
    const zero = prefetch.ready(0);
    await give(0);
    await zero;
    const ten = prefetch.ready(10);
    await give(1, 2, 3, 10, 11, 12);
    await ten;
    assert.deepEqual(asked, [0, 1, 2, 3, 10, 11, 12, 13]);
  });

  it("are given up, and their making told so, when the stream starts elsewhere or is closed", async () => {
    const { source, asked, aborted, give } = held();
    const prefetch = new Prefetch(source, options({ concurrency: 1 }));
    const zero = assert.rejects(prefetch.ready(0)!, /given up/);
    await setImmediate();
    const seven = prefetch.ready(7);
    await setImmediate();
    assert.deepEqual([asked, aborted], [[0, 7], [0]]);
    await give(0, 7);
    await zero;
    await seven;
    assert.equal(prefetch.take(7).x[0], 7);
    await setImmediate();
    let closed = false;
    const closing = prefetch.close().then(() => {
      closed = true;
    });
    await setImmediate();
    assert.deepEqual([closed, aborted], [false, [0, 7, 8]]);
    await give(8);
    await closing;
    await assert.rejects(prefetch.ready(8)!, TypeError);
    assert.deepEqual(asked, [0, 7, 8]);
  });
});

describe("a source that hangs", () => {
  it("is left behind by a stream that is closed", async (test) => {
    const prefetch = new Prefetch((): Promise<HostBatch> => new Promise(() => {}), options());
    void prefetch.ready(0);
    test.mock.timers.enable({ apis: ["setTimeout"] });
    const closing = prefetch.close();
    test.mock.timers.tick(10_000);
    await closing;
  });
});

describe("a source that fails", () => {
  it("ends the training at its update with one error that names it; those before are given", async () => {
    const cause = new Error("the archive is cut off");
    const source = async (index: number): Promise<HostBatch & { x: Float32Array }> => {
      if (index === 3) throw cause;
      return batchOf(index);
    };
    const prefetch = new Prefetch(source, options());
    await assert.rejects(consume(prefetch, 0, 10), {
      message: "The batch of update 3 cannot be made: the archive is cut off",
      cause,
    });
    await assert.rejects(prefetch.ready(3)!, /update 3/);
    assert.deepEqual(await consume(prefetch, 0, 3), [0, 1, 2]);
    await prefetch.close();
  });

  it("at once, before it gives a promise, is told the same way, and is not asked for what comes after", async () => {
    const asked: number[] = [];
    const prefetch = new Prefetch((index): never => {
      asked.push(index);
      throw new Error("no such file");
    }, options());
    await assert.rejects(prefetch.ready(0)!, /The batch of update 0 cannot be made: no such file/);
    await prefetch.close();
    assert.deepEqual(asked, [0]);
  });

  it("with an error meant for a person keeps its exit code", async () => {
    const prefetch = new Prefetch(async (): Promise<HostBatch> => {
      throw new HarnessError("the file has changed", EXIT.cannotJudge);
    }, options());
    await assert.rejects(prefetch.ready(0)!, { name: "HarnessError", exitCode: EXIT.cannotJudge });
  });
});

it("wrong bounds are refused", () => {
  for (const wrong of [{ maxBytes: 0 }, { concurrency: 0 }, { concurrency: Number.NaN }])
    assert.throws(() => new Prefetch(async (index) => batchOf(index), options(wrong)), RangeError);
});

it("a batch that was not waited for is a mistake", () => {
  const prefetch = new Prefetch(async (index) => batchOf(index), options());
  assert.throws(() => prefetch.take(0), { message: "prefetch: the batch of update 0 is not ready" });
});
