/** The cache of prepared data: found, trusted only as far as it can be, made anew, never half. */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import {
  chmodSync,
  closeSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  truncateSync,
  utimesSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { join } from "node:path";
import { describe, test } from "node:test";
import { allOf, cache, importFrom, newFolder, preparedFolders, root } from "../fixtures/cache-for-tests.ts";
import { refusal } from "../fixtures/refusal.ts";
import { writeSvhn } from "../fixtures/svhn-files.ts";
import type { ImageData } from "../image-data.ts";
import { findImages, openImages } from "../images.ts";
import { requireRoom } from "./disk.ts";
import { dataFolder, folderOf, readManifest, writeManifest } from "./manifest.ts";

const from = newFolder();
writeSvhn(from, { train: 22, test: 3, extra: 30 });
const data = await importFrom("svhn", from);
const file = (name: string): string => join(folderOf(data.name, cache), name);
const pristine = allOf(data, "extra");

/** Changes one byte and nothing else that can be seen from outside, but for the time. */
function flip(name: string): void {
  const bytes = readFileSync(file(name));
  const out = openSync(file(name), "r+");
  writeSync(out, Buffer.of(bytes[100]! ^ 1), 0, 1, 100);
  closeSync(out);
  utimesSync(file(name), new Date(), new Date(Date.now() + 5_000));
}
const assertPristine = (): void => assert.deepEqual(allOf(data, "extra").pixel(0, 1, 1), pristine.pixel(0, 1, 1));

describe("a reader", () => {
  test("gives rows in any order, repeated ones too, both ways", async () => {
    const reader = openImages(data, "extra");
    const rows = Int32Array.of(29, 0, 7, 7);
    const all = reader.readSync(Array.from({ length: 30 }, (_, row) => row));
    const expected = Buffer.concat(Array.from(rows, (row) => all.subarray(row * 3072, (row + 1) * 3072)));
    assert.deepEqual(Buffer.from(await reader.read(rows)), expected);
    assert.deepEqual(Buffer.from(reader.readSync(rows)), expected);
    assert.equal((await reader.read([])).length, 0);
    reader.close();
  });
  test("refuses a row that there is not", async () => {
    const reader = openImages(data, "extra");
    assert.throws(() => reader.readSync([0, 30]), /row 30 of 30 images; rows go from 0 to 29/);
    await assert.rejects(() => reader.read([-1]), /row -1 of 30/);
    await assert.rejects(() => reader.read([0.5]), /row 0.5 of 30/);
    reader.close();
  });
  test("is not opened on a split that there is not, or on data that are not here", () => {
    assert.throws(
      () => openImages(data, "valid"),
      refusal(/no split "valid". Splits: extra, train, validation, test/, 2),
    );
    assert.throws(() => openImages({ ...data, name: "svhn" }, "extra"), /svhn is not prepared here .*\n.*fetch svhn/);
    assert.throws(
      () => openImages({ ...data, sha256: "0".repeat(64) }, "extra"),
      refusal(/not what it was when this began/),
    );
  });
});

describe("what is found", () => {
  const found = (): string | undefined => findImages("svhn")?.name;
  const edit = (name: string, change: object): void =>
    writeManifest(folderOf(name, cache), { ...readManifest(folderOf(name, cache))!, ...change });

  test("is nothing where nothing is", () => assert.equal(findImages("celeba"), undefined));
  test("is the stand-in that was imported last, unless the published data are here", async () => {
    const other = newFolder();
    writeSvhn(other, { train: 22, test: 4, extra: 5 });
    const later = await importFrom("svhn", other);
    assert.deepEqual([found(), preparedFolders().length], [later.name, 2]);
    await importFrom("svhn", from);
    assert.deepEqual([found(), preparedFolders().length], [data.name, 2], "imported once more");
    edit(later.name, { official: true });
    assert.equal(found(), later.name);
    edit(later.name, { preparation: 0 });
    assert.equal(found(), data.name, "those of another version are no longer what would be made");
    rmSync(folderOf(later.name, cache), { recursive: true });
  });
  test("is never half-prepared, damaged in its manifest, or under another name", () => {
    renameSync(folderOf(data.name, cache), join(dataFolder(cache), `svhn.1.partial`));
    assert.equal(found(), undefined);
    renameSync(join(dataFolder(cache), "svhn.1.partial"), join(dataFolder(cache), "svhn"));
    assert.equal(found(), undefined);
    renameSync(join(dataFolder(cache), "svhn"), folderOf(data.name, cache));
    const manifest = readFileSync(file("manifest.json"));
    writeFileSync(file("manifest.json"), manifest.subarray(0, 200));
    assert.equal(found(), undefined);
    writeFileSync(file("manifest.json"), manifest);
    assert.equal(found(), data.name);
  });
});

describe("damaged data", () => {
  test("whose times alone differ are looked at once, and taken", () => {
    const when = new Date(2020, 1, 1);
    utimesSync(file("extra.pixels"), when, when);
    assertPristine();
    const noted = readManifest(folderOf(data.name, cache))!.files.find(({ path }) => path === "extra.pixels");
    assert.equal(noted?.mtimeMs, when.getTime());
  });
  const damages: readonly (readonly [string, () => void])[] = [
    ["in a byte", () => flip("extra.pixels")],
    ["cut off", () => truncateSync(file("extra.pixels"), 3072)],
    ["gone", () => rmSync(file("extra.labels"))],
  ];
  for (const [what, damage] of damages)
    test(`${what}, are made anew from their sources`, () => {
      damage();
      assertPristine();
      assert.deepEqual(allOf(data, "extra").labels, pristine.labels);
      assert.deepEqual(preparedFolders(), [data.name]);
    });
  test("of another split are left alone", () => {
    flip("test.pixels");
    assertPristine();
    assert.equal(allOf(data, "test").count, 3);
  });
  test("are an error where the sources are gone, or others", () => {
    flip("extra.pixels");
    renameSync(from, `${from}-away`);
    assert.throws(
      () => openImages(data, "extra"),
      refusal(
        /broken \(the contents of extra.pixels have changed\) and cannot be made anew: There is no train_32x32.mat/,
      ),
    );
    writeSvhn(from, { train: 22, test: 3, extra: 31 });
    assert.throws(() => openImages(data, "extra"), refusal(/now gives other images \(svhn-stand-in-/));
    assert.deepEqual(preparedFolders(), [data.name], "and nothing else was made");
    rmSync(from, { recursive: true });
    renameSync(`${from}-away`, from);
    assertPristine();
  });
});

describe("an import", () => {
  const big = newFolder();
  writeSvhn(big, { train: 22, test: 3, extra: 4_000 });

  test("that is stopped leaves nothing", async () => {
    const stop = new AbortController();
    const before = preparedFolders();
    const { prepare } = await import("./prepare.ts");
    const { publicationOf } = await import("../sources/index.ts");
    const progress = (what: string): void => {
      if (what.startsWith("images of extra")) stop.abort();
    };
    const importing = prepare(publicationOf("svhn"), big, { cache, signal: stop.signal, progress });
    await assert.rejects(importing, { name: "AbortError" });
    assert.deepEqual(preparedFolders(), before);
  });

  test("that was killed leaves what the next one removes", async () => {
    const script = join(root, "import.mts");
    const module = (path: string): string => JSON.stringify(join(import.meta.dirname, path));
    writeFileSync(
      script,
      `import { prepare } from ${module("prepare.ts")};
       import { publicationOf } from ${module("../sources/index.ts")};
       const progress = (what) => { if (what.startsWith("images of extra")) process.kill(process.pid, "SIGKILL"); };
       await prepare(publicationOf("svhn"), ${JSON.stringify(big)}, { cache: ${JSON.stringify(cache)}, signal: new AbortController().signal, progress });`,
    );
    const child = spawn(process.execPath, ["--import", import.meta.resolve("tsx"), script], { stdio: "ignore" });
    await new Promise((done) => child.once("exit", done));
    assert.equal(
      preparedFolders().some((name) => name.endsWith(".partial")),
      true,
    );
    assert.equal(findImages("svhn")?.name, data.name);
    await importFrom("svhn", from);
    assert.deepEqual(preparedFolders(), [data.name]);
  });

  test("beside another waits for it, and both are whole", async () => {
    const [one, two] = await Promise.all([importFrom("svhn", big), importFrom("svhn", big)]);
    assert.equal(one.sha256, two.sha256);
    assert.equal(allOf(one, "extra").count, 4_000);
    rmSync(folderOf(one.name, cache), { recursive: true });
  });

  test("asks for room first", () =>
    assert.throws(
      () => requireRoom(root, 1e18, "Preparing it"),
      refusal(/Preparing it takes 1000000000.0 GB in .* are free/),
    ));

  test("into a cache that cannot be written says so", {
    skip: process.getuid?.() === 0 ? "root may write anywhere" : false,
  }, async () => {
    const readOnly = join(root, "read-only");
    mkdirSync(readOnly);
    chmodSync(readOnly, 0o500);
    const { prepare } = await import("./prepare.ts");
    const { publicationOf } = await import("../sources/index.ts");
    const options = { cache: join(readOnly, "cache"), signal: new AbortController().signal, progress: () => {} };
    await assert.rejects(prepare(publicationOf("svhn"), from, options), refusal(/cannot be written: .*ALI_CACHE/));
  });
});

test("equal images have equal hashes, other images others", async () => {
  const copy = newFolder();
  writeSvhn(copy, { train: 22, test: 3, extra: 30 });
  assert.equal((await importFrom("svhn", copy)).sha256, data.sha256);
  writeSvhn(copy, { train: 22, test: 3, extra: 31 });
  const other: ImageData = await importFrom("svhn", copy);
  assert.notEqual(other.sha256, data.sha256);
  assert.notEqual(other.name, data.name);
});
