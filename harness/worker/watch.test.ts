/** What a person sees of a training, over kills and resumes. */
import assert from "node:assert/strict";
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { decode } from "fast-png";
import type { Training } from "../contract/training.ts";
import type { Engine } from "../engine/engine.ts";
import { openEngine } from "../engine/open.ts";
import { updatesIn as eventUpdates } from "../store/fixtures/read-events.ts";
import { Store } from "../store/store.ts";
import { FAST_TEMPORARY } from "../testing/program-under-test.ts";
import { Interrupted } from "./ends.ts";
import { place, startOn, type Walk, type Watched, walkOn } from "./fixtures/walk.ts";

let engine: Engine;
const root = mkdtempSync(join(FAST_TEMPORARY, "watch-test-"));
before(async () => {
  engine = await openEngine({ requested: "cpu", provision: false });
});
after(() => rmSync(root, { recursive: true, force: true }));

let stores = 0;
const newStore = (): Store => Store.open(join(root, String(stores++)), { create: true });
/** A picture of 2 × 1 pixels, made of the state. */
const pictures: NonNullable<Training["pictures"]> = ({ w }) => {
  const [a, b] = w!.dataSync();
  const data = Uint8Array.of(10, 20, 30, Math.abs(a!), Math.abs(b!), 60);
  return { samples: { shape: [1, 2, 3], data } };
};
const walk = (updates?: number, options?: Walk): Training => ({ ...walkOn(engine, updates, options), pictures });
const start = (training: Training, options: Watched) => startOn(engine, training, options);

const folderOf = (store: Store): string => store.trainingFolder(place);
const namesIn = (store: Store): string[] => readdirSync(folderOf(store)).sort();
const updatesIn = (store: Store): number[] => eventUpdates(folderOf(store));
const picturesOf = (store: Store): Map<string, Buffer> =>
  new Map(
    namesIn(store)
      .filter((name) => name.endsWith(".png"))
      .map((name) => [name, readFileSync(join(folderOf(store), name))]),
  );

describe("the events of a training", () => {
  it("are the rows of its curve, each once, wherever it was stopped and however often", async () => {
    for (const stops of [[], [25], [49, 50, 51], [30, 60, 90], [119]]) {
      const store = newStore();
      for (const stopAfter of stops) await assert.rejects(start(walk(), { store, stopAfter }), Interrupted);
      await start(walk(), { store });
      assert.deepEqual(updatesIn(store), [25, 50, 75, 100, 120]);
    }
  });

  it("are never ahead of the checkpoint, so that a kill has nothing to take back", async () => {
    const store = newStore();
    /** Updates of the checkpoints, and the last row in the events as each was written; 120 is the end's. */
    const seen: [number, number][] = [];
    const write = store.writeCheckpoint.bind(store);
    store.writeCheckpoint = async (of, checkpoint) => {
      const rows = existsSync(folderOf(store)) && namesIn(store).some((name) => name.includes("tfevents"));
      await write(of, checkpoint);
      seen.push([checkpoint.updates, rows ? updatesIn(store).at(-1)! : 0]);
    };
    await start(walk(), { store });
    assert.equal(
      seen.every(([updates, row]) => row <= updates || row === 120),
      true,
      JSON.stringify(seen),
    );
    assert.equal(
      seen.some(([updates, row]) => row > 0 && row <= updates),
      true,
      JSON.stringify(seen),
    );
  });

  it("that a kill kept back come with the checkpoint, those after it go", async () => {
    const [store, later] = [newStore(), newStore()];
    await assert.rejects(start(walk(), { store, stopAfter: 60 }), Interrupted);
    const [checkpointed] = [join(root, "checkpointed")];
    cpSync(store.folder, checkpointed, { recursive: true });
    // Killed between the checkpoint and its events.
    rmSync(folderOf(store), { recursive: true });
    await start(walk(), { store });
    assert.deepEqual(updatesIn(store), [25, 50, 75, 100, 120]);
    // Killed between the last events and the record: the checkpoint is an old one.
    await start(walk(), { store: later });
    cpSync(checkpointed, later.folder, { recursive: true, filter: (file) => !file.endsWith(".training") });
    await start(walk(), { store: later });
    assert.deepEqual(updatesIn(later), [25, 50, 75, 100, 120]);
  });

  it("of a training that starts anew are gone, its pictures too", async () => {
    const store = newStore();
    await assert.rejects(start(walk(), { store, stopAfter: 60, sourceSha256: "yesterday" }), Interrupted);
    writeFileSync(join(folderOf(store), "samples.99999999.png"), "of yesterday");
    const changed: Training = { ...walk(), key: (index) => [8, index] };
    await start(changed, { store, warn: () => {} });
    assert.deepEqual(updatesIn(store), [25, 50, 75, 100, 120]);
    assert.equal(picturesOf(store).has("samples.99999999.png"), false);
  });

  it("of one that diverged end with the row that told", async () => {
    const store = newStore();
    await assert.rejects(start(walk(120, { nanAt: 60 }), { store }));
    assert.deepEqual(updatesIn(store), [25, 50, 75]);
  });
});

describe("the pictures of a training", () => {
  it("are of the updates that are powers of two and of the last, the same after kills", async () => {
    const [whole, killed] = [newStore(), newStore()];
    await start(walk(), { store: whole });
    const names = [1, 2, 4, 8, 16, 32, 64, 120].map((update) => `samples.${String(update).padStart(8, "0")}.png`);
    assert.deepEqual([...picturesOf(whole).keys()], names);
    for (const stopAfter of [1, 16, 63]) await assert.rejects(start(walk(), { store: killed, stopAfter }), Interrupted);
    await start(walk(), { store: killed });
    assert.deepEqual(picturesOf(killed), picturesOf(whole));
  });

  it("hold the pixels of the state after their update", async () => {
    const store = newStore();
    const { finalState } = await start(walk(), { store });
    const { width, height, channels, data } = decode(picturesOf(store).get("samples.00000120.png")!);
    const [a, b] = finalState.w!.data;
    const pixels = [...Uint8Array.of(10, 20, 30, Math.abs(a!), Math.abs(b!), 60)];
    assert.deepEqual([width, height, channels, [...data]], [2, 1, 3, pixels]);
  });

  it("change nothing of the result", async () => {
    const [without, withThem] = [newStore(), newStore()];
    const { trainMs: _, ...plain } = await start(walkOn(engine), { store: without });
    const { trainMs: __, ...pictured } = await start(walk(), { store: withThem });
    assert.deepEqual(pictured, plain);
  });

  it("of a wrong shape or name end the run with what is wrong", async () => {
    for (const [name, shape, message] of [
      ["samples", [1, 1, 3], /picture "samples": shape \[1,1,3\] is not \[height, width, 3\] of 6 bytes/],
      ["../samples", [1, 2, 3], /a picture's name is of letters, digits, _ and -, got "\.\.\/samples"/],
    ] as const) {
      const wrong: Training = { ...walk(), pictures: () => ({ [name]: { shape, data: new Uint8Array(6) } }) };
      await assert.rejects(start(wrong, { store: newStore() }), { name: "TypeError", message });
    }
  });
});

describe("the folder of a training", () => {
  it("loses what a kill was writing, and goes aside with its run", async () => {
    const store = newStore();
    await start(walk(), { store });
    const names = namesIn(store);
    writeFileSync(join(folderOf(store), "samples.00000064.png.123-abc.tmp"), "half");
    store.removeUnfinished(place);
    assert.deepEqual(namesIn(store), names);
    writeFileSync(store.path(place), "{}");
    store.setAside(place);
    assert.equal(existsSync(folderOf(store)), false);
    assert.deepEqual(readdirSync(`${folderOf(store)}.stale`).sort(), names);
  });
});

describe("where a training stands", () => {
  it("is told from its start on, and no more when the run is stored", async () => {
    const store = newStore();
    await assert.rejects(start(walk(), { store, stopAfter: 60 }), Interrupted);
    await assert.rejects(start(walk(), { store, stopAfter: 61 }), Interrupted);
    const [progress, ...others] = store.listProgress("toy");
    assert.deepEqual(others, []);
    const { spec, key, engineClass, rootSeed, updates, curve, leftMs } = progress!;
    assert.deepEqual({ spec, key, engineClass }, place);
    assert.deepEqual([rootSeed, updates, curve.update], ["seed", 61, [25, 50]]);
    assert.equal(leftMs! >= 0, true);
    assert.equal(store.sizes().get("toy")! > 0, true);
    store.dropUnderWay(place);
    assert.deepEqual([store.listProgress("toy"), store.hasCheckpoint(place)], [[], false]);
  });

  it("is told every few seconds, with the time that is left", async (t) => {
    const store = newStore();
    const told: { updates: number; leftMs: number | null }[] = [];
    store.writeProgress = async (_, progress) => void told.push(progress);
    let now = 0;
    t.mock.method(performance, "now", () => (now += 20));
    await start(walk(1_000), { store, checkpointMs: 1e9 });
    const [begun, ...later] = told;
    assert.deepEqual([begun!.updates, begun!.leftMs], [0, null]);
    assert.equal(later.length >= 5 && later.length <= now / 5_000, true, `${later.length} in ${now} ms`);
    const { updates, leftMs } = later.at(-1)!;
    const expected = (now / 1_000) * (1_000 - updates);
    assert.equal(Math.abs(leftMs! - expected) < 0.1 * expected, true, `${leftMs}, about ${expected}`);
  });
});
