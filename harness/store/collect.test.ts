/** The rules by which `collect` copies or leaves runs of another store, on stores of made-up runs. */
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import fs, { cpSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { syncBuiltinESMExports } from "node:module";
import { basename, dirname, join } from "node:path";
import { after, describe, it } from "node:test";
import type { FinishedRun, RunRecord, RunSpec } from "../contract/run.ts";
import { FAST_TEMPORARY } from "../testing/program-under-test.ts";
import { Chain } from "./chain.ts";
import { type Collected, type CollectOptions, collect } from "./collect.ts";
import { PROVENANCE, placeOf } from "./fixtures/records.ts";
import { type Change, put, storeWith, watch } from "./fixtures/stored.ts";
import { type Finding, recordSha256 } from "./revalidation.ts";
import { runKey, specSha256 } from "./run-key.ts";
import { sealed } from "./sealed.ts";
import { type RunPlace, Store } from "./store.ts";
import { verifyStore } from "./verify.ts";

const root = mkdtempSync(join(FAST_TEMPORARY, "collect-test-"));
after(() => rmSync(root, { recursive: true, force: true }));
let folders = 0;
const empty = (): Store => Store.open(join(root, String(folders++)), { create: true });

const [first, second, third] = [0, 1, 2].map((replicate) => placeOf(replicate)) as [RunPlace, RunPlace, RunPlace];

const finished =
  (change: Partial<FinishedRun>): Change =>
  (record) =>
    ({ ...record, ...change }) as RunRecord;

const storeOf = (...places: readonly RunPlace[]): Store => storeWith(join(root, String(folders++)), places);
const bring = (from: Store, into: Store, options: Partial<CollectOptions> = {}): Promise<Collected> =>
  collect({
    from,
    into,
    withoutWeights: false,
    weightsOf: [],
    signal: new AbortController().signal,
    onProgress() {},
    ...options,
  });

const fileOf = (store: Store, place: RunPlace, ending: string): string => store.path(place).replace(/json$/, ending);
const filesBelow = (folder: string): Map<string, string> =>
  new Map(
    readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
      .map((file): [string, string] => [file.slice(folder.length + 1), readFileSync(file, "base64")])
      .sort(),
  );
const runFilesOf = ({ folder }: Store): Map<string, string> =>
  new Map([...filesBelow(folder)].filter(([file]) => !/^(chain\/|store\.json)/.test(file)));
const problemsOf = ({ folder }: Store): string[] =>
  verifyStore(folder).problems.map(({ kind, file }) => `${kind} ${basename(file)}`);
const names = (collected: Collected): number[] =>
  collected.taken.map(({ path }) => Number(path.split("replicate=")[1])).sort();
/** Asserts that neither the source nor the result has problems. */
function assertWell(collected: Collected, into: Store): void {
  assert.deepEqual([collected.notTaken, collected.differing, collected.problems], [[], [], []]);
  assert.deepEqual(problemsOf(into), []);
  assert.equal(verifyStore(into.folder).chain?.unlisted ?? 0, 0);
}
/** A finished record as parsed from its file. */
interface Written {
  spec?: { updates: number };
  metrics: { modes: number };
  provenance: { engine: { class: string } };
}
/** Alters a record and renews its checksum. */
function forge(store: Store, place: RunPlace, change: (record: Written) => void): void {
  const { checksum: _, ...record } = JSON.parse(readFileSync(store.path(place), "utf8"));
  change(record);
  writeFileSync(store.path(place), JSON.stringify(sealed(record)));
}

describe("collect", () => {
  it("brings finished and diverged runs byte for byte, lists them in the chain, and skips them the next time", async () => {
    const from = storeOf(first, second);
    put(from, third, "diverged");
    const before = filesBelow(from.folder);
    const into = empty();
    const collected = await bring(from, into);
    assertWell(collected, into);
    assert.deepEqual([names(collected), collected.runs, collected.alreadyHere], [[0, 1, 2], 3, 0]);
    assert.deepEqual(collected.taken.map(({ weights }) => weights).sort(), ["brought", "brought", "none"]);
    assert.deepEqual(runFilesOf(into), runFilesOf(from));
    assert.equal(Chain.read(into.folder).latest.size, 3);
    const [links, after] = [Chain.read(into.folder).links, filesBelow(into.folder)];
    const again = await bring(from, into);
    assertWell(again, into);
    assert.deepEqual([again.taken, again.alreadyHere, Chain.read(into.folder).links], [[], 3, links]);
    assert.deepEqual(filesBelow(into.folder), after);
    assert.deepEqual(filesBelow(from.folder), before, "the source is only read");
  });

  it("adds to what is here, listed or not yet, and keeps both", async () => {
    const into = storeOf(third);
    put(into, second);
    const collected = await bring(storeOf(first), into);
    assertWell(collected, into);
    assert.deepEqual([Chain.read(into.folder).latest.size, Chain.read(into.folder).links], [3, 3]);
  });

  it("leaves runs that are no results, and counts them", async () => {
    const from = storeOf(first);
    put(from, placeOf(3), "crashed");
    put(from, placeOf(4), "timed-out");
    for (const ending of ["checkpoint.safetensors", "progress"]) writeFileSync(fileOf(from, placeOf(5), ending), "?");
    writeFileSync(fileOf(from, placeOf(6), "progress"), "?");
    const into = empty();
    const collected = await bring(from, into);
    assertWell(collected, into);
    assert.deepEqual(names(collected), [0]);
    assert.deepEqual(collected.left, { crashed: 1, timedOut: 1, underWay: 2, setAside: 0 });
    assert.deepEqual([...runFilesOf(into).keys()].length, 5);
  });

  it("takes a run that crashed here, or was begun here, and what was left of it goes", async () => {
    const into = empty();
    put(into, first, "crashed");
    Chain.read(into.folder).takeUp();
    writeFileSync(fileOf(into, first, "checkpoint.safetensors"), "begun");
    writeFileSync(`${fileOf(into, first, "json")}.12-ab.tmp`, "half");
    watch(into, first);
    writeFileSync(join(into.trainingFolder(first), "events.out.tfevents.2000000000.run"), "");
    const from = storeOf(first);
    assertWell(await bring(from, into), into);
    assert.deepEqual(runFilesOf(into), runFilesOf(from));
  });

  it("stops at a signal, and goes on", async () => {
    const [from, into, stop] = [storeOf(first, second, third), empty(), new AbortController()];
    const stopped = await bring(from, into, {
      signal: stop.signal,
      onProgress: (what) => what.startsWith("Copying") && stop.abort(),
    });
    assert.deepEqual([stopped.taken, stopped.remaining], [[], 3]);
    const collected = await bring(from, into);
    assertWell(collected, into);
    assert.deepEqual(names(collected), [0, 1, 2]);
  });

  it("with `captured` refuses finished runs of tensorflow whose step was not captured, and brings the others", async () => {
    const [from, into] = [empty(), empty()];
    const tensorflow = { ...PROVENANCE.engine, id: "tensorflow" } as const;
    const provenance = { ...PROVENANCE, engine: tensorflow };
    const captured = { kind: "captured", reason: "the step is a fixed graph" } as const;
    put(from, first, "finished", finished({ provenance }));
    put(from, second, "finished", finished({ provenance: { ...provenance, step: captured } }));
    put(from, third, "finished"); // every step of the cpu engine is eager
    Chain.read(from.folder).takeUp();
    const collected = await bring(from, into, { captured: true });
    assert.deepEqual(names(collected), [1, 2]);
    assert.deepEqual(
      collected.notTaken.map(({ kind, file }) => [kind, file]),
      [["not captured", from.name(first)]],
    );
    assert.equal(into.read(first), undefined);
    assertWell(await bring(from, into), into);
    assert.deepEqual(into.read(first)!.record, from.read(first)!.record);
  });

  it("takes only a suite's runs, or a profile's, where they are asked for", async () => {
    const paper = keyed({ ...second.spec, profile: "paper", budget: "paper" });
    const other = keyed({ ...third.spec, suite: "other" });
    const from = storeOf(first, paper, other);
    for (const [options, expected] of [
      [{ suite: "toy" }, [0, 1]],
      [{ suite: "other" }, [2]],
      [{ profile: "paper" }, [1]],
      [{ suite: "other", profile: "paper" }, []],
    ] as const) {
      const into = empty();
      const collected = await bring(from, into, options);
      assertWell(collected, into);
      assert.deepEqual(names(collected), expected);
    }
  });
});

const keyed = (spec: RunSpec): RunPlace => ({ spec, engineClass: "cpu", key: runKey(spec, "cpu", "seed") });

describe("a run that fails a check is named and not taken, and the others are:", () => {
  const edit = (store: Store, change: (record: Written) => void): void => {
    const record = JSON.parse(readFileSync(store.path(second), "utf8"));
    change(record);
    writeFileSync(store.path(second), JSON.stringify(record));
  };
  const samples = (store: Store): string => fileOf(store, second, "samples.f32");
  const cases: readonly (readonly [string, (store: Store) => void, RegExp])[] = [
    ["a record that is no JSON", (store) => writeFileSync(store.path(second), "{"), /JSON/],
    ["a record of another schema", (store) => edit(store, (record) => delete record.spec), /spec/],
    ["a metric that was edited", (store) => edit(store, (r) => (r.metrics.modes = 25)), /checksum differs/],
    [
      "a record that is not the one that the chain lists",
      (store) => forge(store, second, (r) => (r.metrics.modes = 25)),
      /the chain lists another one/,
    ],
    [
      "a specification that was edited",
      (store) => forge(store, second, (r) => (r.spec!.updates = 31)),
      /its key is not that of/,
    ],
    [
      "an engine class that was edited",
      (store) => forge(store, second, (r) => (r.provenance.engine.class = "wasm")),
      /its key is not that of/,
    ],
    ["a record in another run's place", (store) => renameSync(store.path(second), store.path(placeOf(7))), /place is/],
    [
      "an array that was altered",
      (store) => writeFileSync(samples(store), Uint8Array.of(1, 2, 3, 7)),
      /samples: .*SHA-256/,
    ],
    [
      "an array that was cut off",
      (store) => writeFileSync(samples(store), Uint8Array.of(1, 2, 3)),
      /samples: .*SHA-256/,
    ],
    ["an array that is gone", (store) => rmSync(samples(store)), /its samples is missing/],
    [
      "weights that were altered",
      (store) => writeFileSync(fileOf(store, second, "weights.safetensors"), "?"),
      /weights: .*SHA-256/,
    ],
    [
      "weights that are gone",
      (store) => rmSync(fileOf(store, second, "weights.safetensors")),
      /its weights is missing/,
    ],
  ];
  for (const [what, damage, message] of cases)
    it(what, async () => {
      for (const withoutWeights of [false, true]) {
        const from = storeOf(first, second, third);
        damage(from);
        const into = empty();
        const collected = await bring(from, into, { withoutWeights });
        assert.deepEqual(names(collected), [0, 2]);
        assert.equal(collected.notTaken.length, 1);
        assert.match(collected.notTaken[0]!.message, message);
        assert.deepEqual([problemsOf(into), collected.differing], [[], []]);
        assert.equal([...runFilesOf(into).keys()].filter((file) => /=(1|7)\./.test(file)).length, 0);
      }
    });

  it("an array whose file would take the place of another run's", async () => {
    const shared = (store: Store, place: RunPlace, value: number): void => {
      const file = join(dirname(store.path(place)), "shared.f32");
      put(store, place, "finished", (record) => {
        const samples = store.writeArtifact(place, "samples.f32", Uint8Array.of(value));
        renameSync(fileOf(store, place, "samples.f32"), file);
        return finished({ artifacts: { samples: { ...samples, file: "shared.f32" } } })(record);
      });
      rmSync(fileOf(store, place, "weights.safetensors"));
    };
    const [one, two, into] = [empty(), empty(), empty()];
    shared(one, first, 1);
    shared(one, third, 1);
    shared(two, second, 2);
    assertWell(await bring(one, into), into);
    const { taken, notTaken } = await bring(two, into);
    assert.deepEqual([taken, notTaken.length], [[], 1]);
    assert.match(notTaken[0]!.message, /would overwrite the file of another run: shared.f32/);
    assert.deepEqual(problemsOf(into), []);
  });
});

describe("the chain of the source", () => {
  it("names a record that was deleted; one that was set aside is no fault", async () => {
    const from = storeOf(first, second, third);
    rmSync(from.path(first));
    Chain.read(from.folder).append([{ what: "set-aside", file: from.name(second) }]);
    from.setAside(second);
    const collected = await bring(from, empty());
    assert.deepEqual(names(collected), [2]);
    assert.deepEqual(
      collected.problems.map(({ kind, file }) => [kind, file]),
      [["missing", from.name(first)]],
    );
  });

  it("that lost a link gives only runs that the others list", async () => {
    const from = storeOf(first);
    for (const place of [second, third]) {
      put(from, place);
      Chain.read(from.folder).takeUp();
    }
    rmSync(join(from.folder, "chain", "000002.json"));
    const collected = await bring(from, empty());
    assert.deepEqual(names(collected), [0, 2]);
    assert.match(collected.notTaken[0]!.message, /chain of its store is damaged/);
    assert.deepEqual(
      collected.problems.map(({ kind, file }) => `${kind} ${file}`),
      ["missing chain/000002.json"],
    );
  });

  it("that was altered is not believed where it was", async () => {
    const from = storeOf(first);
    put(from, second);
    Chain.read(from.folder).takeUp();
    forge(from, first, (record) => (record.metrics.modes = 25));
    const link = join(from.folder, "chain", "000001.json");
    const { sha256 } = JSON.parse(readFileSync(link, "utf8")).entries[0];
    const now = createHash("sha256")
      .update(readFileSync(from.path(first)))
      .digest("hex");
    writeFileSync(link, readFileSync(link, "utf8").replace(sha256, now));
    const collected = await bring(from, empty());
    assert.deepEqual(names(collected), [1]);
    assert.match(collected.problems[0]!.message, /not the link that was written/);
  });

  it("need not be there: runs of an older store are taken, with what cannot be known", async () => {
    const from = empty();
    for (const place of [first, second]) put(from, place);
    const { checksum: _, ...older } = JSON.parse(readFileSync(from.path(first), "utf8"));
    writeFileSync(from.path(first), JSON.stringify(older));
    const into = empty();
    const collected = await bring(from, into);
    assertWell(collected, into);
    assert.deepEqual([names(collected), collected.chained, collected.unsealed], [[0, 1], false, 1]);
  });

  /** Runs `work` after each of the first `times` listings of `folder`, by any caller. */
  async function whileListing(folder: string, times: number, work: (time: number) => void, use: () => unknown) {
    const { readdirSync: original } = fs;
    let [time, atWork] = [0, false];
    fs.readdirSync = ((listed: string, ...rest: []) => {
      const names = original(listed, ...rest);
      if (String(listed) !== folder || time === times || atWork) return names;
      atWork = true;
      work(time++);
      atWork = false;
      return names;
    }) as typeof fs.readdirSync;
    syncBuiltinESMExports();
    try {
      await use();
    } finally {
      fs.readdirSync = original;
      syncBuiltinESMExports();
    }
    assert.equal(time, times, "the folder was listed");
  }
  const ends = (store: Store, place: RunPlace): void => {
    put(store, place);
    Chain.read(store.folder).takeUp();
  };

  it("is read as it was at one moment while a suite adds to it", async () => {
    const from = storeOf(first);
    const end = (time: number): void => ends(from, placeOf(time + 1));
    await whileListing(join(from.folder, "chain"), 3, end, () =>
      assert.deepEqual(Chain.read(from.folder).problems, []),
    );
  });

  it("may name runs that ended after the records were listed: neither verify nor collect misses them", async () => {
    const from = storeOf(first);
    const folder = dirname(from.path(first));
    await whileListing(
      folder,
      1,
      () => ends(from, second),
      () => assert.deepEqual(problemsOf(from), []),
    );
    const into = empty();
    await whileListing(
      folder,
      1,
      () => ends(from, third),
      async () => assertWell(await bring(from, into), into),
    );
    assert.deepEqual(names(await bring(from, into)), [2]);
  });

  it("does not count as damaged where runs are set aside, or set aside and done again, while they are collected", async () => {
    const setAside = (store: Store, place: RunPlace): void => {
      Chain.read(store.folder).append([{ what: "set-aside", file: store.name(place) }]);
      store.setAside(place);
    };
    const [from, into] = [storeOf(first, second, third), empty()];
    const work = (): void => {
      setAside(from, second);
      setAside(from, third);
      put(from, third, "finished", (r) => ({ ...r, provenance: { ...PROVENANCE, durationMs: 5 } }));
      Chain.read(from.folder).takeUp();
    };
    await whileListing(join(from.folder, "toy"), 1, work, async () => {
      const collected = await bring(from, into);
      assertWell(collected, into);
      assert.deepEqual(names(collected), [0, 2]);
    });
  });

  it("gone between check and copy: a run that is set aside then is left", async () => {
    const [from, into] = [storeOf(first, second), empty()];
    const collected = await bring(from, into, {
      onProgress: (what) => {
        if (what.startsWith("Copying")) from.setAside(second);
      },
    });
    assertWell(collected, into);
    assert.deepEqual([names(collected), collected.left.underWay], [[0], 1]);
  });
});

describe("a run that is here", () => {
  const elsewhere: Change = (record) => ({
    ...record,
    provenance: {
      ...PROVENANCE,
      startedAt: "2001-01-01T00:00:00Z",
      durationMs: 77,
      machine: { ...PROVENANCE.machine, cpu: "another" },
    },
  });

  it("with the same bits is skipped, whoever did it", async () => {
    const [from, into] = [storeOf(first), empty()];
    put(into, first, "finished", elsewhere);
    put(from, third, "diverged");
    put(into, third, "diverged", elsewhere);
    Chain.read(into.folder).takeUp();
    const before = filesBelow(into.folder);
    const collected = await bring(from, into);
    assertWell(collected, into);
    assert.deepEqual([collected.taken, collected.alreadyHere], [[], 2]);
    assert.deepEqual(filesBelow(into.folder), before);
  });

  const changed: readonly (readonly [string, Partial<FinishedRun>, Partial<FinishedRun>])[] = [
    ["weights", { weightsSha256: "1" }, {}],
    ["metric modes", { metrics: { modes: 8 } }, {}],
    ["draws of modes", { draws: { modes: [8, 10] } }, { draws: { modes: [9, 9] } }],
    ["state of the first updates", { earlyStateSha256: "1" }, { earlyStateSha256: "2" }],
    ["updates", { updatesDone: 29 }, {}],
  ];
  for (const [what, there, here] of changed)
    it(`with other bits is named on both sides and left as it is: ${what}`, async () => {
      const [from, into] = [storeOf(second), empty()];
      put(from, first, "finished", finished(there));
      put(into, first, "finished", finished(here));
      Chain.read(into.folder).takeUp();
      const before = readFileSync(into.path(first));
      const collected = await bring(from, into);
      assert.deepEqual(names(collected), [1]);
      assert.deepEqual(
        collected.differing.map(({ file, differences }) => [file, ...differences.map((d) => d.what)]),
        [[into.name(first), what]],
      );
      const [difference] = collected.differing[0]!.differences;
      assert.notEqual(difference!.here, difference!.there);
      assert.deepEqual(readFileSync(into.path(first)), before);
      assert.deepEqual(problemsOf(into), []);
    });

  it("with other arrays, or another end, is named too; a column that one of them lacks is no difference", async () => {
    const [from, into] = [storeOf(third), empty()];
    put(into, first);
    put(from, first, "finished", (record) => {
      const samples = from.writeArtifact(first, "samples.f32", Uint8Array.of(4));
      return finished({ artifacts: { ...(record as FinishedRun).artifacts, samples } })(record);
    });
    put(from, second);
    put(into, second, "diverged");
    put(into, third, "finished", finished({ metrics: { modes: 9, sharp: 3 } }));
    const collected = await bring(from, into);
    const named = collected.differing.map(({ differences }) => differences.map(({ what }) => what));
    assert.deepEqual([named, collected.alreadyHere], [[["array samples"], ["state"]], 1]);
  });

  it("that cannot be trusted is left as it is and named", async () => {
    const [from, into] = [storeOf(first, second), storeOf(first)];
    writeFileSync(into.path(first), "{");
    const collected = await bring(from, into);
    assert.deepEqual(names(collected), [1]);
    assert.match(collected.notTaken[0]!.message, /cannot be trusted.*move it away/);
    assert.equal(readFileSync(into.path(first), "utf8"), "{");
  });

  it("no more, since it was set aside, is not brought back; another record of it is", async () => {
    const [from, into] = [storeOf(first), storeOf(first)];
    cpSync(from.path(first), into.path(first));
    Chain.read(into.folder).append([{ what: "set-aside", file: into.name(first) }]);
    into.setAside(first);
    const left = await bring(from, into);
    assertWell(left, into);
    assert.deepEqual([left.taken, left.left.setAside], [[], 1]);
    const again = empty();
    put(again, first, "finished", elsewhere);
    const taken = await bring(again, into);
    assertWell(taken, into);
    assert.deepEqual(names(taken), [0]);
  });

  it("no more, since somebody deleted it, is brought again", async () => {
    const [from, into] = [storeOf(first), storeOf(first)];
    rmSync(into.path(first));
    assert.deepEqual(problemsOf(into), [`missing ${basename(into.path(first))}`]);
    const other = empty();
    put(other, first, "finished", elsewhere);
    const collected = await bring(other, into);
    assertWell(collected, into);
    assert.deepEqual([names(collected), verifyStore(into.folder).chain!.again], [[0], 1]);
    rmSync(into.path(first));
    assertWell(await bring(other, into), into);
    assert.equal((await bring(from, into)).alreadyHere, 1);
  });
});

describe("without weights", () => {
  const without = { withoutWeights: true } as const;
  const weightsOf = (store: Store, place: RunPlace): boolean => store.hasWeights(place);

  it("records and arrays are brought alone; verify counts them, and the store may hold notes", async () => {
    const [from, into] = [storeOf(first, second), empty()];
    const collected = await bring(from, into, without);
    assertWell(collected, into);
    assert.deepEqual(
      collected.taken.map(({ weights }) => weights),
      ["left-behind", "left-behind"],
    );
    assert.deepEqual([...runFilesOf(into).keys()].map((file) => basename(file).split(".").slice(2).join(".")).sort(), [
      "json",
      "json",
      "samples.f32",
      "samples.f32",
    ]);
    for (const name of ["README.md", "campaign.json"]) writeFileSync(join(into.folder, name), "?");
    const { withoutWeights, problems } = verifyStore(into.folder);
    assert.deepEqual([withoutWeights, problems], [2, []]);
    assert.deepEqual([weightsOf(from, first), weightsOf(into, first), weightsOf(into, third)], [true, false, false]);
    writeFileSync(join(into.folder, "notes.txt"), "?");
    assert.deepEqual(problemsOf(into), ["foreign notes.txt"]);
    assert.throws(() => into.read(first)!.weights(), {
      exitCode: 3,
      message: /collect its run again without that option/,
    });
    const links = Chain.read(into.folder).links;
    assert.equal((await bring(from, into, without)).alreadyHere, 2);
    assert.equal(Chain.read(into.folder).links, links);
  });

  it("weights that no entry of the chain names are missed, and so are those of a run that was done again", async () => {
    const into = storeOf(first, second);
    rmSync(fileOf(into, first, "weights.safetensors"));
    assert.deepEqual(problemsOf(into), [`missing ${basename(into.path(first))}`]);
    const other = empty();
    await bring(storeOf(second), other, without);
    Chain.read(other.folder).append([{ what: "set-aside", file: other.name(second) }]);
    other.setAside(second);
    put(other, second, "finished", (r) => ({ ...r, provenance: { ...PROVENANCE, durationMs: 5 } }));
    Chain.read(other.folder).takeUp();
    assert.deepEqual(problemsOf(other), []);
    rmSync(fileOf(other, second, "weights.safetensors"));
    assert.deepEqual(problemsOf(other), [`missing ${basename(other.path(second))}`]);
  });

  it("a later collection with them adds them, and they are missed from then on", async () => {
    const [from, into] = [storeOf(first, second), empty()];
    await bring(from, into, without);
    const added = await bring(from, into);
    assertWell(added, into);
    assert.deepEqual(added.weightsAdded, [from.name(first), from.name(second)]);
    assert.deepEqual(runFilesOf(into), runFilesOf(from));
    assert.equal(verifyStore(into.folder).withoutWeights, 0);
    rmSync(fileOf(into, first, "weights.safetensors"));
    assert.deepEqual(problemsOf(into), [`missing ${basename(into.path(first))}`]);
  });

  it("weights that a kill left without their entry get it; altered ones are not added", async () => {
    const [from, into] = [storeOf(first, second), empty()];
    await bring(from, into, without);
    cpSync(fileOf(from, first, "weights.safetensors"), fileOf(into, first, "weights.safetensors"));
    writeFileSync(fileOf(from, second, "weights.safetensors"), "?");
    const added = await bring(from, into);
    assert.deepEqual([added.weightsAdded, added.problems.length], [[], 1]);
    assert.deepEqual([...Chain.read(into.folder).withoutWeights.keys()], [into.name(second)]);
    assert.deepEqual([verifyStore(into.folder).withoutWeights, problemsOf(into)], [1, []]);
  });

  it("those of chosen runs are brought, and a key that no run has is told", async () => {
    const [from, into] = [storeOf(first, second, third), empty()];
    const some = await bring(from, into, { ...without, weightsOf: [second.key.slice(0, 8), "00000000"] });
    assertWell(some, into);
    assert.deepEqual(
      [first, second, third].map((place) => weightsOf(into, place)),
      [false, true, false],
    );
    assert.deepEqual([some.unknownKeys, verifyStore(into.folder).withoutWeights], [["00000000"], 2]);
    const more = await bring(from, into, { ...without, weightsOf: [third.key] });
    assertWell(more, into);
    assert.deepEqual([more.weightsAdded, weightsOf(into, first)], [[from.name(third)], false]);
  });

  it("a store that was filled so gives its runs on, and no weights come from it", async () => {
    const [from, evidence, into] = [storeOf(first, second), empty(), empty()];
    await bring(from, evidence, without);
    const collected = await bring(evidence, into);
    assertWell(collected, into);
    assert.deepEqual(
      collected.taken.map(({ weights }) => weights),
      ["left-behind", "left-behind"],
    );
    assertWell(await bring(evidence, into), into);
    assertWell(await bring(from, into), into);
    assert.deepEqual(runFilesOf(into), runFilesOf(from));
  });

  it("weights that a kill left before their record are removed", async () => {
    const [from, into] = [storeOf(first), empty()];
    await bring(from, into);
    rmSync(into.path(first));
    rmSync(join(into.folder, "chain"), { recursive: true });
    writeFileSync(join(into.folder, "store.json"), readFileSync(join(empty().folder, "store.json")));
    assertWell(await bring(from, into, without), into);
    assert.equal(weightsOf(into, first), false);
  });
});

describe("what is beside a record", () => {
  const check = (store: Store, place: RunPlace, at: string, finding: Finding = { verdict: "stands" }): void => {
    const { record } = store.read(place)!;
    store.writeRevalidation(place, {
      format: "reproducibility-revalidation",
      version: 1,
      key: record.key,
      sourceSha256: "1",
      at,
      finding,
      recordSha256: recordSha256(record),
      engine: record.provenance.engine,
    });
  };
  const checkedAt = (store: Store, place: RunPlace): string | undefined =>
    store.readRevalidation(place, store.read(place)!.record)?.at;

  it("what revalidate found comes along, also later; what is newer here stays", async () => {
    const [from, into] = [storeOf(first, second), empty()];
    check(from, first, "2026-01-01T00:00:00.000Z");
    assert.equal((await bring(from, into)).revalidations, 1);
    assert.deepEqual([checkedAt(into, first), checkedAt(into, second)], ["2026-01-01T00:00:00.000Z", undefined]);
    check(from, first, "2026-01-02T00:00:00.000Z");
    check(from, second, "2026-01-02T00:00:00.000Z");
    assert.equal((await bring(from, into)).revalidations, 2);
    check(into, first, "2026-01-03T00:00:00.000Z");
    assert.equal((await bring(from, into)).revalidations, 0);
    assert.equal(checkedAt(into, first), "2026-01-03T00:00:00.000Z");
    assert.deepEqual(problemsOf(into), []);
  });

  it("a finding that was edited is named and left, and its run is taken", async () => {
    const [from, into] = [storeOf(first), empty()];
    check(from, first, "2026-01-01T00:00:00.000Z", {
      verdict: "stale",
      differences: [{ what: "x", stored: "1", now: "2" }],
    });
    const file = fileOf(from, first, "revalidation.json");
    writeFileSync(file, readFileSync(file, "utf8").replace('"now": "2"', '"now": "3"'));
    const collected = await bring(from, into);
    assert.deepEqual([names(collected), collected.problems.length, collected.revalidations], [[0], 1, 0]);
    assert.match(collected.problems[0]!.message, /its checksum differs/);
    assert.deepEqual(problemsOf(into), []);
  });

  it("an event file that was altered is named and left, and its run is taken", async () => {
    const [from, into] = [storeOf(first), empty()];
    const folder = from.trainingFolder(first);
    const events = readdirSync(folder).find((name) => name.startsWith("events"))!;
    const bytes = readFileSync(join(folder, events));
    bytes[bytes.length - 6]! ^= 1;
    writeFileSync(join(folder, events), bytes);
    writeFileSync(join(folder, "notes.txt"), "?");
    const collected = await bring(from, into);
    assert.deepEqual([names(collected), collected.problems.length], [[0], 1]);
    assert.deepEqual(readdirSync(into.trainingFolder(first)), ["grid.00000001.png"]);
    assert.deepEqual(problemsOf(into), []);
  });
});

describe("a run that starts from another", () => {
  const after = (upstream: RunPlace, replicate = 0): RunPlace => {
    const { suite, path } = upstream.spec;
    const needs = { suite, path, specSha256: specSha256(upstream.spec) };
    return keyed({
      ...placeOf(replicate).spec,
      suite: "after",
      path: `after/smoke/ali/fixed/replicate=${replicate}`,
      needs,
    });
  };
  const suites = (collected: Collected): string[] => collected.taken.map(({ path }) => path.split("/")[0]!);

  it("brings that one too, and it goes first", async () => {
    const from = storeOf(after(first), after(second, 1), first, second, third);
    const into = empty();
    const collected = await bring(from, into, { suite: "after" });
    assertWell(collected, into);
    assert.deepEqual(suites(collected), ["toy", "after", "toy", "after"]);
    assert.equal((await bring(from, into)).taken.length, 1);
  });

  it("is taken where that one is here already, and not where it is nowhere", async () => {
    const from = storeOf(after(first), after(second, 1));
    const into = storeOf(first);
    const collected = await bring(from, into);
    assert.deepEqual(suites(collected), ["after"]);
    assert.match(collected.notTaken[0]!.message, /starts from is in neither store, or failed a check: toy\//);
    assert.deepEqual(problemsOf(into), []);
  });

  it("is not taken where that one fails its checks or is here with other bits", async () => {
    const from = storeOf(first, second, after(first), after(second, 1));
    rmSync(fileOf(from, first, "samples.f32"));
    const into = empty();
    put(into, second, "finished", finished({ weightsSha256: "1" }));
    Chain.read(into.folder).takeUp();
    const collected = await bring(from, into);
    assert.deepEqual([collected.taken, collected.differing.length], [[], 1]);
    assert.deepEqual(
      collected.notTaken.map(({ message }) => message.includes("starts from could not be copied")),
      [false, true, true].sort(),
    );
    assert.deepEqual(problemsOf(into), []);
  });
});

describe("hasWeights", () => {
  it("is false for a run that has none, and for one that is not here", () => {
    const store = empty();
    put(store, first, "diverged");
    assert.deepEqual([store.hasWeights(first), store.hasWeights(second)], [false, false]);
  });
});
