import { copyFileSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { EXIT, HarnessError, messageOf } from "../../../errors.ts";
import { packageFolder } from "./compile-binding.ts";
import { BINDING } from "./manifest.ts";
import type { Installation } from "./provision.ts";

/** Where @tensorflow/tfjs-node-gpu looks for its binding. `npm ci` wipes it. */
const bindingPlace = (): string => join(packageFolder(), "lib", "napi-v8", BINDING);

/** Copies the binding from the cache to where the package looks, unless the same file is there. Atomic. */
export function placeBinding({ folder }: Installation, place = bindingPlace()): void {
  const source = join(folder, BINDING);
  if (existsSync(place) && readFileSync(place).equals(readFileSync(source))) return;
  const temporary = `${place}.${process.pid}`;
  try {
    mkdirSync(dirname(place), { recursive: true });
    copyFileSync(source, temporary);
    renameSync(temporary, place);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw new HarnessError(
      `Cannot place the native binding at ${place}: ${messageOf(error)}. Make node_modules writable for one start, or use --engine wasm.`,
      EXIT.cannotJudge,
      { cause: error },
    );
  }
}
