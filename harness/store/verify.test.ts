import assert from "node:assert/strict";
import { appendFileSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { after, describe, test } from "node:test";
import type { RunRecord } from "../run.ts";
import { placeOf, recordOf } from "./fixtures/records.ts";
import { specSha256 } from "./run-key.ts";
import { type RunPlace, Store } from "./store.ts";
import { type Problem, verifyStore } from "./verify.ts";

const root = mkdtempSync(join(tmpdir(), "verify-test-"));
after(() => rmSync(root, { recursive: true, force: true }));
let folders = 0;

/** A store of two finished runs with an array each, and one that diverged. */
function filled(): { readonly store: Store; readonly places: readonly RunPlace[] } {
  const store = Store.open(join(root, String(folders++)), { create: true });
  const places = [0, 1, 2].map((replicate) => placeOf(replicate));
  for (const [i, place] of places.entries()) {
    const record = recordOf(place, i === 2 ? "diverged" : "finished");
    const samples = store.writeArtifact(place, "samples", Uint8Array.of(1, 2, i));
    store.write(place, record.state === "finished" ? { ...record, artifacts: { samples } } : record);
    if (i === 2) rmSync(join(dirname(store.path(place)), samples.file));
  }
  return { store, places };
}
const problemsOf = ({ folder }: Store): Problem["kind"][] => verifyStore(folder).problems.map(({ kind }) => kind);
function edit(file: string, change: (record: RunRecord & { checksum?: string }) => void): void {
  const record = JSON.parse(readFileSync(file, "utf8"));
  change(record);
  writeFileSync(file, JSON.stringify(record));
}

describe("a store", () => {
  test("that nobody touched is what was stored, also with what kills and pages leave", () => {
    const { store, places } = filled();
    const stem = store.path(places[0]!).slice(0, -".json".length);
    writeFileSync(`${stem}.json.12-ab.tmp`, "half");
    writeFileSync(`${stem}.json.stale`, "old");
    writeFileSync(store.path(placeOf(7)).replace(".json", ".checkpoint.safetensors"), "begun");
    mkdirSync(`${stem}.training`);
    writeFileSync(join(`${stem}.training`, "events"), "curve");
    assert.deepEqual(verifyStore(store.folder), { runs: 3, files: 10, unsealed: 0, noResults: 3, problems: [] });
  });

  test("tells a metric that was edited, however little, and says where", () => {
    const { store, places } = filled();
    edit(store.path(places[1]!), (record) => {
      (record as { metrics: Record<string, number> }).metrics.modes = 10;
    });
    const { problems } = verifyStore(store.folder);
    assert.deepEqual(
      problems.map(({ kind, message }) => [kind, message]),
      [
        ["altered", "it is not what was stored: its checksum differs"],
        // Its array belongs to no run that can be trusted.
      ],
    );
    assert.match(problems[0]!.file, /^toy\/smoke\/cpu\/ali\/fixed\/replicate=1\.[0-9a-f]{16}\.json$/);
  });

  test("tells an array that was altered, and one that is gone", () => {
    const { store, places } = filled();
    const arrays = places.slice(0, 2).map((place) => store.path(place).replace(/json$/, "samples"));
    appendFileSync(arrays[0]!, "x");
    rmSync(arrays[1]!);
    assert.deepEqual(problemsOf(store).sort(), ["altered", "missing"]);
  });

  test("tells a record in another run's place, with another run's key, and one that is none", () => {
    const { store, places } = filled();
    renameSync(store.path(places[0]!), store.path(placeOf(5)));
    assert.ok(problemsOf(store).includes("foreign"));
    const other = filled();
    edit(other.store.path(other.places[2]!), (record) => {
      record.spec.updates = 31;
      delete record.checksum;
    });
    assert.deepEqual(problemsOf(other.store), ["altered"]);
    const third = filled();
    writeFileSync(third.store.path(third.places[2]!), "{");
    assert.deepEqual(problemsOf(third.store), ["unreadable"]);
    for (const text of ["null", "3", "[]"]) {
      writeFileSync(third.store.path(third.places[2]!), text);
      assert.deepEqual(problemsOf(third.store), ["unreadable"]);
    }
  });

  test("tells files that no run names, and names that no store has", () => {
    const { store, places } = filled();
    writeFileSync(store.path(places[0]!).replace(/json$/, "extra"), "?");
    writeFileSync(join(store.folder, "toy", "notes.txt"), "?");
    assert.deepEqual(problemsOf(store), ["foreign", "foreign"]);
  });

  test("tells a run whose upstream is not here, and none whose is", () => {
    const { store, places } = filled();
    const { spec } = places[0]!;
    const after = placeOf(9);
    const needing = (specSha: string): RunPlace => ({
      ...after,
      spec: { ...after.spec, needs: { suite: spec.suite, path: spec.path, specSha256: specSha } },
    });
    const write = (place: RunPlace): void => {
      const keyed = { ...place, key: placeOf(9, place.spec.needs).key };
      store.write(keyed, recordOf(keyed, "diverged"));
    };
    write(needing(specSha256(spec)));
    assert.deepEqual(problemsOf(store), []);
    write(needing("0"));
    assert.deepEqual(problemsOf(store), ["missing"]);
  });

  test("of an older version has records without a checksum, and says so", () => {
    const { store, places } = filled();
    edit(store.path(places[0]!), (record) => delete record.checksum);
    const { unsealed, problems } = verifyStore(store.folder);
    assert.deepEqual([unsealed, problems], [1, []]);
    assert.equal(store.read(places[0]!)?.record.state, "finished");
  });
});
