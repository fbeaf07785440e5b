/**
 * Starts the program, main.ts, by tsx. Its help needs none of the suites and hardly any of the rest: that part is kept
 * compiled among the packages' caches, and made anew when a file of it has changed.
 */
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, renameSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";

const ROOT = import.meta.dirname;
/** Checkouts may share their packages. */
const CHECKOUT = createHash("sha256").update(ROOT).digest("hex").slice(0, 16);
const COMPILED = join(ROOT, "node_modules", ".cache", "help", `${CHECKOUT}.mjs`);

const args = process.argv.slice(2).filter((arg) => arg !== "--");
const asksForHelp = args.length === 0 || (args.length === 1 && args[0] === "--help");
if (asksForHelp && (isFresh() || (await compile()))) await import(pathToFileURL(COMPILED).href);
else {
  await import("tsx");
  await import("./main.ts");
}

/** Whether each file is as it was: its first line says when they were changed, and how large they were. */
function isFresh() {
  try {
    const [first] = readFileSync(COMPILED, "utf8").split("\n", 1);
    return first === stampsOf(Object.keys(JSON.parse(first.slice(2))));
  } catch {
    return false;
  }
}

function stampsOf(files) {
  const stamps = files.map((file) => {
    const { mtimeMs, size } = statSync(join(ROOT, file));
    return [file, `${mtimeMs} ${size}`];
  });
  return `//${JSON.stringify(Object.fromEntries(stamps))}`;
}

/** Bundles main.ts with what it imports at once; what it loads later stays outside. False where that cannot be kept. */
async function compile() {
  try {
    const { build } = await import("esbuild");
    const later = ({ kind, path }) => (kind === "dynamic-import" ? { path, external: true } : undefined);
    const { metafile, outputFiles } = await build({
      absWorkingDir: ROOT,
      entryPoints: ["main.ts"],
      bundle: true,
      minifySyntax: true,
      minifyWhitespace: true,
      write: false,
      metafile: true,
      format: "esm",
      platform: "node",
      target: "node20",
      logLevel: "silent",
      plugins: [{ name: "later", setup: ({ onResolve }) => onResolve({ filter: /./ }, later) }],
    });
    mkdirSync(dirname(COMPILED), { recursive: true });
    const temporary = `${COMPILED}.${process.pid}`;
    writeFileSync(temporary, `${stampsOf(Object.keys(metafile.inputs))}\n${outputFiles[0].text}`);
    renameSync(temporary, COMPILED);
    return true;
  } catch {
    return false;
  }
}
