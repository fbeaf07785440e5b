import { readFileSync } from "node:fs";
import { availableParallelism, cpus, totalmem } from "node:os";
import type { Provenance } from "../contract/run.ts";

type Machine = Provenance["machine"];

/** The machine of this process, for the provenance of its runs. */
export function thisMachine(): Machine {
  const instructions = vectorInstructions();
  return {
    platform: `${process.platform}-${process.arch}`,
    cpu: cpus()[0]?.model ?? "unknown",
    ...(instructions && { instructions }),
    cores: availableParallelism(),
    memoryBytes: totalmem(),
    node: process.version,
  };
}

/**
 * Whether two machines round alike: their processors have the same name and vector instructions. Virtual machines give one
 * name to several kinds of processor, so that a record without instructions is of an unknown kind.
 */
export const isSameProcessor = (made: Machine, here: Machine): boolean =>
  made.cpu === here.cpu && made.instructions?.join() === here.instructions?.join();

/** Undefined where the system does not list them (`/proc/cpuinfo`). */
function vectorInstructions(): string[] | undefined {
  try {
    const flags = /^(?:flags|Features)\s*: (.*)$/m.exec(readFileSync("/proc/cpuinfo", "utf8"))?.[1];
    return flags
      ?.split(" ")
      .filter((flag) => /^(fma|avx|amx|asimd|sve)/.test(flag))
      .sort();
  } catch {
    return undefined;
  }
}
