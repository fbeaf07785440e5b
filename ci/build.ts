/**
 * `npm run build` makes the package's JavaScript and declarations in `dist/`: tsc compiles harness and reports, and the files
 * that the program reads next to its code are copied.
 */
import { spawnSync } from "node:child_process";
import { cpSync, rmSync, statSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, relative } from "node:path";
import { ROOT } from "./source-tree.ts";

const DIST = join(ROOT, "dist");
/** Folders with files that the program reads as it runs, or imports as they are. */
const ASSETS = ["harness/bench", "harness/svm", "harness/worker", "reports/client", "reports/templates"];
const isAsset = (path: string): boolean =>
  statSync(path).isDirectory()
    ? !["fixtures", "testing"].some((name) => path.endsWith(`/${name}`))
    : /\.(hbs|css|cjs|mjs|js|c|d\.ts)$/.test(path);

/** Throws where tsc finds an error. */
export function build(): void {
  rmSync(DIST, { recursive: true, force: true });
  const tsc = join(dirname(createRequire(import.meta.url).resolve("typescript/package.json")), "bin", "tsc");
  const { status } = spawnSync(process.execPath, [tsc, "-p", join(ROOT, "tsconfig.build.json")], { stdio: "inherit" });
  if (status !== 0) throw new Error(`tsc ended with exit code ${status}`);
  for (const folder of ASSETS)
    cpSync(join(ROOT, folder), join(DIST, folder), { recursive: true, filter: (path) => isAsset(path) });
}

if (process.argv[1] === import.meta.filename) {
  build();
  console.log(`Built ${relative(process.cwd(), DIST)}. npm pack makes the package of it.`);
}
