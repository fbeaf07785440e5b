import assert from "node:assert/strict";
import {
  appendFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { after, describe, test } from "node:test";
import type { RunRecord } from "../contract/run.ts";
import { EventFile } from "./event-file.ts";
import { placeOf, recordOf } from "./fixtures/records.ts";
import { writePictures } from "./pictures.ts";
import { recordSha256 } from "./revalidation.ts";
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
/** What is to be seen of a training: curve and a picture. */
function writeWatched(folder: string): string {
  const events = new EventFile(folder, 0);
  events.append([1, 2].map((update) => ({ update, wallTimeMs: 1e12, values: { loss: update } })));
  writePictures(folder, 2, { grid: { shape: [1, 1, 3], data: Uint8Array.of(1, 2, 3) } });
  return join(folder, readdirSync(folder).find((name) => name.startsWith("events"))!);
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
    for (const folder of [`${stem}.training`, `${stem}.training.stale`]) writeWatched(folder);
    const verified = { runs: 3, files: 13, unsealed: 0, noResults: 5, withoutWeights: 0, chain: null, problems: [] };
    assert.deepEqual(verifyStore(store.folder), verified);
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

  test("tells what is foreign or altered of what was to be seen of a training", () => {
    const { store, places } = filled();
    const folder = store.trainingFolder(places[0]!);
    const events = writeWatched(folder);
    assert.deepEqual(problemsOf(store), []);
    writeFileSync(join(folder, "notes.txt"), "?");
    const bytes = readFileSync(events);
    bytes[bytes.length - 6]! ^= 1;
    writeFileSync(events, bytes);
    assert.deepEqual(problemsOf(store), ["altered", "foreign"]);
  });

  test("tells a folder where a file should be, and goes on", () => {
    const { store, places } = filled();
    const array = store.path(places[0]!).replace(/json$/, "samples");
    rmSync(array);
    mkdirSync(array);
    appendFileSync(store.path(places[1]!).replace(/json$/, "samples"), "x");
    assert.deepEqual(problemsOf(store), ["unreadable", "altered"]);
  });

  test("tells what a check found that was edited; one without a checksum is by an older version", () => {
    const { store, places } = filled();
    const { record } = store.read(places[0]!)!;
    store.writeRevalidation(places[0]!, {
      format: "reproducibility-revalidation",
      version: 1,
      key: record.key,
      sourceSha256: "1",
      at: "now",
      recordSha256: recordSha256(record),
      engine: record.provenance.engine,
      finding: { verdict: "stale", differences: [{ what: "metric modes", stored: "9", now: "8" }] },
    });
    assert.deepEqual(verifyStore(store.folder).problems, []);
    const file = store.path(places[0]!).replace(/json$/, "revalidation.json");
    const written = JSON.parse(readFileSync(file, "utf8"));
    writeFileSync(file, JSON.stringify({ ...written, finding: { verdict: "stands" } }));
    assert.deepEqual(problemsOf(store), ["altered"]);
    assert.throws(() => store.readRevalidation(places[0]!, record), { exitCode: 3, message: /its checksum differs/ });
    const { checksum: _, ...older } = written;
    writeFileSync(file, JSON.stringify(older));
    const { unsealed, problems } = verifyStore(store.folder);
    assert.deepEqual([unsealed, problems], [1, []]);
    assert.equal(store.readRevalidation(places[0]!, record)?.finding.verdict, "stale");
  });

  test("of an older version has records without a checksum, and says so", () => {
    const { store, places } = filled();
    edit(store.path(places[0]!), (record) => delete record.checksum);
    const { unsealed, problems } = verifyStore(store.folder);
    assert.deepEqual([unsealed, problems], [1, []]);
    assert.equal(store.read(places[0]!)?.record.state, "finished");
  });
});
