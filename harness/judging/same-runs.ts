/** Replicates that are one and the same: a seed that does not change makes a spread of nothing. */

/** What tells runs of an arm apart. */
interface ComparedRun {
  readonly spec: { readonly model: string; readonly setting: string; readonly replicate: number };
  readonly state: string;
  /** Absent or null for a run that has no trained state. */
  readonly weightsSha256?: string | null;
}

/** Says which two replicates of an arm trained to the same bits; null where none did, or nothing was trained. */
export function sameRuns(runs: readonly ComparedRun[]): string | null {
  const seen = new Map<string, ComparedRun>();
  for (const run of runs) {
    if (run.state !== "finished" || run.weightsSha256 == null) continue;
    const { model, setting, replicate } = run.spec;
    const key = JSON.stringify([model, setting, run.weightsSha256]);
    const other = seen.get(key);
    if (other && other.spec.replicate !== replicate)
      return `Replicates ${other.spec.replicate} and ${replicate} of ${model} trained to the same bits: their seed does not change, and they are one run.`;
    seen.set(key, run);
  }
  return null;
}
