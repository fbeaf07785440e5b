import { createHash } from "node:crypto";
import type { RunSpec } from "../run.ts";

/** JSON with sorted keys: equal values give equal text. */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_, v) =>
    v !== null && typeof v === "object" && !Array.isArray(v)
      ? Object.fromEntries(Object.entries(v).sort(([a], [b]) => (a < b ? -1 : 1)))
      : v,
  );
}

/** SHA-256 of a specification, by which runs name the ones they start from. */
export function specSha256(spec: RunSpec): string {
  return createHash("sha256").update(canonicalJson(spec)).digest("hex");
}

/** What decides a run's numbers, hashed: same key and a finished record mean nothing to do. */
export function runKey(spec: RunSpec, engineClass: string, rootSeed: string): string {
  return createHash("sha256").update(canonicalJson({ spec, engineClass, rootSeed })).digest("hex");
}
