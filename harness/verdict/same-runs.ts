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
 * A text on replicates of an arm that are one run; null if there are none. Trained runs are compared by their weights,
 * others by all measurements: metrics, draws and arrays.
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
 * For runs that trained nothing: reports all runs of an arm if they are equal in everything, but an equal pair only if
 * some measurement distinguishes the arm's runs, since a count may coincide by chance.
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

/** The first two replicates with the same key; null if all differ. */
function firstPair(runs: readonly ComparedRun[], keyOf: (run: ComparedRun) => string): [number, number] | null {
  const seen = new Map<string, number>();
  for (const run of runs) {
    const other = seen.get(keyOf(run));
    if (other !== undefined && other !== run.spec.replicate) return [other, run.spec.replicate];
    seen.set(keyOf(run), run.spec.replicate);
  }
  return null;
}

/** All measurements of a run by name, as text. */
function measuredBy({ metrics = {}, draws = {}, artifacts = {} }: ComparedRun): ReadonlyMap<string, string> {
  return new Map([
    ...Object.entries(metrics).map(([name, value]) => [`metric ${name}`, String(value)] as const),
    ...Object.entries(draws).map(([name, values]) => [`draws ${name}`, values.join()] as const),
    ...Object.entries(artifacts).map(([name, { sha256 }]) => [`array ${name}`, sha256] as const),
  ]);
}

/** Whether some measurement has distinct non-integer values in more than half of the runs. */
function tellsApart(measured: readonly ReadonlyMap<string, string>[]): boolean {
  const names = new Set(measured.flatMap((one) => [...one.keys()]));
  return [...names].some((name) => {
    const own = new Set(measured.flatMap((one) => one.get(name) ?? []).filter((value) => !/^-?\d+$/.test(value)));
    return own.size > measured.length / 2;
  });
}
