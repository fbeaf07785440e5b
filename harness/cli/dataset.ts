import { statSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { EXIT, type ExitCode, HarnessError, unknownName } from "../errors.ts";
import { cacheVariable } from "../files/cache-dir.ts";
import { workProgress } from "../terminal/progress.ts";
import { watchSignals } from "../terminal/signals.ts";
import type { DatasetParts, Watch } from "./dataset-parts.ts";
import { datasetTable } from "./dataset-text.ts";
import { jsonOption, notEmpty } from "./options.ts";
import { type LoadedVerb, verb } from "./verb.ts";

const ACTIONS = ["list", "fetch", "import", "verify", "remove"] as const;
type Action = (typeof ACTIONS)[number];

interface Arguments {
  readonly action: string;
  readonly name?: string;
  readonly from?: string;
  readonly json: boolean;
}

/** Lists, fetches, imports, verifies and removes data sets. */
export function datasetCommand(parts: DatasetParts): LoadedVerb {
  const ids = parts.known.map(({ id }) => id).join(", ");
  return verb({
    positionals: {
      action: { default: "list", describe: ACTIONS.join(", ") },
      name: { describe: `with fetch and import: ${ids}; else a prepared one's name` },
    },
    options: {
      from: {
        type: "string",
        describe: "With import: the folder that has the published files, packed or unpacked",
        coerce: (value: string) => notEmpty("from", value),
      },
      ...jsonOption,
    },
    examples: [
      ["npm run dataset", "what is prepared here, and how to get the rest"],
      ["npm run dataset -- fetch cifar10", "download, check, prepare; goes on where it was interrupted"],
      ["npm run dataset -- import svhn --from ~/data", "prepare from files you have"],
      ["npm run dataset -- verify", "compare everything with its checksums; make anew what is broken"],
    ],
    epilogue: `Data are prepared once, in the per-user cache (${cacheVariable()} moves it). Files that are not the published ones, byte for byte, become a stand-in with a name of its own, which every result carries.`,
    run: (args) => run(parts, args),
  });
}

async function run(parts: DatasetParts, args: Arguments): Promise<ExitCode> {
  const action = ACTIONS.find((one) => one === args.action);
  if (!action) throw unknownName("action of dataset", args.action, ACTIONS);
  requireArguments(parts, action, args);
  if (action === "list") {
    const prepared = parts.prepared();
    console.log(args.json ? JSON.stringify(prepared) : datasetTable(prepared, parts.known));
    return EXIT.done;
  }
  const watch = watchSignals(action === "fetch" ? "what was fetched is kept" : "nothing half-prepared is left");
  const progress = workProgress((line) => void process.stderr.write(`${line}\n`));
  try {
    const result = await act(parts, action, args, { signal: watch.signal, progress: progress.update });
    progress.stop();
    console.log(args.json ? JSON.stringify(result.data) : result.text);
    return EXIT.done;
  } catch (error) {
    if (!watch.received) throw error;
    progress.stop();
    console.error(
      `Interrupted. Run the same command again${action === "fetch" ? ": it goes on where it stopped" : ""}.`,
    );
    return watch.exitCode;
  } finally {
    progress.stop();
    watch.stop();
  }
}

function requireArguments(parts: DatasetParts, action: Action, { name, from }: Arguments): void {
  if (from !== undefined && action !== "import")
    throw new HarnessError(`--from goes with dataset import, not ${action}.`);
  if (action === "list") {
    if (name !== undefined) throw new HarnessError(`dataset list takes no name, got "${name}".`);
    return;
  }
  const allowed =
    action === "fetch" || action === "import"
      ? parts.known.map(({ id }) => id)
      : parts.prepared().map((prepared) => prepared.name);
  if (name === undefined) {
    if (action === "verify") return;
    throw new HarnessError(`dataset ${action} needs a name: ${allowed.join(", ") || "nothing is prepared here"}.`);
  }
  if (allowed.length === 0) throw new HarnessError(`Nothing is prepared here, nor "${name}".`, EXIT.cannotJudge);
  if (!allowed.includes(name)) throw unknownName("dataset", name, allowed);
  if (action === "import" && from === undefined)
    throw new HarnessError(
      `dataset import needs the folder with the files: npm run dataset -- import ${name} --from FOLDER.`,
    );
}

interface Result {
  readonly data: unknown;
  readonly text: string;
}

async function act(
  parts: DatasetParts,
  action: Exclude<Action, "list">,
  args: Arguments,
  watch: Watch,
): Promise<Result> {
  const { name } = args;
  if (action === "verify") return verify(parts, name, watch);
  if (action === "remove") {
    const freed = await parts.remove(name!, watch);
    return {
      data: { name, freedBytes: freed },
      text: `Removed ${name}: ${Math.round(freed / 1e6)} MB are free again.`,
    };
  }
  const data =
    action === "fetch" ? await parts.fetch(name!, watch) : await parts.import(name!, folderOf(args.from!), watch);
  const nature = data.official ? "the published data" : `a stand-in for ${data.dataset}; every result will say so`;
  return { data, text: `${datasetTable([data], [])}\nPrepared in ${data.folder}: ${nature}.` };
}

async function verify(parts: DatasetParts, name: string | undefined, watch: Watch): Promise<Result> {
  const names = name === undefined ? parts.prepared().map((one) => one.name) : [name];
  const results = [];
  for (const one of names) results.push(await parts.verify(one, watch));
  const lines = results.map(
    ({ data, wasBroken }) => `${data.name} ${wasBroken ? "was broken; it was made anew" : "is sound"}`,
  );
  return { data: results, text: lines.join("\n") || "Nothing is prepared here." };
}

/** A folder as a person gives it; for a file, the one it is in. */
function folderOf(from: string): string {
  const path = resolve(from);
  const found = statSync(path, { throwIfNoEntry: false });
  if (!found) throw new HarnessError(`There is no folder ${path} (--from).`);
  return found.isDirectory() ? path : dirname(path);
}
