/** Makes damaged data anew from what they were made of, if that gives the very same. */
import { rmSync } from "node:fs";
import { EXIT, HarnessError, messageOf } from "../harness/errors.ts";
import { broken } from "./prepared/broken.ts";
import { damageOf } from "./prepared/check.ts";
import { folderOf, type Manifest, PREPARATION, readManifest } from "./prepared/manifest.ts";
import { type PrepareOptions, prepare } from "./prepared/prepare.ts";
import { publicationOf } from "./sources/index.ts";

/** @throws HarnessError when its sources are not there any more, or give other data */
export async function rebuild(manifest: Manifest, damage: string, options: PrepareOptions): Promise<Manifest> {
  const { name, from, sha256, preparation } = manifest;
  const soundNow = (): Manifest | undefined => {
    const there = readManifest(folderOf(name, options.cache));
    const isSame = there?.sha256 === sha256 && there.preparation === PREPARATION;
    return isSame && damageOf(there, options.cache, () => true) === undefined ? there : undefined;
  };
  const accept = (made: Manifest): void => {
    if (preparation === PREPARATION && (made.name !== name || made.sha256 !== sha256))
      throw new HarnessError(`what is in ${from} now gives other images (${made.name})`, EXIT.cannotJudge);
  };
  try {
    const made = await prepare(publicationOf(manifest.importer), from, { ...options, accept, unless: soundNow });
    // Another version of the preparation may give a stand-in another name.
    if (made.name !== name) rmSync(folderOf(name, options.cache), { recursive: true, force: true });
    return made;
  } catch (error) {
    if (!(error instanceof HarnessError)) throw error;
    throw broken(manifest, damage, `and cannot be made anew: ${messageOf(error)}`, error);
  }
}
