/** Compiles all test files at once: loading sources one by one costs each test process more than most tests do. */
import { readFileSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { build, type Loader } from "esbuild";
import { ROOT } from "./source-tree.ts";

/**
 * The compiled files, in the same order. They stand among the packages' caches, say of themselves that they stand where
 * their sources do, and have maps for stacks (`--enable-source-maps`). @throws Error for a source that cannot be compiled
 */
export async function compileTests(files: readonly string[]): Promise<string[]> {
  const folder = join(ROOT, "node_modules", ".cache", "tests");
  rmSync(folder, { recursive: true, force: true });
  await build({
    absWorkingDir: ROOT,
    entryPoints: [...files],
    outdir: folder,
    outbase: ".",
    outExtension: { ".js": ".mjs" },
    bundle: true,
    splitting: true,
    packages: "external",
    format: "esm",
    platform: "node",
    target: "node20",
    define: PLACES,
    sourcemap: "linked",
    sourcesContent: false,
    logLevel: "error",
    plugins: [{ name: "places", setup: ({ onLoad }) => onLoad({ filter: /\.[jt]s$/ }, inItsPlace) }],
  });
  return files.map((file) => join(folder, file.replace(/ts$/, "mjs")));
}

/** Names of a file's constants in the place of what it says of itself; strings that contain such words stay as they are. */
const PLACES: Readonly<Record<string, string>> = {
  "import.meta.dirname": "importMetaDirname",
  "import.meta.filename": "importMetaFilename",
  "import.meta.url": "importMetaUrl",
};

function inItsPlace({ path }: { path: string }): { contents: string; loader: Loader } {
  const text = readFileSync(path, "utf8");
  const places = { dirname: dirname(path), filename: path, url: pathToFileURL(path).href };
  const said = Object.entries(places).filter(([name]) => text.includes(`import.meta.${name}`));
  const constants = said.map(([name, place]) => `const ${PLACES[`import.meta.${name}`]} = ${JSON.stringify(place)};`);
  const contents = `${constants.join(" ")}${text}`;
  return { contents, loader: path.endsWith(".ts") ? "ts" : "js" };
}
