import { ACTIONS, type ActionArguments, act, requireArguments } from "../dataset/actions.ts";
import type { DatasetParts } from "../dataset/parts.ts";
import { datasetTable } from "../dataset/text.ts";
import { EXIT, type ExitCode, unknownName } from "../errors.ts";
import { cacheVariable } from "../files/cache-dir.ts";
import { workProgress } from "../terminal/progress.ts";
import { watchSignals } from "../terminal/signals.ts";
import { jsonOption, notEmpty } from "./options.ts";
import { type LoadedVerb, verb } from "./verb.ts";

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

interface DatasetArguments extends ActionArguments {
  readonly action: string;
  readonly json: boolean;
}

async function run(parts: DatasetParts, args: DatasetArguments): Promise<ExitCode> {
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
