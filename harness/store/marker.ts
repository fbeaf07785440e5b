/** The file that makes a folder a store. */
import { join } from "node:path";
import { z } from "zod";
import { EXIT, HarnessError } from "../errors.ts";
import { removeQuietly, UNFINISHED, writeAtomic } from "../files/atomic-file.ts";
import { MARKER } from "./layout.ts";
import { namesIn, parseJson, textIfThere } from "./reading.ts";

const VERSION = 1;

/** Whether a folder holds nothing, or only a marker that a killed process did not finish. */
export const isEmptyFolder = (folder: string): boolean => namesIn(folder).every(isUnfinishedMarker);

const isUnfinishedMarker = (name: string): boolean => name.startsWith(`${MARKER}.`) && name.endsWith(UNFINISHED);

/**
 * Makes an empty folder a store if `create` is set. `option` is the command-line option for the folder. Throws HarnessError
 * when the folder holds something else or a store of another version.
 */
export function requireStore(folder: string, { create, option }: { create: boolean; option: string }): void {
  const text = textIfThere(join(folder, MARKER));
  if (text === undefined) makeStore(folder, create, option);
  else requireVersion(folder, text, option);
}

function makeStore(folder: string, create: boolean, option: string): void {
  if (!isEmptyFolder(folder))
    throw new HarnessError(
      `${folder} is not a store: it has files but no ${MARKER}. Choose ${create ? "an empty or new folder" : "another folder"} with ${option}.`,
    );
  if (!create)
    throw new HarnessError(
      `There is no store in ${folder}. Run a suite first, or name a store with ${option}.`,
      EXIT.cannotJudge,
    );
  for (const name of namesIn(folder)) removeQuietly(join(folder, name));
  writeAtomic(join(folder, MARKER), `${JSON.stringify({ format: "reproducibility-store", version: VERSION })}\n`);
}

function requireVersion(folder: string, text: string, option: string): void {
  const Marker = z.object({ format: z.literal("reproducibility-store"), version: z.int() });
  const parsed = Marker.safeParse(parseJson(text));
  if (!parsed.success)
    throw new HarnessError(
      `${join(folder, MARKER)} is not a store's marker. Choose another folder with ${option}, or restore the file.`,
      EXIT.cannotJudge,
    );
  if (parsed.data.version !== VERSION)
    throw new HarnessError(
      `${folder} is a store of version ${parsed.data.version}; this program reads version ${VERSION}. Use the program that wrote it, or another folder with ${option}.`,
      EXIT.cannotJudge,
    );
}
