import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { setTimeout } from "node:timers/promises";
import * as tf from "@tensorflow/tfjs-core";
import type { Training } from "../contract/training.ts";
import type { Engine } from "../engine/engine.ts";
import { openEngine } from "../engine/open.ts";
import { Prefetch } from "../files/prefetch.ts";
import { stateSha256 } from "../store/checkpoint.ts";
import { Store } from "../store/store.ts";
import { FAST_TEMPORARY } from "../testing/program-under-test.ts";
import { EndedEarly, Interrupted, type TrainOutcome } from "./ends.ts";
import { EARLY_UPDATES } from "./first-updates.ts";
import { place, startOn, type Walk, type Watched, walkOn } from "./fixtures/walk.ts";

let engine: Engine;
const root = mkdtempSync(join(FAST_TEMPORARY, "train-test-"));
before(async () => {
  engine = await openEngine({ requested: "cpu", provision: false });
});
after(() => rmSync(root, { recursive: true, force: true }));

let stores = 0;
const newStore = (): Store => Store.open(join(root, String(stores++)), { create: true });
const walk = (updates?: number, options?: Walk): Training => walkOn(engine, updates, options);
const start = (training: Training, options: Watched): Promise<TrainOutcome> => startOn(engine, training, options);
const numbers = ({ curve, updates, earlyStateSha256, finalState }: TrainOutcome) => ({
  curve,
  updates,
  earlyStateSha256,
  weights: stateSha256(finalState),
});

describe("training", () => {
  it("makes the planned updates, with a row of the curve every so often and at the end", async () => {
    const { curve, updates, finalState, resumes } = await start(walk(), { store: newStore() });
    assert.deepEqual([updates, resumes], [120, 0]);
    assert.deepEqual(curve.update, [25, 50, 75, 100, 120]);
    assert.equal(curve.loss!.length, 5);
    const mean = finalState.w!.data.reduce((a, b) => a + b, 0) / 4;
    assert.equal(Boolean(Math.abs(curve.loss!.at(-1)! - mean) < 1e-6), true);
  });

  it("writes one last row when the end falls on the schedule, and one in all when it never does", async () => {
    assert.deepEqual((await start(walk(50), { store: newStore() })).curve.update, [25, 50]);
    assert.deepEqual((await start(walk(3), { store: newStore() })).curve.update, [3]);
  });

  it("measures what is observed at the rows, from the state after the update", async () => {
    const observe: NonNullable<Training["observe"]> = ({ w }) => ({ mean: tf.mean(w!).dataSync()[0]! });
    const { curve } = await start({ ...walk(), observe }, { store: newStore() });
    assert.deepEqual(curve.mean, curve.loss);
  });

  it("hashes the state early on: after its fiftieth update, or its last", async () => {
    const [long, same, short] = [
      await start(walk(120), { store: newStore() }),
      await start(walk(EARLY_UPDATES), { store: newStore() }),
      await start(walk(10), { store: newStore() }),
    ];
    assert.equal(long.earlyStateSha256, stateSha256(same.finalState));
    assert.equal(same.earlyStateSha256, stateSha256(same.finalState));
    assert.equal(short.earlyStateSha256, stateSha256(short.finalState));
  });

  it("keeps no tensors", async () => {
    const tensors = tf.memory().numTensors;
    await start(walk(), { store: newStore() });
    await assert.rejects(start(walk(120, { nanAt: 30 }), { store: newStore() }));
    assert.equal(tf.memory().numTensors, tensors);
  });
});

describe("a training that is interrupted", () => {
  it("goes on to the same bits, wherever it was stopped and however often", async () => {
    const whole = numbers(await start(walk(), { store: newStore() }));
    for (const stops of [[1], [25], [49, 50, 51], [30, 60, 90], [119]]) {
      const store = newStore();
      for (const stopAfter of stops) await assert.rejects(start(walk(), { store, stopAfter }), Interrupted);
      const outcome = await start(walk(), { store });
      assert.deepEqual(numbers(outcome), whole);
      assert.equal(outcome.resumes, stops.length);
    }
  });

  it("starts anew, to the same bits, from a checkpoint that was damaged", async () => {
    const whole = numbers(await start(walk(), { store: newStore() }));
    const store = newStore();
    await assert.rejects(start(walk(), { store, stopAfter: 60 }), Interrupted);
    const file = store.path(place).replace(/json$/, "checkpoint.safetensors");
    const bytes = readFileSync(file);
    bytes[bytes.length - 3]! ^= 1;
    writeFileSync(file, bytes);
    const warnings: string[] = [];
    const outcome = await start(walk(), { store, warn: (message) => void warnings.push(message) });
    assert.deepEqual(numbers(outcome), whole);
    assert.equal(outcome.resumes, 0);
    assert.match(warnings.join(), /cannot be used: its SHA-256 does not match its contents.*starts anew/);
  });

  it("needs no update when only its end was not stored", async () => {
    const whole = await start(walk(), { store: newStore() });
    const store = newStore();
    await store.writeCheckpoint(place, {
      key: place.key,
      updates: 120,
      state: whole.finalState,
      curve: whole.curve,
      trainMs: 1,
      resumes: 0,
      earlyStateSha256: whole.earlyStateSha256,
    });
    const outcome = await start(walk(), { store });
    assert.deepEqual(numbers(outcome), numbers(whole));
    assert.deepEqual(outcome.earlierSources, ["unknown"]); // as written by versions that did not keep them
  });
});

describe("a checkpoint that is being written", () => {
  /** A store whose checkpoints are written when `ready` says so; the updates and rows of those that were. */
  function heldStore(ready: (nth: number) => Promise<unknown>) {
    const store = newStore();
    const written: number[] = [];
    const rows: number[] = [];
    const write = store.writeCheckpoint.bind(store);
    store.writeCheckpoint = async (of, checkpoint) => {
      const nth = written.push(checkpoint.updates);
      await ready(nth);
      rows.push(checkpoint.curve.update!.length);
      await write(of, checkpoint);
    };
    return { store, written, rows };
  }

  it("does not hold up the training, and holds the state and the curve of its own update", async () => {
    let release = (): void => {};
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    const { store, written, rows } = heldStore(() => held);
    const onProgress = (updates: number): void => void (updates === 55 && release());
    const whole = numbers(await start(walk(), { store, stopping: () => false, onProgress }));
    // The first one waited for update 55, with no row yet; those between were given up for newer ones.
    assert.deepEqual([written[0], rows[0]], [1, 0]);
    assert.equal(written[1]! >= 55, true);
    const first = heldStore(async () => {});
    await assert.rejects(start(walk(), { store: first.store, stopAfter: 30 }), Interrupted);
    assert.equal(first.store.readCheckpoint(place, assert.fail)!.curve.update!.length, 1);
    assert.deepEqual(numbers(await start(walk(), { store: first.store })), whole);
  });

  it("is there when an interrupted training has ended, however long it takes", async () => {
    const { store } = heldStore(() => setTimeout(20));
    await assert.rejects(start(walk(), { store, stopAfter: 60 }), Interrupted);
    assert.equal(store.readCheckpoint(place, assert.fail)!.updates, 60);
  });

  it("and fails ends the training with that error; the one before is kept", async () => {
    const { store, written } = heldStore(async (nth) => {
      if (nth === 3) throw new Error("the disk is full");
    });
    const long = walk(5_000);
    await assert.rejects(start(long, { store }), { message: "the disk is full" });
    assert.equal(store.readCheckpoint(place, assert.fail)!.updates, written[1]);
    assert.equal((await start(long, { store })).resumes, 1);
  });

  it("and fails as the training is interrupted ends it with that error, not as one that can be resumed", async () => {
    let stopping = false;
    const { store } = heldStore(async () => {
      if (stopping) throw new Error("the disk is full");
    });
    const onProgress = (updates: number): void => {
      stopping = updates >= 30;
    };
    const training = start(walk(), { store, stopping: () => stopping, onProgress });
    await assert.rejects(training, { message: "the disk is full" });
  });

  it("is finished before a training that diverged is over", async () => {
    let going = 0;
    const { store } = heldStore(async () => {
      going += 1;
      await setTimeout(5);
      going -= 1;
    });
    await assert.rejects(start(walk(120, { nanAt: 30 }), { store }), EndedEarly);
    assert.equal(going, 0);
  });
});

describe("a training on batches that are made in the background", () => {
  const streamed = (source: (index: number) => Promise<{ x: Float32Array }>): Training => {
    const prefetch = new Prefetch(source, { updates: 120, maxBytes: 160, concurrency: 2 });
    return {
      ...walk(),
      ready: (index) => prefetch.ready(index),
      batch: (index) => ({ x: tf.tensor1d(prefetch.take(index).x) }),
    };
  };
  const late = async (index: number) => {
    if (index % 3 === 0) await setTimeout(1);
    return { x: new Float32Array(4).fill(index % 5) };
  };

  it("gives the same bits, also when it is interrupted or begun by other code", async () => {
    const whole = numbers(await start(walk(), { store: newStore() }));
    assert.deepEqual(numbers(await start(streamed(late), { store: newStore() })), whole);
    const store = newStore();
    await assert.rejects(start(streamed(late), { store, stopAfter: 57, sourceSha256: "yesterday" }), Interrupted);
    const outcome = await start(streamed(late), { store });
    assert.deepEqual(numbers(outcome), whole);
    assert.deepEqual([outcome.resumes, outcome.earlierSources], [1, ["yesterday"]]);
  });

  it("ends with the error of its source, and can be resumed", async () => {
    const store = newStore();
    const cut = async (index: number) => {
      if (index === 60) throw new Error("the archive is cut off");
      return late(index);
    };
    await assert.rejects(start(streamed(cut), { store }), /^Error: The batch of update 60 cannot be made: the archive/);
    assert.equal((await start(streamed(late), { store })).resumes, 1);
  });
});

describe("a training that other code began", () => {
  const begun = async (stopAfter: number, training = walk()): Promise<Store> => {
    const store = newStore();
    await assert.rejects(start(training, { store, stopAfter, sourceSha256: "yesterday" }), Interrupted);
    return store;
  };
  /** Goes on with today's code. */
  const goOn = async (store: Store) => {
    const warnings: string[] = [];
    const outcome = await start(walk(), { store, warn: (message) => void warnings.push(message) });
    return { outcome, warnings: warnings.join() };
  };
  const changed = (): Training => ({ ...walk(), key: (index) => [8, index] });

  it("goes on when today's code begins with the same bits, and says whose work it is", async () => {
    const whole = await start(walk(), { store: newStore() });
    const { outcome, warnings } = await goOn(await begun(60));
    assert.deepEqual(numbers(outcome), numbers(whole));
    assert.deepEqual([whole.earlierSources, outcome.earlierSources], [[], ["yesterday"]]);
    assert.deepEqual([outcome.resumes, warnings], [1, ""]);
  });

  it("remembers all who were at it, also when the first one comes back", async () => {
    const store = await begun(60);
    await assert.rejects(start(walk(), { store, stopAfter: 80, sourceSha256: "today" }), Interrupted);
    const { earlierSources } = await start(walk(), { store, sourceSha256: "yesterday" });
    assert.deepEqual(earlierSources, ["today"]);
  });

  it("starts anew when it begins with other bits, or was not yet far enough to tell", async () => {
    const whole = numbers(await start(walk(), { store: newStore() }));
    for (const [store, why] of [
      [
        await begun(60, changed()),
        /^Today's code makes another state of the first 50 updates .*\.stale; the run starts anew/,
      ],
      [await begun(30), /^$/],
    ] as const) {
      const { outcome, warnings } = await goOn(store);
      assert.deepEqual(numbers(outcome), whole);
      assert.deepEqual([outcome.resumes, outcome.earlierSources], [0, []]);
      assert.match(warnings, why);
    }
  });
});

describe("a training that diverges", () => {
  const ended = async (training: Training, options: Watched): Promise<EndedEarly> => {
    try {
      await start(training, options);
    } catch (error) {
      assert.ok(error instanceof EndedEarly, String(error));
      return error;
    }
    return assert.fail("it did not end early");
  };

  it("by a metric ends at the next row of its curve and keeps the curve", async () => {
    const error = await ended(walk(120, { nanAt: 60 }), { store: newStore() });
    assert.equal(error.state, "diverged");
    assert.equal(error.message, "metric loss is not finite at update 75");
    const { updates, curve } = error.reached;
    assert.equal(updates, 75);
    assert.deepEqual(curve.update, [25, 50, 75]);
    assert.equal(Boolean(curve.loss!.slice(0, 2).every((value) => Number.isFinite(value))), true);
    assert.equal(curve.loss![2], null);
  });

  it("by its parameters alone is found at the end", async () => {
    const error = await ended(walk(120, { nanAt: 60, metric: false }), { store: newStore() });
    assert.deepEqual([error.state, error.message], ["diverged", "parameters w is not finite at update 120"]);
  });

  it("between two rows is found at the next hundredth update, with a row of its own", async () => {
    const error = await ended(walk(1_000, { nanAt: 130, curveEvery: 400 }), { store: newStore() });
    assert.equal(error.message, "metric loss is not finite at update 200");
    assert.deepEqual(error.reached.curve, { update: [200], loss: [null] });
  });

  it("by its parameters alone is found at a row where rows are far apart", async () => {
    const error = await ended(walk(1_000, { nanAt: 130, metric: false, curveEvery: 400 }), { store: newStore() });
    assert.deepEqual([error.message, error.reached.updates], ["parameters w is not finite at update 400", 400]);
  });

  it("is not one whose loss explodes and comes down again", async () => {
    const training = walk(300);
    const batch: Training["batch"] = (index) => (index === 140 ? { x: tf.fill([4], 1e37) } : training.batch(index));
    const { curve } = await start({ ...training, batch }, { store: newStore() });
    assert.equal(Math.max(...curve.loss!.map((loss) => loss!)) > 1e30, true);
  });

  it("does so too when it was interrupted after the NaN and before the row", async () => {
    const store = newStore();
    await assert.rejects(start(walk(120, { nanAt: 60 }), { store, stopAfter: 65 }), Interrupted);
    const error = await ended(walk(120, { nanAt: 60 }), { store });
    assert.deepEqual([error.state, error.reached.updates], ["diverged", 75]);
  });

  it("or takes too long is told apart, and its checkpoint is kept for a longer time", async () => {
    const whole = numbers(await start(walk(), { store: newStore() }));
    const store = newStore();
    const error = await ended(walk(), { store, timeoutMs: 0 });
    assert.equal(error.state, "timed-out");
    assert.match(error.message, /not finished after 0 s of training, at update \d+ of 120/);
    assert.equal(Boolean(store.hasCheckpoint(place)), true);
    assert.deepEqual(numbers(await start(walk(), { store })), whole);
  });
});
