#!/usr/bin/env node
/**
 * The command of the package: runs the main module of the project in the current folder or the nearest one above, with the
 * arguments of the command. A TypeScript module runs through tsx, and so do the processes that the program starts.
 */
import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";

const MAINS = ["main.ts", "main.mts", "main.js", "main.mjs"];

function mainModule(start: string): string {
  for (let folder = start; ; folder = dirname(folder)) {
    const found = MAINS.map((name) => join(folder, name)).find(existsSync);
    if (found !== undefined && isProject(folder)) return found;
    if (folder === dirname(folder))
      throw new Error(
        `No project in ${start} or above: a project has a package.json and a main module (${MAINS.join(", ")}) that calls main(defineProject({ root: import.meta.dirname, papers })).`,
      );
  }
}

const isProject = (folder: string): boolean => {
  const file = join(folder, "package.json");
  return existsSync(file) && Object.hasOwn(JSON.parse(readFileSync(file, "utf8")), "name");
};

try {
  const main = mainModule(process.cwd());
  process.argv[1] = main; // worker processes and other revisions start the same module
  if (main.endsWith("ts")) {
    const tsx = import.meta.resolve("tsx");
    process.execArgv.push("--import", tsx);
    await import(tsx);
  }
  await import(pathToFileURL(main).href);
} catch (error) {
  console.error(`Error: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 2;
}
