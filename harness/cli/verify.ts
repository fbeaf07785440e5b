/** Is every file of a store what was stored? */
import { existsSync, readdirSync } from "node:fs";
import { join, resolve } from "node:path";
import type { CommandModule } from "yargs";
import { EXIT, type ExitCode } from "../errors.ts";
import { Store } from "../store/store.ts";
import { type Verified, verifyStore } from "../store/verify.ts";
import { jsonOption, storeOption } from "./options.ts";

export function verifyCommand(finish: (code: ExitCode) => void): CommandModule {
  return {
    builder: (yargs) =>
      yargs
        .options({ ...storeOption, ...jsonOption })
        .epilogue(
          "Every record against its schema, key, place and checksum, its files against theirs, and the run that it starts from. Exit code 3: something was altered, is missing, foreign or unreadable. It changes nothing.",
        ),
    handler: async (raw) => {
      const args = raw as unknown as { store: string; json: boolean };
      const main = Store.open(resolve(args.store), { create: false }).folder;
      const stores = [main, ...storesIn(main, "candidates"), ...storesIn(main, "reproductions")].map((folder) => ({
        folder,
        ...verifyStore(folder),
      }));
      if (args.json) console.log(JSON.stringify(stores));
      else for (const store of stores) tell(store.folder, store);
      finish(stores.some(({ problems }) => problems.length > 0) ? EXIT.cannotJudge : EXIT.done);
    },
  };
}

/** Stores below a store: of candidates' runs, and of runs that were done again. */
function storesIn(main: string, name: string): string[] {
  const folder = join(main, name);
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .map((name) => join(folder, name))
    .filter((store) => existsSync(join(store, "store.json")));
}

function tell(folder: string, { runs, files, unsealed, noResults, problems }: Verified): void {
  const notes = [
    ...(unsealed === 0 ? [] : [`${unsealed} by an older version, without a checksum`]),
    ...(noResults === 0 ? [] : [`${noResults} files of runs under way, killed or set aside`]),
  ];
  console.log(`${folder}: ${runs} runs, ${files} files${notes.length > 0 ? ` (${notes.join("; ")})` : ""}`);
  for (const { kind, file, message } of problems) console.log(`${kind.toUpperCase().padEnd(10)} ${file}: ${message}.`);
  if (problems.length === 0) console.log("Everything is what was stored.");
}
