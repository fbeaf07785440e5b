/** What the chain of a store makes seen: records and links that are removed or replaced, and nothing that may happen. */
import assert from "node:assert/strict";
import { copyFileSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, it } from "node:test";
import type { RunRecord } from "../contract/run.ts";
import { Chain } from "./chain.ts";
import { placeOf, recordOf } from "./fixtures/records.ts";
import { sealed } from "./sealed.ts";
import { type RunPlace, Store } from "./store.ts";
import { verifyStore } from "./verify.ts";

const root = mkdtempSync(join(tmpdir(), "chain-test-"));
after(() => rmSync(root, { recursive: true, force: true }));
let folders = 0;

const places = [0, 1, 2].map((replicate) => placeOf(replicate));
const [first, second, third] = places as [RunPlace, RunPlace, RunPlace];

/** A store of three runs, each listed by a link of its own. */
function chained(): Store {
  const store = Store.open(join(root, String(folders++)), { create: true });
  for (const place of places) {
    store.write(place, recordOf(place));
    Chain.read(store.folder).takeUp();
  }
  return store;
}
const linkOf = ({ folder }: Store, name: string | number): string =>
  join(folder, "chain", typeof name === "number" ? `00000${name}.json` : name);
const linksOf = ({ folder }: Store): string[] => readdirSync(join(folder, "chain")).sort();
/** Kinds and files of what is wrong. */
const problemsOf = ({ folder }: Store): string[] =>
  verifyStore(folder).problems.map(({ kind, file }) => `${kind} ${file}`);
/** What is wrong, also when further links were added. */
function lastingProblemsOf(store: Store): string[] {
  const before = problemsOf(store);
  for (const replicate of [7, 8]) {
    store.write(placeOf(replicate), recordOf(placeOf(replicate)));
    Chain.read(store.folder).takeUp();
  }
  assert.deepEqual(problemsOf(store), before, "it stays so");
  return before;
}

describe("the chain of a store", () => {
  it("lists each record once, and gets no link where nothing is new", () => {
    const store = chained();
    const chain = Chain.read(store.folder);
    assert.deepEqual(
      [...chain.latest.keys()],
      places.map((place) => store.name(place)),
    );
    chain.takeUp();
    Chain.read(store.folder).takeUp(places.map((place) => store.name(place)));
    assert.deepEqual(linksOf(store), ["000001.json", "000002.json", "000003.json", "head.json"]);
    const { problems, chain: verified } = verifyStore(store.folder);
    assert.deepEqual([problems, verified!.links, verified!.unlisted, verified!.again], [[], 3, 0, 0]);
  });

  it("of a store that was there before it begins with all that is stored", () => {
    const store = Store.open(join(root, String(folders++)), { create: true });
    for (const place of places) store.write(place, recordOf(place));
    assert.deepEqual([verifyStore(store.folder).chain, problemsOf(store)], [null, []]);
    Chain.read(store.folder).takeUp();
    assert.equal(Chain.read(store.folder).latest.size, 3);
    assert.equal(Store.open(store.folder, { create: false }).read(first)!.record.state, "finished");
  });

  it("tells a record that was deleted, moved away or renamed, for good", () => {
    const store = chained();
    rmSync(store.path(first));
    renameSync(store.path(second), `${store.path(second)}.stale`);
    assert.deepEqual(lastingProblemsOf(store), [`missing ${store.name(first)}`, `missing ${store.name(second)}`]);
    rmSync(join(store.folder, "toy"), { recursive: true });
    assert.equal(problemsOf(store).length, 5);
  });

  it("tells a record that was replaced by another whole one, or lost its checksum", () => {
    const store = chained();
    const better = { ...recordOf(first), metrics: { modes: 10 } } as RunRecord;
    writeFileSync(store.path(first), JSON.stringify(sealed(better)));
    const { checksum: _, ...older } = JSON.parse(readFileSync(store.path(second), "utf8"));
    writeFileSync(store.path(second), JSON.stringify(older));
    const { unsealed } = verifyStore(store.folder);
    assert.deepEqual(
      [unsealed, ...lastingProblemsOf(store)],
      [1, `altered ${store.name(first)}`, `altered ${store.name(second)}`],
    );
  });

  it("takes a record without a checksum that was one when it was listed", () => {
    const store = chained();
    const place = placeOf(4);
    writeFileSync(store.path(place), JSON.stringify(recordOf(place)));
    Chain.read(store.folder).takeUp();
    const { unsealed, problems } = verifyStore(store.folder);
    assert.deepEqual([unsealed, problems], [1, []]);
  });

  it("does not mind what was stored and not listed, as after a kill, and says how many", () => {
    const store = chained();
    store.write(placeOf(4), recordOf(placeOf(4)));
    const { problems, chain } = verifyStore(store.folder);
    assert.deepEqual([problems, chain!.unlisted], [[], 1]);
    Chain.read(store.folder).takeUp();
    assert.equal(verifyStore(store.folder).chain!.unlisted, 0);
  });

  it("lets a run that crashed be tried again, to whatever end, and no crash go away", () => {
    const store = chained();
    const place = placeOf(4);
    for (const state of ["crashed", "diverged"] as const) {
      store.write(place, recordOf(place, state));
      assert.deepEqual(problemsOf(store), []);
      assert.equal(verifyStore(store.folder).chain!.unlisted, 1);
      Chain.read(store.folder).takeUp();
      assert.equal(verifyStore(store.folder).chain!.unlisted, 0);
    }
    const other = placeOf(5);
    store.write(other, recordOf(other, "crashed"));
    Chain.read(store.folder).takeUp();
    rmSync(store.path(other));
    assert.deepEqual(problemsOf(store), [`missing ${store.name(other)}`]);
  });

  it("lets a run be set aside; one that a kill left in its place is listed again", () => {
    const store = chained();
    Chain.read(store.folder).append([first, second].map((place) => ({ what: "set-aside", file: store.name(place) })));
    store.setAside(first);
    const { problems, chain } = verifyStore(store.folder);
    assert.deepEqual([problems, chain!.unlisted], [[], 1]);
    Chain.read(store.folder).takeUp();
    rmSync(store.path(second));
    assert.deepEqual(problemsOf(store), [`missing ${store.name(second)}`]);
  });

  it("lets a run that had gone be done again, and says so", () => {
    const store = chained();
    rmSync(store.path(first));
    Chain.read(store.folder).takeUp([store.name(first), store.name(second), store.name(placeOf(9))]);
    assert.deepEqual(problemsOf(store), [`missing ${store.name(first)}`], "it is not done yet");
    store.write(first, { ...recordOf(first), metrics: { modes: 8 } } as RunRecord);
    Chain.read(store.folder).takeUp();
    const { problems, chain } = verifyStore(store.folder);
    assert.deepEqual([problems, chain!.again], [[], 1]);
  });
});

describe("a link of the chain", () => {
  const rewrite = (file: string, change: (json: Record<string, unknown>) => void): void => {
    const json = JSON.parse(readFileSync(file, "utf8"));
    change(json);
    writeFileSync(file, `${JSON.stringify(json, null, 1)}\n`);
  };

  for (const sequence of [1, 2, 3]) {
    it(`that is altered is seen for good, with what it listed: ${sequence} of 3`, () => {
      const store = chained();
      rewrite(linkOf(store, sequence), (link) => Object.assign(link, { entries: [] }));
      assert.deepEqual(lastingProblemsOf(store), [`altered chain/00000${sequence}.json`]);
    });

    it(`that is gone is missed for good: ${sequence} of 3`, () => {
      const store = chained();
      rmSync(linkOf(store, sequence));
      assert.deepEqual(lastingProblemsOf(store), [`missing chain/00000${sequence}.json`]);
    });
  }

  it("that is none is told, and those after it are read", () => {
    const store = chained();
    writeFileSync(linkOf(store, 1), "{");
    rmSync(store.path(third));
    assert.deepEqual(lastingProblemsOf(store), ["unreadable chain/000001.json", `missing ${store.name(third)}`]);
  });

  it("may be one ahead of what says which is the last, as a kill leaves it, and no more", () => {
    const store = chained();
    const head = linkOf(store, "head.json");
    const older = `${head}.older`;
    copyFileSync(head, older);
    store.write(placeOf(4), recordOf(placeOf(4)));
    Chain.read(store.folder).takeUp();
    copyFileSync(older, head);
    assert.deepEqual(problemsOf(store), []);
    Chain.read(store.folder).append([{ what: "set-aside", file: store.name(first) }]);
    store.setAside(first);
    assert.deepEqual(problemsOf(store), []);
    for (const damage of [() => copyFileSync(older, head), () => rmSync(head)]) {
      damage();
      assert.deepEqual(problemsOf(store), ["missing chain/head.json"]);
    }
  });

  it("is missed with all others when the whole chain is gone", () => {
    const store = chained();
    rmSync(join(store.folder, "chain"), { recursive: true });
    assert.deepEqual(problemsOf(store), ["missing chain/head.json"]);
    Chain.read(store.folder).takeUp();
    assert.deepEqual(problemsOf(store), ["missing chain/000001.json"]);
  });

  it("goes behind that of another machine that was first, and both stay", () => {
    const store = chained();
    const [here, there] = [Chain.read(store.folder), Chain.read(store.folder)];
    for (const [chain, place] of [
      [there, placeOf(4)],
      [here, placeOf(5)],
    ] as const) {
      store.write(place, recordOf(place));
      chain.append([{ what: "set-aside", file: store.name(place) }]);
      store.setAside(place);
    }
    assert.deepEqual([problemsOf(store), Chain.read(store.folder).links], [[], 5]);
    assert.equal(here.latest.get(store.name(placeOf(4)))?.what, "set-aside");
  });
});
