/** Is every file of a store what was stored? */
import { existsSync, readdirSync } from "node:fs";
import { join, resolve } from "node:path";
import { EXIT } from "../errors.ts";
import { UNFINISHED } from "../files/atomic-file.ts";
import { FOLDERS_OF_STORES, MARKER } from "../store/layout.ts";
import { Store } from "../store/store.ts";
import { type Verified, verifyStore } from "../store/verify.ts";
import { jsonOption, storeOption } from "./options.ts";
import { type LoadedVerb, verb } from "./verb.ts";

export function verifyCommand(): LoadedVerb {
  return verb({
    positionals: {},
    options: { ...storeOption, ...jsonOption },
    epilogue:
      "Every record against its schema, key, place and checksum, its files against theirs, the run that it starts from, and the list of what was ever stored (chain/). Runs that collect copied without weights are counted. Exit code 3: something was altered, is missing, foreign or unreadable. It changes nothing.",
    async run(args) {
      const main = Store.open(resolve(args.store), { create: false }).folder;
      const stores = withStoresBelow(main).map(look);
      if (args.json) console.log(JSON.stringify(stores));
      else for (const store of stores) tell(store);
      return stores.some(({ problems }) => problems.length > 0) ? EXIT.cannotJudge : EXIT.done;
    },
  });
}

type Looked = Verified & { readonly folder: string };

function look(folder: string): Looked {
  const verified = verifyStore(folder);
  if (existsSync(join(folder, MARKER))) return { folder, ...verified };
  const message = "without this file the folder is no store, and no command reads its runs";
  return { folder, ...verified, problems: [{ kind: "missing", file: MARKER, message }, ...verified.problems] };
}

/** A store with those below it. One that was only begun is none yet. */
function withStoresBelow(store: string): string[] {
  const folders = FOLDERS_OF_STORES.map((name) => join(store, name)).filter((folder) => existsSync(folder));
  const below = folders.flatMap((folder) =>
    readdirSync(folder, { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map(({ name }) => join(folder, name)),
  );
  const begun = (folder: string): boolean => readdirSync(folder).every((file) => file.endsWith(UNFINISHED));
  return [store, ...below.filter((folder) => !begun(folder)).flatMap(withStoresBelow)];
}

function tell({ folder, runs, files, unsealed, noResults, withoutWeights, chain, problems }: Looked): void {
  const notes = [
    ...(unsealed === 0 ? [] : [`${unsealed} by an older version, without a checksum`]),
    ...(noResults === 0 ? [] : [`${noResults} files of runs under way, killed or set aside`]),
    ...(withoutWeights === 0 ? [] : [`${withoutWeights} runs kept without weights`]),
    ...(chain ? [`a chain of ${chain.links} links${chain.since === null ? "" : ` since ${chain.since}`}`] : []),
    ...(chain?.unlisted ? [`${chain.unlisted} runs not in it yet: the next command that does runs lists them`] : []),
    ...(chain?.again ? [`${chain.again} runs had gone and were done again`] : []),
  ];
  console.log(`${folder}: ${runs} runs, ${files} files${notes.length > 0 ? ` (${notes.join("; ")})` : ""}`);
  for (const { kind, file, message } of problems) console.log(`${kind.toUpperCase().padEnd(10)} ${file}: ${message}.`);
  if (problems.length > 0) return;
  if (chain || runs === 0) console.log("Everything is what was stored.");
  else
    console.log(
      "What is here is what was stored. Whether something is missing nobody can say: the store has no chain yet. The next suite that is run there begins one.",
    );
}
