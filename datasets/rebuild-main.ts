/** `rebuild-main.ts NAME DAMAGE` makes prepared data anew; what went wrong stands on standard error, and the code is 3. */
import { EXIT, messageOf } from "../harness/errors.ts";
import { cacheDir } from "../harness/files/cache-dir.ts";
import { folderOf, readManifest } from "./prepared/manifest.ts";
import { rebuild } from "./rebuild.ts";

const [, , name = "", damage = ""] = process.argv;
const cache = cacheDir();
const manifest = readManifest(folderOf(name, cache));
try {
  if (!manifest) throw new Error(`${name} is gone.`);
  await rebuild(manifest, damage, { cache, signal: new AbortController().signal, progress: () => {} });
} catch (error) {
  console.error(messageOf(error));
  process.exitCode = EXIT.cannotJudge;
}
