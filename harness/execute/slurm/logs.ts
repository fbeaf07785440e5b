/** What the jobs of a batch wrote. */
import { readFileSync } from "node:fs";
import { logOf } from "./batch.ts";

/** The last words of a job, as a sentence; empty where there are none, or none that can be read. */
export function lastWords(store: string, batch: string, index: number): string {
  try {
    const lines = readFileSync(logOf(store, batch, index), "utf8")
      .trim()
      .split("\n")
      .slice(-5)
      .join("\n")
      .slice(-1_000);
    return lines === "" ? "" : `Its log ends: ${lines}`;
  } catch {
    return "";
  }
}
