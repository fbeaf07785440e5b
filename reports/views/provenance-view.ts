/** Where the runs come from: what all share once, what differs listed, a modified tree said aloud. */
import type { RunRecord } from "../../harness/contract/run.ts";
import { ABSENT, formatBytes, formatDuration, formatNumber, formatTime, plural, shortHash } from "../format.ts";

export interface ProvenanceView {
  /** Same for every run. */
  readonly common: readonly { readonly label: string; readonly value: string; readonly full: string }[];
  /** Label and the values with the number of runs of each. */
  readonly different: readonly {
    readonly label: string;
    readonly values: readonly {
      readonly value: string;
      readonly full: string;
      readonly runs: string;
      readonly paths: string;
    }[];
  }[];
  /** Smallest, largest and total over runs. */
  readonly ranges: readonly { readonly label: string; readonly value: string }[];
  readonly alarms: readonly string[];
}

const modelLabel = (model: string): string => `Model version, ${model}`;

/** Fields of a run's provenance that are the same for runs made alike: label → [short, full]. */
function fieldsOf({ provenance, spec }: RunRecord): ReadonlyMap<string, readonly [short: string, full: string]> {
  const { engine, machine } = provenance;
  const plain = (value: string | null): [string, string] => [value ?? ABSENT, value ?? ABSENT];
  const hash = (value: string | null): [string, string] => [shortHash(value), value ?? ABSENT];
  const tree = provenance.dirty === null ? "unknown" : provenance.dirty ? "modified" : "clean";
  return new Map<string, readonly [string, string]>([
    ["Git revision", hash(provenance.revision)],
    ["Working tree", plain(tree)],
    ["Difference to the revision (SHA-256)", provenance.dirty === false ? plain("none") : hash(provenance.diffSha256)],
    ["Lockfile (SHA-256)", hash(provenance.lockfileSha256)],
    ["Source files (SHA-256)", hash(provenance.sourceSha256)],
    ["Data (SHA-256)", hash(spec.dataSha256)],
    ["Suite version", plain(String(spec.suiteVersion))],
    ["Engine", plain(`${engine.id} (${engine.class})`)],
    ["Why this engine", plain(engine.reason)],
    ["Training step", plain(provenance.step && `${provenance.step.kind}: ${provenance.step.reason}`)],
    ["Device", plain(engine.device)],
    ...Object.entries(engine.versions).map(([name, version]): [string, [string, string]] => [
      `Version, ${name}`,
      plain(version),
    ]),
    ["Platform", plain(machine.platform)],
    ["Processor", plain(`${machine.cpu}, ${plural(machine.cores, "core")}`)],
    ["Memory", plain(formatBytes(machine.memoryBytes))],
    ["Node.js", plain(machine.node)],
    ["Root seed", plain(provenance.rootSeed)],
    [modelLabel(spec.model), plain(String(spec.modelVersion))],
  ]);
}

interface IndexedRun {
  readonly record: RunRecord;
  /** Its place among all runs. */
  readonly index: number;
}
interface Value {
  readonly short: string;
  readonly runs: IndexedRun[];
}

/** Runs with equal fields together: there are few kinds of them, however many runs. */
function madeAlike(records: readonly RunRecord[]): Iterable<readonly IndexedRun[]> {
  const kinds = new Map<string, IndexedRun[]>();
  records.forEach((record, index) => {
    const { startedAt, durationMs, trainMs, peakMemoryBytes, resumes, attempts, ...made } = record.provenance;
    const { dataSha256, suiteVersion, model, modelVersion } = record.spec;
    const kind = JSON.stringify([dataSha256, suiteVersion, model, modelVersion, made]);
    const alike = kinds.get(kind);
    if (alike) alike.push({ record, index });
    else kinds.set(kind, [{ record, index }]);
  });
  return kinds.values();
}

function spread(values: readonly number[], format: (value: number) => string, total: boolean): string {
  const low = format(values.reduce((a, b) => Math.min(a, b)));
  const high = format(values.reduce((a, b) => Math.max(a, b)));
  const range = low === high ? low : `${low} to ${high}`;
  return total ? `${range}, ${format(values.reduce((sum, value) => sum + value, 0))} in all` : range;
}

function alarmsOf(records: readonly RunRecord[]): readonly string[] {
  const of = (count: number): string =>
    count === records.length
      ? count === 1
        ? "The only run"
        : `All ${formatNumber(count)} runs`
      : `${formatNumber(count)} of ${plural(records.length, "run")}`;
  const dirty = records.filter((record) => record.provenance.dirty === true);
  const unknown = records.filter((record) => record.provenance.dirty === null);
  const revisions = new Set(records.map((record) => record.provenance.revision));
  const classes = new Set(records.map((record) => record.provenance.engine.class));
  const alarms: string[] = [];
  if (dirty.length > 0)
    alarms.push(
      `${of(dirty.length)} ${dirty.length === 1 ? "was" : "were"} made from a modified working tree: the git revision alone does not give back the code.`,
    );
  if (unknown.length > 0)
    alarms.push(
      `${of(unknown.length)} ${unknown.length === 1 ? "does" : "do"} not say whether the working tree was modified.`,
    );
  if (revisions.size > 1) alarms.push(`The runs come from ${formatNumber(revisions.size)} git revisions.`);
  if (classes.size > 1)
    alarms.push(`The runs come from ${formatNumber(classes.size)} classes of engine: ${[...classes].join(", ")}.`);
  return alarms;
}

interface Field {
  readonly label: string;
  /** Each value in full, with the runs that have it. */
  readonly values: ReadonlyMap<string, Value>;
  /** Whether every run that could have the field has one value. */
  readonly same: boolean;
}

/** Every field that a run has, in the order met. */
function fieldsIn(records: readonly RunRecord[]): readonly Field[] {
  const labels = new Map<string, Map<string, Value>>();
  for (const alike of madeAlike(records))
    for (const [label, [short, full]] of fieldsOf(alike[0]!.record)) {
      const values = labels.get(label) ?? new Map<string, Value>();
      const entry = values.get(full) ?? { short, runs: [] };
      for (const run of alike) entry.runs.push(run);
      labels.set(label, values.set(full, entry));
    }
  // A version that only some engines have, or a value that some runs lack, is a difference too.
  const expected = (label: string): number => {
    const models = records.filter((record) => modelLabel(record.spec.model) === label).length;
    return models > 0 ? models : records.length;
  };
  return [...labels].map(([label, values]) => {
    const having = [...values.values()].reduce((sum, { runs }) => sum + runs.length, 0);
    return { label, values, same: values.size === 1 && having === expected(label) };
  });
}

function differenceOf({ label, values }: Field): ProvenanceView["different"][number] {
  const pathsOf = (runs: readonly IndexedRun[]): string =>
    runs
      .toSorted((a, b) => a.index - b.index)
      .map(({ record }) => record.spec.path)
      .join(", ");
  return {
    label,
    values: [...values].map(([full, { short, runs }]) => ({
      value: short,
      full,
      runs: plural(runs.length, "run"),
      paths: pathsOf(runs),
    })),
  };
}

/** Times and sizes over all runs; none without runs. */
function rangesOf(records: readonly RunRecord[]): ProvenanceView["ranges"] {
  if (records.length === 0) return [];
  const over = <T>(of: (provenance: RunRecord["provenance"]) => T): T[] =>
    records.map(({ provenance }) => of(provenance));
  const started = over((p) => p.startedAt).sort();
  const [first, last] = [formatTime(started[0]!), formatTime(started.at(-1)!)];
  const durations = over((p) => p.durationMs);
  const training = over((p) => p.trainMs);
  const memory = over((p) => p.peakMemoryBytes);
  const attempts = over((p) => p.attempts);
  return [
    { label: "Started", value: started[0] === started.at(-1) ? first : `${first} to ${last}` },
    { label: "Duration of a run", value: spread(durations, formatDuration, true) },
    { label: "Of it in training steps", value: spread(training, formatDuration, true) },
    { label: "Peak memory of a run", value: spread(memory, formatBytes, false) },
    { label: "Continued from a checkpoint", value: resumesText(over((p) => p.resumes)) },
    { label: "Attempts a run", value: spread(attempts, (value) => formatNumber(value), false) },
  ];
}

export function provenanceView(records: readonly RunRecord[]): ProvenanceView {
  const fields = fieldsIn(records);
  return {
    common: fields
      .filter(({ same }) => same)
      .flatMap(({ label, values }) => [...values].map(([full, { short }]) => ({ label, value: short, full }))),
    different: fields.filter(({ same }) => !same).map(differenceOf),
    ranges: rangesOf(records),
    alarms: alarmsOf(records),
  };
}

function resumesText(resumes: readonly number[]): string {
  const continued = resumes.filter((count) => count > 0);
  return continued.length === 0
    ? "no run"
    : `${plural(continued.length, "run")}, at most ${plural(Math.max(...continued), "time")}`;
}
