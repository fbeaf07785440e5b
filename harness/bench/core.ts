/** Binding processes to one core, so that contestants share whatever else runs on it. */
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";

/** The last core that this process may use, or null where processes cannot be bound (no `taskset`). */
export function lastCore(): number | null {
  const allowed = allowedCores();
  const core = allowed.at(-1);
  if (core === undefined) return null;
  return spawnSync("taskset", ["-c", String(core), "true"]).status === 0 ? core : null;
}

/** A command, bound to a core. */
export function bound(command: readonly [string, ...string[]], core: number | null): readonly [string, ...string[]] {
  return core === null ? command : ["taskset", "-c", String(core), ...command];
}

/** From Linux's list, e.g. "0-3,8"; none elsewhere. */
function allowedCores(): number[] {
  try {
    const [, list] = /^Cpus_allowed_list:\s*(\S+)$/m.exec(readFileSync("/proc/self/status", "utf8")) ?? [];
    return (list ?? "").split(",").flatMap((range) => {
      const [low, high = low] = range.split("-").map(Number) as [number, number?];
      return Array.from({ length: high! - low! + 1 }, (_, i) => low! + i);
    });
  } catch {
    return [];
  }
}
