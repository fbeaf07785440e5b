/** The whole way of a person's own files: imported, listed, verified, removed. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdirSync, renameSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "node:test";
import { DATASETS } from "./command.ts";
import { allOf, cache, newFolder, preparedFolders } from "./fixtures/cache-for-tests.ts";
import { refusal } from "./fixtures/refusal.ts";
import { writeSvhn } from "./fixtures/svhn-files.ts";
import { findImages, howToGet } from "./images.ts";
import { readManifest, writeManifest } from "./prepared/manifest.ts";
import { CATALOGUE } from "./sources/catalogue.ts";
import { publicationOf } from "./sources/index.ts";

const watch = { signal: new AbortController().signal, progress: () => {} };
const from = newFolder();
writeSvhn(from, { train: 22, test: 3, extra: 4 });

describe("the catalogue", () => {
  test("has an importer for each, and says how to get it", () => {
    for (const { id } of CATALOGUE) assert.equal(publicationOf(id).id, id);
    assert.throws(() => publicationOf("svnh"), refusal(/Unknown dataset "svnh". Did you mean "svhn"/, 2));
    assert.match(howToGet("celeba"), /mmlab.*npm run dataset -- import celeba --from FOLDER/);
    assert.match(howToGet("imagenet-64"), /image-net\.org.* Or tiny-imagenet-200.*fetch tiny-imagenet-200/);
  });
  test("pins each file that is fetched", () => {
    for (const { get } of CATALOGUE)
      for (const file of typeof get === "string" ? [] : get) {
        assert.match(file.sha256, /^[0-9a-f]{64}$/);
        assert.equal(file.url.endsWith(`/${file.name}`), true);
      }
  });
});

describe("the command", () => {
  test("imports by the program itself", () => {
    const main = join(import.meta.dirname, "..", "main.js");
    const args = [main, "dataset", "import", "svhn", "--from", from, "--json"];
    const { status, stdout, stderr } = spawnSync(process.execPath, args, { encoding: "utf8" });
    assert.equal(status, 0, stderr);
    const { name, splits, sizeBytes } = JSON.parse(stdout);
    assert.equal(findImages("svhn")?.name, name);
    assert.deepEqual(splits, { extra: 4, train: 19, validation: 3, test: 3 });
    assert.ok(sizeBytes > 29 * 3073, String(sizeBytes));
    assert.equal(allOf(findImages("svhn")!, "extra").count, 4);
  });
  test("verifies contents, not times, and makes anew what is broken", async () => {
    const { name } = findImages("svhn")!;
    assert.equal((await DATASETS.verify(name, watch)).wasBroken, false);
    const { mtime } = statSync(join(cache, "data", name, "extra.pixels"));
    writeFileSync(join(cache, "data", name, "extra.pixels"), Buffer.alloc(4 * 3072));
    utimesSync(join(cache, "data", name, "extra.pixels"), mtime, mtime);
    assert.equal((await DATASETS.verify(name, watch)).wasBroken, true);
    assert.equal((await DATASETS.verify(name, watch)).wasBroken, false);
  });
  test("makes anew what another version prepared, under whatever name it has now", async () => {
    const { name } = findImages("svhn")!;
    const old = join(cache, "data", "svhn-stand-in-11111111");
    renameSync(join(cache, "data", name), old);
    writeManifest(old, { ...readManifest(old)!, name: "svhn-stand-in-11111111", preparation: 0 });
    assert.match(
      DATASETS.prepared()[0]!.problem!,
      /another version; run "npm run dataset -- verify svhn-stand-in-11111111"/,
    );
    const { data, wasBroken } = await DATASETS.verify("svhn-stand-in-11111111", watch);
    assert.deepEqual([data.name, wasBroken, preparedFolders()], [name, true, [name]]);
  });
  test("lists what cannot be used, with what to do, and removes it", async () => {
    mkdirSync(join(cache, "data", "svhn-stand-in-00000000"));
    const [broken] = DATASETS.prepared();
    assert.match(
      broken!.problem!,
      /no manifest that can be read; run "npm run dataset -- remove svhn-stand-in-00000000"/,
    );
    await assert.rejects(
      () => DATASETS.verify("svhn-stand-in-00000000", watch),
      refusal(/no manifest that can be read/),
    );
    await DATASETS.remove("svhn-stand-in-00000000", watch);
    assert.equal(preparedFolders().length, 1);
  });
  test("removes data, and what was fetched for them", async () => {
    const { name } = findImages("svhn")!;
    mkdirSync(join(cache, "downloads", name), { recursive: true });
    writeFileSync(join(cache, "downloads", name, "file"), Buffer.alloc(1000));
    assert.ok((await DATASETS.remove(name, watch)) > 1000 + 29 * 3073);
    assert.deepEqual([findImages("svhn"), preparedFolders()], [undefined, []]);
  });
  test("says what a program cannot fetch", () =>
    assert.rejects(() => DATASETS.fetch("celeba", watch), refusal(/celeba cannot be fetched by a program/)));
});
