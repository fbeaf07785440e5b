/** Idle cores at the end of a line. */
import type { Store } from "../../harness/store/store.ts";

/**
 * Core-milliseconds between the end of each process's last run and the end of the last run of all: the store's lock
 * admits one suite at a time, so a process without a run waits for the others. Null if no run ended.
 * @param began start of the line, in milliseconds since 1970
 */
export function idleMs(store: Store | null, suite: string, began: number, workers: number): number | null {
  const ends = (store?.list(suite).runs ?? [])
    .map(({ record: { provenance } }) => Date.parse(provenance.startedAt) + provenance.durationMs)
    .filter((end) => end >= began)
    .sort((a, b) => b - a);
  if (ends.length === 0) return null;
  const last = ends[0]!;
  return Array.from({ length: workers }, (_, process) => last - (ends[process] ?? began)).reduce((a, b) => a + b, 0);
}
