/** Stored runs as reports read them: metrics that a record lacks come from the file of its last remeasurement. */
import type { StoredRun } from "../contract/suite.ts";
import type { RunPlace, Store } from "../store/store.ts";
import type { SourcesToday } from "./standing.ts";
import { sourcesToday } from "./standings.ts";

export interface EvidenceRuns {
  readonly runs: readonly StoredRun[];
  /** A text for each set of metrics that were measured again, or that other code than today's measured. */
  readonly warnings: readonly string[];
}

/** The stored runs of these places. Throws HarnessError for a file of the store that cannot be trusted. */
export function evidenceRuns(
  store: Store,
  places: readonly RunPlace[],
  today: SourcesToday = sourcesToday(),
): EvidenceRuns {
  const again = new Map<string, number>();
  const byOtherCode = new Set<string>();
  const runs = places.flatMap((place): StoredRun[] => {
    const run = store.read(place);
    if (!run) return [];
    const { record } = run;
    if (record.state !== "finished") return [run];
    const remeasured = store.readRemeasured(place, record);
    const added = Object.entries(remeasured?.metrics ?? {}).filter(([name]) => record.metrics[name] === undefined);
    if (remeasured === undefined || added.length === 0) return [run];
    const names = added.map(([name]) => name).join(", ");
    if (remeasured.sourceSha256 !== today(place.spec)) {
      byOtherCode.add(`npm run remeasure ${place.spec.suite}`);
      return [run];
    }
    again.set(names, (again.get(names) ?? 0) + 1);
    const metrics = { ...Object.fromEntries(added), ...record.metrics };
    return [
      {
        record: { ...record, metrics },
        array: (name) => run.array(name),
        weights: () => run.weights(),
      } satisfies StoredRun,
    ];
  });
  return {
    runs,
    warnings: [
      ...[...again].map(
        ([names, count]) =>
          `${names}: measured again from the stored arrays of ${count} ${count === 1 ? "run" : "runs"} by today's code (npm run remeasure); the records lack it.`,
      ),
      ...[...byOtherCode].map(
        (command) => `Other code than today's measured stored runs again: ${command} does it anew.`,
      ),
    ],
  };
}
