/**
 * The code of source files: a file's text without comments, formatting and types. esbuild, a pinned package, makes it file by
 * file, from syntax alone: names, statements and their order stay, so that every change of what runs changes the hash. esbuild
 * prints the same on every machine. A release of esbuild that prints something else changes the hashes of all code: stored runs
 * are unchecked then until `npm run revalidate` has settled them.
 *
 * A file is known by its code and by the code that it imports, whatever the files are called: a file that moves, and import
 * statements in another order, change no hash.
 */
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, extname, join } from "node:path";
import type { Loader, TransformFailure, TransformOptions } from "esbuild";
import { z } from "zod";
import { EXIT, HarnessError, messageOf } from "../errors.ts";
import { resolvedImport, withoutSpecifiers } from "./imports.ts";

const Link = z.strictObject({
  /** The statement around the name, e.g. `import{a}from`; of a call of `import` or `require`, its number in the file. */
  statement: z.string(),
  /** The imported name as written: "./c.ts", "zod". */
  specifier: z.string(),
});
const SourceCode = z.strictObject({
  /** SHA-256 of the code; of a file that is no script, of its bytes. */
  sha256: z.string(),
  /** SHA-256 of the code without its import statements and without the names in calls of `import` and `require`. */
  body: z.string(),
  /** The imports of values; imports of types are gone. */
  links: z.array(Link),
});
type SourceCode = z.infer<typeof SourceCode>;

const LOADERS: Readonly<Record<string, Loader>> = {
  ".ts": "ts",
  ".mts": "ts",
  ".cts": "ts",
  ".tsx": "tsx",
  ".js": "js",
  ".mjs": "js",
  ".cjs": "js",
  ".jsx": "jsx",
};
/** Fixed settings, independent of tsconfig.json and of the machine's Node. Imports are kept as under tsconfig.json. */
const OPTIONS = {
  target: "esnext",
  minifyWhitespace: true,
  legalComments: "none",
  logLevel: "silent",
  tsconfigRaw: { compilerOptions: { verbatimModuleSyntax: true } },
} as const satisfies TransformOptions;

/** An import in a file. */
export interface LinkOf {
  readonly file: string;
  /** Path of what is imported, in the same form as `file`, or a package. */
  readonly target: string;
  /** Its statement without the name, e.g. `import{a}from`. */
  readonly statement: string;
}
/** Stands in a hash for what is cut out. */
const CUT = "cut";

const sha256 = (data: string | Uint8Array): string => createHash("sha256").update(data).digest("hex");

/** Steps along imports within which two files of the same text are told apart by the code that they import. */
const ROUNDS = 8;

/**
 * The files that some files import, directly or not, with themselves: the hash of each file's code by its path. The hash of a
 * file that imports others contains their hashes in the place of their names; a circle of imports does no harm.
 *
 * @param starts paths from the root, or absolute ones; imported files are named in the same way
 * @param options.read throws for a file that cannot be read
 * @param options.follows whether an import is a file to follow, unlike a package
 * @param options.resolve the file or package that an import names; by default relative names are files
 * @param options.cuts imports that are not followed, and whose place in the hash is the same whatever they import
 */
export function importedCode(
  starts: readonly string[],
  {
    read,
    follows,
    cuts = () => false,
    resolve = resolvedImport,
  }: {
    read(file: string): Uint8Array;
    follows(target: string): boolean;
    cuts?(link: LinkOf): boolean;
    resolve?(file: string, specifier: string): string;
  },
): ReadonlyMap<string, string> {
  const files = new Map<string, SourceFile>();
  const waiting = new Set(starts);
  withCompiler((codeOf) => {
    // A set is walked in the order of insertion; files that are added on the way are walked too.
    for (const file of waiting) {
      const code = codeOf(file, read(file));
      const targets = code.links.map(({ specifier, statement }): Target => {
        const target = resolve(file, specifier);
        return cuts({ file, target, statement }) ? { cut: true } : { path: target };
      });
      files.set(file, { ...code, targets });
      for (const { path } of targets) if (path !== undefined && follows(path)) waiting.add(path);
    }
  });
  let hashes: ReadonlyMap<string, string> = new Map([...files].map(([file, { body }]) => [file, body]));
  for (let round = 0; round < ROUNDS; round++)
    hashes = new Map([...files].map(([file, code]) => [file, linked(code, hashes)]));
  return hashes;
}

interface SourceFile extends SourceCode {
  /** What the links name, in their order. */
  readonly targets: readonly Target[];
}
/** A path as the file's own, or a package; or an import that is cut. */
type Target = { readonly path: string; readonly cut?: never } | { readonly path?: never; readonly cut: true };

/** The hash of a file's code and of the code that it imports; of the code alone where it imports packages only. */
function linked({ sha256: whole, body, links, targets }: SourceFile, hashes: ReadonlyMap<string, string>): string {
  const known = targets.map(({ path }) => (path === undefined ? CUT : hashes.get(path)));
  if (known.every((hash) => hash === undefined)) return whole;
  const named = links.map(({ statement, specifier }, i) => JSON.stringify([statement, known[i] ?? specifier]));
  return sha256([body, ...named.sort()].join("\n"));
}

/** SHA-256 over the code of files, whatever their order and their names. */
export const codeSha256 = (code: ReadonlyMap<string, string>): string => sha256([...code.values()].sort().join(""));

type CodeOf = (file: string, bytes: Uint8Array) => SourceCode;

/** So many files of code have been seen in hundreds of revisions; then the cache begins again. */
const KEPT_AT_MOST = 20_000;
/** By hash of contents and kind of file; of this process, and kept among the packages' caches for the next. */
let known: Map<string, unknown> | undefined;

/** Provides the code of files while `use` runs. */
function withCompiler(use: (codeOf: CodeOf) => void): void {
  const esbuild = createRequire(import.meta.url)("esbuild") as typeof import("esbuild");
  const file = cacheFile(esbuild.version);
  known ??= readKept(file);
  let added = 0;
  try {
    use((path, bytes) => {
      const loader = LOADERS[extname(path)];
      if (!loader) return { sha256: sha256(bytes), body: "", links: [] };
      const key = `${loader} ${sha256(bytes)}`;
      // Entries are checked where they are used: there may be thousands of others.
      const kept = SourceCode.safeParse(known!.get(key));
      if (kept.success) return kept.data;
      const code = compiled(path, Buffer.from(bytes).toString("utf8"), loader, esbuild);
      known!.set(key, code);
      added += 1;
      return code;
    });
  } finally {
    if (added > 0) {
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
  const links: z.infer<typeof Link>[] = [];
  const body = withoutSpecifiers(
    made.replace(STATEMENT, (_, statement: string, specifier: string) => {
      links.push({ statement, specifier });
      return "";
    }),
    (specifier) => links.push({ statement: String(links.length), specifier }),
  );
  return { sha256: sha256(made), body: sha256(body), links };
}

/** An import or export of names from a file, as esbuild prints it: `import{a as b}from"./c.ts";`. */
const STATEMENT = /(?<![\w$.])((?:import|export)[\w$*{}, ]*from)"([^"\\]*)";?/g;

/** Another release of esbuild, other settings and another shape of what is kept have another file. */
function cacheFile(version: string): string {
  const packages = dirname(dirname(createRequire(import.meta.url).resolve("esbuild/package.json")));
  const how = sha256(JSON.stringify([version, OPTIONS, LOADERS, "links"])).slice(0, 16);
  return join(packages, ".cache", "source-code", `${how}.json`);
}

function readKept(file: string): Map<string, unknown> {
  try {
    return new Map(Object.entries(JSON.parse(readFileSync(file, "utf8"))));
  } catch {
    return new Map();
  }
}

/** Merges the entries of other processes. If the file cannot be written, the next process compiles again. */
function keep(file: string, codes: ReadonlyMap<string, unknown>): void {
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
