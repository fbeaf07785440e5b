/** Replicates that are one and the same: a seed that does not change makes a spread of nothing. */

/** What tells runs of an arm apart. */
interface ComparedRun {
  readonly spec: { readonly model: string; readonly setting: string; readonly replicate: number };
  readonly state: string;
  /** Absent or null for a run that has no trained state. */
  readonly weightsSha256?: string | null;
  readonly metrics?: Readonly<Record<string, number>>;
  readonly draws?: Readonly<Record<string, readonly number[]>> | undefined;
  readonly artifacts?: Readonly<Record<string, { readonly sha256: string }>>;
}

/**
 * Says which replicates of an arm are one run; null where there are none. Runs that trained are compared by their weights,
 * others by everything that they measured: metrics, draws and arrays.
 */
export function sameRuns(runs: readonly ComparedRun[]): string | null {
  const arms = new Map<string, ComparedRun[]>();
  for (const run of runs) {
    if (run.state !== "finished") continue;
    const key = JSON.stringify([run.spec.model, run.spec.setting, run.weightsSha256 != null]);
    const arm = arms.get(key);
    if (arm) arm.push(run);
    else arms.set(key, [run]);
  }
  for (const arm of arms.values()) {
    const said = arm[0]!.weightsSha256 == null ? sameMeasured(arm) : sameTrained(arm);
    if (said !== null) return said;
  }
  return null;
}

function sameTrained(runs: readonly ComparedRun[]): string | null {
  const pair = firstPair(runs, ({ weightsSha256 }) => weightsSha256!);
  return (
    pair &&
    `Replicates ${pair.join(" and ")} of ${runs[0]!.spec.model} trained to the same bits: their seed does not change, and they are one run.`
  );
}

/**
 * Runs that trained nothing. All of an arm's, where they are equal in everything; two of them only where something that was
 * measured tells the arm's runs apart, since a count may be the same by chance.
 */
function sameMeasured(runs: readonly ComparedRun[]): string | null {
  const measured = runs.map(measuredBy);
  if (measured.some((one) => one.size === 0)) return null;
  const whole = new Map(runs.map((run, i) => [run, JSON.stringify([...measured[i]!].sort())]));
  const pair = firstPair(runs, (run) => whole.get(run)!);
  if (pair === null) return null;
  const replicates = new Set(runs.map(({ spec }) => spec.replicate));
  const allEqual = new Set(whole.values()).size === 1;
  if (!allEqual && !tellsApart(measured)) return null;
  const which =
    allEqual && replicates.size > 2 ? `All ${replicates.size} replicates` : `Replicates ${pair.join(" and ")}`;
  return `${which} of ${runs[0]!.spec.model} have the same metrics, draws and arrays to the last bit: nothing random is in them, or their seed does not change, and they are one run.`;
}

/** Two replicates with the same key, the first such pair; null where all differ. */
function firstPair(runs: readonly ComparedRun[], keyOf: (run: ComparedRun) => string): [number, number] | null {
  const seen = new Map<string, number>();
  for (const run of runs) {
    const other = seen.get(keyOf(run));
    if (other !== undefined && other !== run.spec.replicate) return [other, run.spec.replicate];
    seen.set(keyOf(run), run.spec.replicate);
  }
  return null;
}

/** Everything that a run measured, by name, as text. */
function measuredBy({ metrics = {}, draws = {}, artifacts = {} }: ComparedRun): ReadonlyMap<string, string> {
  return new Map([
    ...Object.entries(metrics).map(([name, value]) => [`metric ${name}`, String(value)] as const),
    ...Object.entries(draws).map(([name, values]) => [`draws ${name}`, values.join()] as const),
    ...Object.entries(artifacts).map(([name, { sha256 }]) => [`array ${name}`, sha256] as const),
  ]);
}

/** Whether, of some measure, more than half of the runs have a value of their own that is no whole number. */
function tellsApart(measured: readonly ReadonlyMap<string, string>[]): boolean {
  const names = new Set(measured.flatMap((one) => [...one.keys()]));
  return [...names].some((name) => {
    const own = new Set(measured.flatMap((one) => one.get(name) ?? []).filter((value) => !/^-?\d+$/.test(value)));
    return own.size > measured.length / 2;
  });
}
