import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { keptBundle } from "./kept-bundle.ts";

const folder = mkdtempSync(join(tmpdir(), "bundle-test-"));
after(() => rmSync(folder, { recursive: true, force: true }));

const cache = join(folder, "cache");
const [entry, other] = [join(folder, "entry.ts"), join(folder, "other.ts")];
let time = Date.now() / 1000 - 1_000;
const write = (file: string, text: string): void => {
  writeFileSync(file, text);
  time += 1;
  utimesSync(file, time, time);
};
const bundle = (into = cache): string => keptBundle({ entryPoints: [entry], bundle: true, minify: true }, into);

test("a bundle is made once, and anew when a file of it has changed", () => {
  write(other, "export const said: string = 'one';");
  write(entry, "import { said } from './other.ts'; console.log(said);");
  assert.match(bundle(), /"one"/);
  const [kept] = readdirSync(cache);
  const file = join(cache, kept!);
  writeFileSync(file, readFileSync(file, "utf8").replace("one", "kept"));
  assert.match(bundle(), /"kept"/);
  write(other, "export const said: string = 'two';");
  assert.match(bundle(), /"two"/);
  assert.deepEqual(readdirSync(cache), [kept]);
});

test("a bundle whose file was changed only now is not kept, nor is one where nothing can be", () => {
  const fresh = join(folder, "fresh");
  writeFileSync(other, "export const said: string = 'three';");
  utimesSync(other, Date.now() / 1000 + 5, Date.now() / 1000 + 5);
  assert.match(bundle(fresh), /"three"/);
  assert.throws(() => readdirSync(fresh), { code: "ENOENT" });
  write(other, "export const said: string = 'four';");
  assert.match(bundle(entry), /"four"/); // a file stands where the folder would be
});

test("a broken file of the cache is not trusted", () => {
  const [kept] = readdirSync(cache);
  writeFileSync(join(cache, kept!), "{");
  assert.match(bundle(), /"four"/);
});
