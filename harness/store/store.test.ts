import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { after, describe, it } from "node:test";
import type { RunRecord } from "../contract/run.ts";
import { EXIT, HarnessError } from "../errors.ts";
import { writeAtomic, writeAtomicInBackground } from "../files/atomic-file.ts";
import type { Checkpoint } from "./checkpoint.ts";
import { placeOf, recordOf } from "./fixtures/records.ts";
import { type RunPlace, Store } from "./store.ts";

const root = mkdtempSync(join(tmpdir(), "store-test-"));
after(() => rmSync(root, { recursive: true, force: true }));
let folders = 0;
const newFolder = (): string => join(root, String(folders++));
const newStore = (): Store => Store.open(newFolder(), { create: true });

const checkpointOf = ({ key }: RunPlace): Checkpoint => ({
  key,
  updates: 7,
  state: { w: { shape: [2], data: Float32Array.of(1, 2) } },
  curve: { update: [5] },
  trainMs: 1,
  resumes: 0,
  earlyStateSha256: null,
});

/** The error is for a person, names the file, and leaves it as it was. */
function refuses(file: string, read: () => unknown, message: RegExp): void {
  const before = readFileSync(file);
  assert.throws(read, (error) => {
    assert.ok(error instanceof HarnessError, "error instanceof HarnessError");
    assert.equal(error.exitCode, EXIT.cannotJudge);
    assert.match(error.message, message);
    assert.ok(error.message.includes(file), error.message);
    return true;
  });
  assert.deepEqual(readFileSync(file), before);
}

describe("a store that reads once", () => {
  it("gives records as they were first read, and those of another key anew", () => {
    const store = newStore();
    const place = placeOf();
    store.write(place, recordOf(place, "crashed"));
    const reader = Store.open(store.folder, { create: false, readOnce: true });
    assert.equal(reader.list("toy").runs[0]!.record.state, "crashed");
    store.write(place, recordOf(place));
    assert.equal(reader.read(place)?.record.state, "crashed");
    assert.equal(store.read(place)?.record.state, "finished");
    const other = { ...place, key: place.key.slice(0, 16).padEnd(64, "0") };
    assert.throws(() => reader.read(other), /it holds the run/);
  });

  it("sees a record that was not there before", () => {
    const store = newStore();
    const reader = Store.open(store.folder, { create: false, readOnce: true });
    assert.equal(reader.read(placeOf()), undefined);
    store.write(placeOf(), recordOf(placeOf()));
    assert.equal(reader.read(placeOf())?.record.state, "finished");
  });
});

describe("an atomic write", () => {
  it("makes the folders and replaces the whole file, leaving nothing else", () => {
    const file = join(newFolder(), "a", "b.json");
    writeAtomic(file, "a long text");
    writeAtomic(file, "short");
    assert.equal(readFileSync(file, "utf8"), "short");
    assert.deepEqual(readdirSync(dirname(file)), ["b.json"]);
  });

  it("takes the parts of a large file as they are made; one that cannot be made leaves the old file and nothing else", () => {
    const file = join(newFolder(), "parts");
    function* parts(broken: boolean) {
      yield Buffer.from("one ");
      if (broken) throw new RangeError("no second part");
      yield Buffer.from("two");
    }
    writeAtomic(file, parts(false));
    assert.equal(readFileSync(file, "utf8"), "one two");
    assert.throws(() => writeAtomic(file, parts(true)), { name: "RangeError", message: "no second part" });
    assert.equal(readFileSync(file, "utf8"), "one two");
    assert.deepEqual(readdirSync(dirname(file)), ["parts"]);
  });

  it("keeps the old file and leaves nothing when it fails, and says what to do", () => {
    const folder = newFolder();
    mkdirSync(join(folder, "taken"), { recursive: true });
    assert.throws(() => writeAtomic(join(folder, "taken"), "x"), {
      name: "HarnessError",
      message: /Cannot write .*taken: a folder stands where a file is needed \(EISDIR\).*run the same command again/,
    });
    writeFileSync(join(folder, "file"), "old");
    assert.throws(() => writeAtomic(join(folder, "file", "below"), "x"), {
      name: "HarnessError",
      message: /a file stands where a folder is needed/,
    });
    assert.deepEqual(readdirSync(folder).sort(), ["file", "taken"]);
    assert.equal(readFileSync(join(folder, "file"), "utf8"), "old");
  });
});

describe("opening a store", () => {
  it("makes one only when asked to", () => {
    const folder = newFolder();
    assert.throws(() => Store.open(folder, { create: false }), {
      exitCode: EXIT.cannotJudge,
      message: /There is no store/,
    });
    assert.throws(() => readdirSync(folder));
    Store.open(folder, { create: true });
    Store.open(folder, { create: false });
  });

  it("refuses a folder with other files", () => {
    const folder = newFolder();
    mkdirSync(folder);
    writeFileSync(join(folder, "thesis.tex"), "");
    for (const create of [true, false])
      assert.throws(() => Store.open(folder, { create }), { exitCode: EXIT.wrongUse, message: /is not a store/ });
    assert.deepEqual(readdirSync(folder), ["thesis.tex"]);
  });

  it("takes a folder in which its own making was killed", () => {
    const folder = newFolder();
    mkdirSync(folder);
    writeFileSync(join(folder, "store.json.123-0a1b2c3d.tmp"), "{");
    Store.open(folder, { create: true });
    assert.deepEqual(readdirSync(folder), ["store.json"]);
  });

  it("refuses a marker of another version, a foreign one and a torn one", () => {
    for (const [text, message] of [
      ['{"format":"reproducibility-store","version":2}', /version 2; this program reads version 1/],
      ['{"format":"something else","version":1}', /not a store's marker/],
      ['{"format":"reproducib', /not a store's marker/],
      ["", /not a store's marker/],
    ] as const) {
      const { folder } = newStore();
      writeFileSync(join(folder, "store.json"), text);
      for (const create of [true, false])
        assert.throws(() => Store.open(folder, { create }), { exitCode: EXIT.cannotJudge, message });
    }
  });

  it("says that a file is no folder", () => {
    const file = newFolder();
    writeFileSync(file, "");
    assert.throws(() => Store.open(file, { create: true }), {
      exitCode: EXIT.cannotJudge,
      message: /Cannot read .*ENOTDIR/,
    });
  });
});

describe("a run record", () => {
  it("is read as it was written", () => {
    const [store, place] = [newStore(), placeOf()];
    assert.equal(store.read(place), undefined);
    assert.equal(store.write(place, recordOf(place)), true);
    assert.deepEqual(store.read(place)!.record, recordOf(place));
    assert.deepEqual(
      store.list("toy").runs.map((run) => run.record),
      [recordOf(place)],
    );
  });

  it("that is malformed, truncated, foreign, of another version or of another run is refused by name", () => {
    const [store, place] = [newStore(), placeOf()];
    store.write(place, recordOf(place));
    const file = store.path(place);
    const sound = readFileSync(file, "utf8");
    const changed = (change: object): string => JSON.stringify({ ...JSON.parse(sound), ...change });
    for (const [text, message] of [
      ["not JSON at all", /it is not JSON/],
      [sound.slice(0, sound.length / 2), /it is not JSON/],
      ["", /it is not JSON/],
      ['{"hello":"world"}', /is not a run record/],
      ["[]", /is not a run record/],
      ["null", /is not a run record/],
      [changed({ version: 2 }), /of version 2, this program reads version 1/],
      [changed({ state: "running" }), /is not a run record/],
      [changed({ metrics: { modes: null } }), /is not a run record/],
      [changed({ surplus: 1 }), /is not a run record/],
      [changed({ key: placeOf(1).key }), /it holds the run/],
      [changed({ metrics: { modes: 10 } }), /it is not what was stored \(its checksum differs\)/],
    ] as const) {
      writeFileSync(file, text);
      refuses(file, () => store.read(place), message);
      refuses(file, () => store.write(place, recordOf(place)), message);
    }
    writeFileSync(file, "{");
    const { runs, problems } = store.list("toy");
    assert.deepEqual([runs.length, problems.length], [0, 1]);
    assert.match(problems[0]!.message, /it is not JSON/);
  });

  it("that is a result is never replaced; a failed try is", () => {
    for (const state of ["finished", "diverged"] as const) {
      const [store, place] = [newStore(), placeOf()];
      store.write(place, recordOf(place, "crashed"));
      assert.equal(store.write(place, recordOf(place, state)), true);
      for (const later of ["crashed", "finished", "diverged"] as const)
        assert.equal(store.write(place, recordOf(place, later)), false);
      assert.equal(store.read(place)!.record.state, state);
    }
  });

  it("is set aside with what is beside it, again and again", () => {
    const [store, place] = [newStore(), placeOf()];
    for (const round of ["first", "second"]) {
      store.write(place, recordOf(place));
      mkdirSync(store.trainingFolder(place));
      writeFileSync(join(store.trainingFolder(place), "events"), round);
      store.setAside(place);
      assert.equal(store.read(place), undefined);
    }
    assert.equal(readFileSync(join(`${store.trainingFolder(place)}.stale`, "events"), "utf8"), "second");
  });

  it("that does not fit its schema is not written", () => {
    const [store, place] = [newStore(), placeOf()];
    assert.throws(() => store.write(place, { ...recordOf(place), metrics: { modes: Number.NaN } } as RunRecord));
    assert.equal(store.read(place), undefined);
  });

  it("goes with what was left of its killed writers, and with nothing of other runs", () => {
    const [store, place, other] = [newStore(), placeOf(1), placeOf(11)];
    store.write(other, recordOf(other));
    for (const { path } of [{ path: store.path(place) }, { path: store.path(other) }])
      writeFileSync(`${path}.1-a.tmp`, "");
    store.removeUnfinished(place);
    const left = readdirSync(dirname(store.path(place))).filter((name) => name.endsWith(".tmp"));
    assert.deepEqual(left, [`${store.path(other).split("/").at(-1)}.1-a.tmp`]);
  });
});

describe("an artifact", () => {
  const stored = () => {
    const [store, place] = [newStore(), placeOf()];
    const samples = store.writeArtifact(place, "samples.f32", new Uint8Array(Float32Array.of(1, 2, 3).buffer));
    store.write(place, { ...recordOf(place), artifacts: { samples } } as RunRecord);
    const run = store.read(place)!;
    return { run, record: store.path(place), file: join(dirname(store.path(place)), samples.file) };
  };

  it("is read as it was written; an unknown name is refused", () => {
    const { run, record } = stored();
    assert.deepEqual(run.array("samples"), Float32Array.of(1, 2, 3));
    refuses(record, () => run.array("sample"), /has no array "sample"/);
  });

  it("that was changed, cut or removed is refused by name", () => {
    const changed = stored();
    writeFileSync(changed.file, new Uint8Array(Float32Array.of(1, 2, 4).buffer));
    refuses(changed.file, () => changed.run.array("samples"), /has changed since.*only that run is repeated/);
    truncateSync(changed.file, 5);
    refuses(changed.file, () => changed.run.array("samples"), /has changed since/);
    rmSync(changed.file);
    assert.throws(() => changed.run.array("samples"), {
      exitCode: EXIT.cannotJudge,
      message: /samples.f32 is missing/,
    });
  });
});

describe("a file that is written in the background", () => {
  const parts = [Buffer.from("one "), new Uint8Array(0), Buffer.alloc(3 << 20, "x"), Buffer.from(" end")];

  it("is whole, with nothing beside it", async () => {
    const file = join(newFolder(), "deep", "file");
    await writeAtomicInBackground(file, parts);
    assert.deepEqual(readFileSync(file), Buffer.concat(parts));
    await writeAtomicInBackground(file, []);
    assert.deepEqual([readFileSync(file).length, readdirSync(dirname(file))], [0, ["file"]]);
  });

  it("keeps the one before until it is there", async () => {
    const file = join(newFolder(), "file");
    writeAtomic(file, "before");
    const writing = writeAtomicInBackground(file, parts);
    assert.equal(readFileSync(file, "utf8"), "before");
    await writing;
    assert.equal(readFileSync(file).length, Buffer.concat(parts).length);
  });

  it("and cannot be tells why and what to do, and leaves nothing", async () => {
    const folder = newFolder();
    mkdirSync(join(folder, "taken"), { recursive: true });
    await assert.rejects(writeAtomicInBackground(join(folder, "taken"), parts), {
      name: "HarnessError",
      message:
        /^Cannot write .*taken: a folder stands where a file is needed \(EISDIR\)\. Nothing stored before is lost/,
    });
    assert.deepEqual(readdirSync(folder), ["taken"]);
  });
});

describe("a stored checkpoint", () => {
  const warnings: string[] = [];
  const warn = (message: string): void => void warnings.push(message);

  it("is read as it was written, and dropped", async () => {
    const [store, place] = [newStore(), placeOf()];
    await store.writeCheckpoint(place, checkpointOf(place));
    assert.deepEqual(store.readCheckpoint(place, warn), checkpointOf(place));
    store.dropCheckpoint(place);
    store.dropCheckpoint(place);
    assert.equal(store.readCheckpoint(place, warn), undefined);
    assert.deepEqual(warnings, []);
  });

  it("that is of another run, cut or changed is set aside with a warning", async () => {
    const damages: ((bytes: Buffer) => Buffer)[] = [
      (bytes) => bytes.subarray(0, bytes.length - 1),
      (bytes) => bytes.subarray(0, 4),
      () => Buffer.alloc(0),
      (bytes) => Buffer.from(bytes.map((byte, i) => (i === bytes.length - 1 ? byte ^ 1 : byte))),
      (bytes) => Buffer.from(bytes.toString("latin1").replace('updates\\":7', 'updates\\":8'), "latin1"),
    ];
    for (const damage of damages) {
      const [store, place] = [newStore(), placeOf()];
      await store.writeCheckpoint(place, checkpointOf(place));
      const file = store.path(place).replace(/json$/, "checkpoint.safetensors");
      const bytes = damage(readFileSync(file));
      writeFileSync(file, bytes);
      warnings.length = 0;
      assert.equal(store.readCheckpoint(place, warn), undefined);
      assert.match(warnings.join(), /cannot be used: .*set aside as .*\.corrupt; the run starts anew/);
      assert.deepEqual(readFileSync(`${file}.corrupt`), bytes);
      assert.equal(store.hasCheckpoint(place), false);
    }
    const [store, place] = [newStore(), placeOf()];
    await store.writeCheckpoint(place, checkpointOf(placeOf(1)));
    warnings.length = 0;
    assert.equal(store.readCheckpoint(place, warn), undefined);
    assert.match(warnings.join(), /it belongs to another run/);
  });
});
