/** Prepared data that are not what they were, for those who only read them: what makes them anew is another process. */
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { EXIT, HarnessError } from "../../harness/errors.ts";
import type { Manifest } from "./manifest.ts";

const TSX = import.meta.resolve("tsx");

export const broken = (
  { name, importer, from }: Manifest,
  damage: string,
  why: string,
  cause?: unknown,
): HarnessError =>
  new HarnessError(
    `The prepared data ${name} are broken (${damage}) ${why} Put the files back into ${from}, or run "npm run dataset -- remove ${name}" and import ${importer} again.`,
    EXIT.cannotJudge,
    { cause },
  );

/** Makes them anew (rebuild.ts) before it comes back. @throws HarnessError when that is impossible */
export function rebuildNow(manifest: Manifest, damage: string): void {
  process.stderr.write(
    `The prepared data ${manifest.name} are broken (${damage}): making them anew from ${manifest.from}.\n`,
  );
  const script = join(import.meta.dirname, "..", "rebuild-main.ts");
  const { status, stderr } = spawnSync(process.execPath, ["--import", TSX, script, manifest.name, damage], {
    encoding: "utf8",
    stdio: ["ignore", "ignore", "pipe"],
  });
  if (status !== 0)
    throw new HarnessError(stderr.trim() || `Making ${manifest.name} anew was interrupted.`, EXIT.cannotJudge);
}
