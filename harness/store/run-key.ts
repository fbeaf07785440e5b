import { createHash } from "node:crypto";
import type { RunSpec } from "../contract/run.ts";

/** JSON with sorted keys: equal values give equal text. */
export const canonicalJson = (value: unknown): string => JSON.stringify(sorted(value));

/** Lists of numbers, most of a record, are left as they are: JSON.stringify alone is fast with them. */
function sorted(value: unknown): unknown {
  if (value === null || typeof value !== "object") return value;
  if (Array.isArray(value))
    return value.some((item) => item !== null && typeof item === "object") ? value.map(sorted) : value;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([key, inner]) => [key, sorted(inner)]));
}

/** SHA-256 of a specification, by which runs name the ones they start from. */
export function specSha256(spec: RunSpec): string {
  return createHash("sha256").update(canonicalJson(spec)).digest("hex");
}

/** What decides a run's numbers, hashed: same key and a finished record mean nothing to do. */
export function runKey(spec: RunSpec, engineClass: string, rootSeed: string): string {
  return createHash("sha256").update(canonicalJson({ spec, engineClass, rootSeed })).digest("hex");
}
