/**
 * Starts a program: its main module and all that it imports, compiled ahead, kept among the packages' caches and made anew
 * when a file of it has changed. A person's own model, whose module imports sources too, is compiled with it. tsx takes the
 * sources as they are where nothing can be compiled or kept.
 */
import { createHash } from "node:crypto";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmdirSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { SourceMap } from "node:module";
import { tmpdir } from "node:os";
import { basename, dirname, join, relative, resolve } from "node:path";
import { pathToFileURL } from "node:url";

const ROOT = dirname(import.meta.dirname);
const sha256 = (text) => createHash("sha256").update(text).digest("hex").slice(0, 16);
const STAMPS = "stamps.json";
/** Holds the paths of the modules that were compiled: the main one, and a person's own. */
const MAIN = "main";
/** Where packages are: here or in a folder above, as Node looks for them. */
const PACKAGES = packagesFrom(ROOT);
/** Written anew by each installation: whether a package has changed. */
const INSTALLED = relative(ROOT, join(PACKAGES, ".package-lock.json"));
const THIS = relative(ROOT, import.meta.filename);
/** Packages that find files by their own place, or hold state that other modules must share. */
const OUTSIDE = ["axe-core", "esbuild", "node-api-headers", "playwright-core", "sharp", "tsx"];
/** Environment variable with the path of a person's own module, which worker processes inherit. */
const OWN_MODULE = "HARNESS_OWN_MODULE";
/** Environment variable with the path of that module compiled, for `loadModel` (harness/worker/changed-model.ts). */
const OWN_COMPILED = "HARNESS_OWN_COMPILED";
const OWN_NAME = "own-module";
const HOUR = 3_600_000;

/** @param {string} main module, by its path in the checkout */
export async function start(main) {
  const args = process.argv.slice(2).filter((arg) => arg !== "--");
  if (args[0] !== "worker") setEnvironment(OWN_MODULE, ownModule(args));
  const own = process.env[OWN_MODULE];
  const modules = [join(ROOT, main), ...(own === undefined ? [] : [own])];
  /** Checkouts may share their packages. */
  const cache = join(PACKAGES, ".cache", "program", sha256(modules.join("\n")));
  const folder = kept(cache) ?? (await compile(modules, cache));
  setEnvironment(OWN_COMPILED, folder && own && join(folder, `${OWN_NAME}.mjs`));
  if (folder === undefined) {
    // tsx keeps its own copies among temporary files, and does not start where it cannot.
    if (!canBeWritten(tmpdir())) process.env.TSX_DISABLE_CACHE = "1";
    await import("tsx");
    await import(pathToFileURL(join(ROOT, main)).href);
  } else {
    keep(folder);
    nameSourcesInStacks(folder);
    await import(pathToFileURL(join(folder, basename(main).replace(/ts$/, "mjs"))).href);
  }
}

/** The path of the module that `compare --model` takes, the last one as yargs does. */
function ownModule(args) {
  if (args[0] !== "compare") return undefined;
  const given = args.flatMap((arg, i) =>
    arg === "--model" ? args.slice(i + 1, i + 2) : arg.startsWith("--model=") ? [arg.slice("--model=".length)] : [],
  );
  return given.length > 0 ? resolve(given.at(-1)) : undefined;
}

function setEnvironment(name, value) {
  if (value === undefined) delete process.env[name];
  else process.env[name] = value;
}

function canBeWritten(folder) {
  try {
    rmdirSync(mkdtempSync(join(folder, "program-")));
    return true;
  } catch {
    return false;
  }
}

function packagesFrom(folder) {
  const here = join(folder, "node_modules");
  return existsSync(here) || dirname(folder) === folder ? here : packagesFrom(dirname(folder));
}

/** The folder of what was compiled from files that are as they were when they were compiled. */
function kept(cache) {
  try {
    const stamps = readFileSync(join(cache, STAMPS), "utf8");
    const folder = join(cache, sha256(stamps));
    statSync(folder);
    return stamps === stampsOf(Object.keys(JSON.parse(stamps))).text ? folder : undefined;
  } catch {
    return undefined;
  }
}

/** When the files were changed, and how large they are. */
function stampsOf(files) {
  const stats = files.map((file) => [file, statSync(join(ROOT, file))]);
  const stamps = stats.map(([file, { mtimeMs, size }]) => [file, `${mtimeMs} ${size}`]);
  return { text: JSON.stringify(Object.fromEntries(stamps)), newest: Math.max(...stats.map(([, s]) => s.mtimeMs)) };
}

/** A program may load a part of itself after days: what is in use is younger than an hour, what is a day old can go. */
function keep(folder) {
  const touch = () => {
    try {
      utimesSync(folder, new Date(), new Date());
    } catch {
      // Where it cannot be written, nobody removes it either.
    }
  };
  touch();
  setInterval(touch, HOUR).unref();
}

/**
 * An error's stack names the lines of the sources. A map is read when a stack is: Node's own way reads all of them, the
 * packages' too, as modules are loaded, and takes the smoke budget of a suite from 4.9 s to 5.9 s.
 */
function nameSourcesInStacks(folder) {
  const maps = new Map();
  const mapOf = (file) => {
    if (!maps.has(file)) maps.set(file, new SourceMap(JSON.parse(readFileSync(join(folder, `${file}.map`), "utf8"))));
    return maps.get(file);
  };
  const place = `${pathToFileURL(folder).href}/`;
  Error.prepareStackTrace = (error, sites) =>
    [String(error), ...sites]
      .join("\n    at ")
      .replace(/(file:[^\s()]*\/)([^\s()/]+\.mjs):(\d+):(\d+)/g, (text, at, file, line, column) => {
        try {
          const entry = at === place && mapOf(file).findEntry(line - 1, column - 1);
          return entry
            ? `${join(folder, entry.originalSource)}:${entry.originalLine + 1}:${entry.originalColumn + 1}`
            : text;
        } catch {
          return text;
        }
      });
}

/** The folder of what it has compiled; undefined where that cannot be done or kept. */
async function compile(modules, cache) {
  const [main, own] = modules;
  try {
    const started = Date.now();
    const { build } = await import("esbuild");
    const { metafile, outputFiles } = await build({
      absWorkingDir: ROOT,
      entryPoints: { [basename(main, ".ts")]: main, ...(own !== undefined && { [OWN_NAME]: own }) },
      bundle: true,
      splitting: true,
      minifySyntax: true,
      minifyWhitespace: true,
      sourcemap: "external",
      sourcesContent: false,
      outdir: join(cache, "compiled"), // as deep as the folder it is kept in: a source map's paths hold there
      outExtension: { ".js": ".mjs" },
      write: false,
      metafile: true,
      format: "esm",
      platform: "node",
      target: "node20",
      external: OUTSIDE,
      // Packages that are no ES modules require Node's own.
      banner: {
        js: `import { createRequire as requireOf } from "node:module";\nconst require = requireOf(${JSON.stringify(main)});`,
      },
      logLevel: "silent",
      plugins: [
        { name: "places", setup: ({ onLoad }) => onLoad({ filter: /\.[cm]?[jt]s$/ }, inItsPlace) },
        { name: "required", setup: requireTensorflow },
      ],
    });
    const sources = Object.keys(metafile.inputs).filter((file) => !/node_modules\/|^required:/.test(file));
    const { text, newest } = stampsOf([...sources, THIS, INSTALLED]);
    if (newest >= started) return undefined; // changed meanwhile: nobody knows which of the two was compiled
    const folder = join(cache, sha256(text));
    mkdirSync(cache, { recursive: true });
    writeFileSync(join(cache, MAIN), modules.join("\n"));
    removeOld(cache);
    removeOrphans(dirname(cache));
    const temporary = `${folder}.${process.pid}`;
    mkdirSync(temporary);
    for (const { path, contents } of outputFiles) writeFileSync(join(temporary, basename(path)), contents);
    if (existsSync(folder))
      rmSync(temporary, { recursive: true }); // another process was faster, and is at work
    else renameSync(temporary, folder);
    const stamps = join(cache, STAMPS);
    writeFileSync(`${stamps}.${process.pid}`, text);
    renameSync(`${stamps}.${process.pid}`, stamps);
    return folder;
  } catch {
    return undefined;
  }
}

/**
 * TensorFlow's packages hold state that other modules must share, so they stay outside, and are no ES modules. Node reads such a
 * package's whole text for the names that it exports before it is imported: a third of a second a process, which a call of
 * `require` does not take.
 */
function requireTensorflow({ onResolve, onLoad }) {
  onResolve({ filter: /^@tensorflow\// }, ({ path, kind }) =>
    kind === "require-call" ? { path, external: true } : { path, namespace: "required" },
  );
  onLoad({ filter: /./, namespace: "required" }, ({ path }) => ({
    contents: `module.exports = require(${JSON.stringify(path)});`,
  }));
}

/** A source that says of itself where it stands in the checkout, not where its compiled text does. */
function inItsPlace({ path }) {
  if (path.includes("node_modules")) return undefined;
  const contents = readFileSync(path, "utf8")
    .replaceAll("import.meta.dirname", () => JSON.stringify(dirname(path)))
    .replaceAll("import.meta.filename", () => JSON.stringify(path))
    .replaceAll("import.meta.url", () => JSON.stringify(pathToFileURL(path).href));
  return { contents, loader: path.endsWith("ts") ? "ts" : "js" };
}

function removeOld(cache) {
  for (const name of readdirSync(cache)) {
    const path = join(cache, name);
    if (![STAMPS, MAIN].includes(name) && Date.now() - statSync(path).mtimeMs > 24 * HOUR)
      rmSync(path, { recursive: true });
  }
}

/** What was compiled for checkouts and modules that are gone. */
function removeOrphans(caches) {
  for (const name of readdirSync(caches)) {
    const named = join(caches, name, MAIN);
    if (existsSync(named) && !readFileSync(named, "utf8").split("\n").every(existsSync))
      rmSync(join(caches, name), { recursive: true, force: true });
  }
}
