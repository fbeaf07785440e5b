/** What a TypeScript source imports, read from its text. */
import { posix } from "node:path";

export interface Import {
  readonly file: string;
  readonly line: number;
  readonly text: string;
  /** Text of the import: "../run.ts". */
  readonly specifier: string;
  /** A path from the root, e.g. "harness/contract/run.ts", or a package, e.g. "node:fs" or "zod". */
  readonly target: string;
  /** Only types: gone before the program runs. */
  readonly typeOnly: boolean;
}

const PATTERN =
  /(?:\bfrom|\bimport|\bimport\s*\(|\brequire(?:\.resolve)?\s*\(|\bcreateRequire\([^)]*\)(?:\.resolve)?\s*\()\s*(["'`])([^"'`\n]+)\1/g;

/** Static and dynamic imports, `require` and `createRequire(…)(…)` of a source, types included. */
export function importsOf(file: string, source: string): Import[] {
  return [...source.matchAll(PATTERN)]
    .map((match) => ({ match, before: source.slice(0, match.index) }))
    .map(({ match, before }) => ({ before, line: before.split("\n").length, specifier: match[2]!, said: match[0] }))
    .map((found) => ({ ...found, text: source.split("\n")[found.line - 1]!.trim() }))
    .filter(({ text }) => !/^(\*|\/\/|\/\*)/.test(text))
    .map(({ before, said, line, text, specifier }) => ({
      file,
      line,
      text,
      specifier,
      target: resolvedImport(file, specifier),
      typeOnly: said.startsWith("from") && isTypeOnly(before),
    }));
}

/** A source without the names of what it imports; `found` is called with each name, in their order. */
export const withoutSpecifiers = (source: string, found: (specifier: string) => void): string =>
  source.replace(PATTERN, (said, _quote, specifier: string) => {
    found(specifier);
    return said.slice(0, said.length - specifier.length - 2);
  });

/** Whether the statement that goes on with `from` is an `import type` or `export type`. */
function isTypeOnly(before: string): boolean {
  const [statement = ""] = before.match(/\b(?:import|export)\b(?![\s\S]*\b(?:import|export)\b)[\s\S]*$/) ?? [];
  return /^(?:import|export)\s+type\s+[\w*{]/.test(statement);
}

/** A relative import as a path relative to the same root as `file`; a package unchanged. */
export const resolvedImport = (file: string, specifier: string): string =>
  specifier.startsWith(".") ? posix.normalize(posix.join(posix.dirname(file), specifier)) : specifier;
