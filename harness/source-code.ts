/**
 * The code of source files: their text without comments, formatting and types. esbuild, a pinned package, extracts it
 * file by file, from syntax alone: names, statements and their order stay, so every change of executed code is visible.
 * Its output is the same on every machine. An esbuild release with other output changes all code hashes: stored runs
 * are then unchecked until `npm run revalidate` has checked them.
 */
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, extname, join } from "node:path";
import type { Loader, TransformFailure, TransformOptions } from "esbuild";
import { z } from "zod";
import { EXIT, HarnessError, messageOf } from "./errors.ts";
import { importsOf, resolvedImport } from "./imports.ts";

export interface SourceCode {
  /** SHA-256 of the code; for files other than scripts, of the bytes. */
  readonly sha256: string;
  /** Import specifiers: "./c.ts", "zod". Type imports are removed. */
  readonly imports: readonly string[];
}

const LOADERS: Readonly<Record<string, Loader>> = {
  ...{ ".ts": "ts", ".mts": "ts", ".cts": "ts", ".tsx": "tsx" },
  ...{ ".js": "js", ".mjs": "js", ".cjs": "js", ".jsx": "jsx" },
};
/** Fixed settings, independent of tsconfig.json and of the machine's Node. Imports are kept as under tsconfig.json. */
const OPTIONS = {
  target: "esnext",
  minifyWhitespace: true,
  legalComments: "none",
  logLevel: "silent",
  tsconfigRaw: { compilerOptions: { verbatimModuleSyntax: true } },
} as const satisfies TransformOptions;

const sha256 = (data: string | Uint8Array): string => createHash("sha256").update(data).digest("hex");

/**
 * Code hashes, by path, of the files `starts` and of all files that they import, directly or indirectly.
 *
 * @param starts paths relative to the root, or absolute paths; imported files are named in the same way
 * @param options.read throws for a file that cannot be read
 * @param options.follows whether an import is a file to follow, unlike a package
 */
export function importedCode(
  starts: readonly string[],
  { read, follows }: { read(file: string): Uint8Array; follows(target: string): boolean },
): ReadonlyMap<string, string> {
  const hashes = new Map<string, string>();
  const waiting = new Set(starts);
  withCompiler((codeOf) => {
    // A set iterates in insertion order, including elements added during the iteration.
    for (const file of waiting) {
      const { sha256, imports } = codeOf(file, read(file));
      hashes.set(file, sha256);
      for (const specifier of imports) {
        const target = resolvedImport(file, specifier);
        if (follows(target)) waiting.add(target);
      }
    }
  });
  return hashes;
}

type CodeOf = (file: string, bytes: Uint8Array) => SourceCode;

/** Cache by hash of contents and kind of file: per process, and stored next to the packages for later processes. */
const KEPT = z.record(z.string(), z.strictObject({ sha256: z.string(), imports: z.array(z.string()) }));
/** Enough for hundreds of revisions; a larger cache is discarded. */
const KEPT_AT_MOST = 20_000;
let known: Map<string, SourceCode> | undefined;

/** Provides the code of files while `use` runs. */
function withCompiler(use: (codeOf: CodeOf) => void): void {
  const esbuild = createRequire(import.meta.url)("esbuild") as typeof import("esbuild");
  const file = cacheFile(esbuild.version);
  known ??= readKept(file);
  const before = known.size;
  try {
    use((path, bytes) => {
      const loader = LOADERS[extname(path)];
      if (!loader) return { sha256: sha256(bytes), imports: [] };
      const key = `${loader} ${sha256(bytes)}`;
      const code = known!.get(key) ?? compiled(path, Buffer.from(bytes).toString("utf8"), loader, esbuild);
      known!.set(key, code);
      return code;
    });
  } finally {
    if (known.size > before) {
      esbuild.stop();
      keep(file, known);
    }
  }
}

/** The code of a file; for an invalid script, its whole text. */
function compiled(file: string, text: string, loader: Loader, { transformSync }: typeof import("esbuild")): SourceCode {
  const code = (): string => {
    try {
      return transformSync(text, { ...OPTIONS, loader }).code;
    } catch (error) {
      const { errors } = error as Partial<TransformFailure>;
      if (errors?.length && errors.every(({ location }) => location !== null)) return text;
      throw new HarnessError(
        `esbuild cannot take the comments out of ${file}, so nobody can say what code the runs are of: ${messageOf(error)}. Run the same command again; if that does not help, npm ci.`,
        EXIT.cannotJudge,
        { cause: error },
      );
    }
  };
  const made = code();
  const imports = importsOf("", made).filter(({ typeOnly }) => !typeOnly);
  return { sha256: sha256(made), imports: [...new Set(imports.map(({ specifier }) => specifier))] };
}

/** The cache file of this esbuild release and these settings. */
function cacheFile(version: string): string {
  const packages = dirname(dirname(createRequire(import.meta.url).resolve("esbuild/package.json")));
  const how = sha256(JSON.stringify([version, OPTIONS, LOADERS])).slice(0, 16);
  return join(packages, ".cache", "source-code", `${how}.json`);
}

function readKept(file: string): Map<string, SourceCode> {
  try {
    return new Map(Object.entries(KEPT.parse(JSON.parse(readFileSync(file, "utf8")))));
  } catch {
    return new Map();
  }
}

/** Merges the entries of other processes. If the file cannot be written, the next process compiles again. */
function keep(file: string, codes: ReadonlyMap<string, SourceCode>): void {
  try {
    const all = new Map([...readKept(file), ...codes]);
    mkdirSync(dirname(file), { recursive: true });
    const temporary = `${file}.${process.pid}`;
    writeFileSync(temporary, JSON.stringify(Object.fromEntries(all.size > KEPT_AT_MOST ? codes : all)));
    renameSync(temporary, file);
  } catch {
    // The cache is optional.
  }
}
