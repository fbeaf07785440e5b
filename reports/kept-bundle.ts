/** A bundle that is kept among the packages' caches, and made anew when a file of it has changed. */
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, renameSync, statSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import type { BuildOptions } from "esbuild";
import { z } from "zod";

const ROOT = join(import.meta.dirname, "..");
const Kept = z.strictObject({ stamps: z.record(z.string(), z.string()), text: z.string() });

const PACKAGES = dirname(dirname(createRequire(import.meta.url).resolve("esbuild/package.json")));
const CACHE = join(PACKAGES, ".cache", "bundles");

/** The text of the one file that esbuild makes. Throws esbuild's own error. */
export function keptBundle(options: BuildOptions, cache = CACHE): string {
  const name = createHash("sha256")
    .update(JSON.stringify([ROOT, options]))
    .digest("hex")
    .slice(0, 16);
  const file = join(cache, `${name}.json`);
  const kept = read(file);
  if (kept !== undefined) return kept;
  const started = Date.now();
  const { buildSync } = createRequire(import.meta.url)("esbuild") as typeof import("esbuild");
  const { outputFiles, metafile } = buildSync({ ...options, absWorkingDir: ROOT, write: false, metafile: true });
  const text = outputFiles[0]!.text;
  keep(file, Object.keys(metafile.inputs), text, started);
  return text;
}

function read(file: string): string | undefined {
  try {
    const { stamps, text } = Kept.parse(JSON.parse(readFileSync(file, "utf8")));
    return Object.entries(stamps).every(([path, stamp]) => stampOf(path).stamp === stamp) ? text : undefined;
  } catch {
    return undefined;
  }
}

/** Nothing is kept where that cannot be, nor when a file was changed since `started`: of which text is it then? */
function keep(file: string, inputs: readonly string[], text: string, started: number): void {
  try {
    const stats = inputs.map((path) => [path, stampOf(path)] as const);
    if (stats.some(([, { changed }]) => changed >= started)) return;
    const stamps = Object.fromEntries(stats.map(([path, { stamp }]) => [path, stamp]));
    mkdirSync(dirname(file), { recursive: true });
    const temporary = `${file}.${process.pid}`;
    writeFileSync(temporary, JSON.stringify({ stamps, text } satisfies z.infer<typeof Kept>));
    renameSync(temporary, file);
  } catch {
    // The bundle is made again the next time.
  }
}

function stampOf(path: string): { readonly changed: number; readonly stamp: string } {
  const { mtimeMs, size } = statSync(join(ROOT, path));
  return { changed: mtimeMs, stamp: `${mtimeMs} ${size}` };
}
