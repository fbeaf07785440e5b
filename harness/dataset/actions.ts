/** Actions on data sets, as a person names them. */
import { statSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { EXIT, HarnessError, unknownName } from "../errors.ts";
import type { DatasetParts, Watch } from "./parts.ts";
import { datasetTable } from "./text.ts";

export const ACTIONS = ["list", "fetch", "import", "verify", "remove"] as const;
export type Action = (typeof ACTIONS)[number];

export interface ActionArguments {
  readonly name?: string;
  /** Folder of the published files, for an import. */
  readonly from?: string;
}

/** Throws HarnessError for arguments that the action does not take or lacks. */
export function requireArguments(parts: DatasetParts, action: Action, { name, from }: ActionArguments): void {
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

/** The result of an action, for --json and for a person. */
export interface Result {
  readonly data: unknown;
  readonly text: string;
}

export async function act(
  parts: DatasetParts,
  action: Exclude<Action, "list">,
  args: ActionArguments,
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
