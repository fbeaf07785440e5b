import { resolve } from "node:path";
import type { Suite } from "../contract/suite.ts";
import { EXIT, HarnessError } from "../errors.ts";
import { type Queued, type QueuedRun, queuedRuns } from "../execute/slurm/queued-runs.ts";
import { madeRun, plansOf } from "../plan/stored-plans.ts";
import type { Progress } from "../store/progress.ts";
import { isResult, type RunPlace, Store, type StoreProblem } from "../store/store.ts";
import { say } from "../terminal/output.ts";
import { findSuite, jsonOption, storeOption } from "./options.ts";
import type { Parts } from "./parts.ts";
import { type UnderWay, underWay, underWayText } from "./under-way.ts";
import { type LoadedVerb, verb } from "./verb.ts";

/** What the store holds of every suite, also while one is at work: it only reads. */
export function statusCommand(parts: Parts): LoadedVerb {
  return verb({
    positionals: { id: { describe: "A suite; without it all of them" } },
    options: { ...storeOption, ...jsonOption },
    async run(args) {
      const suites = args.id === undefined ? parts.suites : [findSuite(parts.suites, args.id)];
      const store = Store.open(resolve(args.store), { create: false, readOnce: true });
      const sizes = store.sizes();
      const rows: SuiteStatus[] = [];
      const queued = await queuedRuns(store.folder);
      for (const suite of suites) rows.push(await statusOf(store, suite, queued, sizes.get(suite.id) ?? 0));
      if (queued.silent !== undefined)
        say(
          `Slurm cannot be asked, so that it is not known where the runs are that were given to it: ${queued.silent}`,
        );
      if (args.json) console.log(JSON.stringify(rows));
      else {
        for (const row of rows) for (const line of statusText(row)) console.log(line);
        const folders = [...sizes].map(([name, bytes]) => `${name} ${size(bytes)}`).join(", ");
        const total = [...sizes.values()].reduce((sum, bytes) => sum + bytes, 0);
        console.log(`The store takes ${size(total)} of disk${folders === "" ? "" : ` (${folders})`}.`);
      }
      return EXIT.done;
    },
  });
}

interface SuiteStatus {
  readonly suite: string;
  readonly plans: readonly {
    readonly suite: string;
    readonly budget: string;
    readonly engine: string;
    readonly seed: string;
    readonly planned: number;
    /** How many runs are in each state. */
    readonly states: Readonly<Record<string, number>>;
    readonly underWay: readonly UnderWay[];
  }[];
  readonly problems: readonly StoreProblem[];
  readonly sizeBytes: number;
}

async function statusOf(store: Store, suite: Suite, queued: Queued, sizeBytes: number): Promise<SuiteStatus> {
  const { runs, problems } = store.list(suite.id);
  const ofSuite = [...queued.runs.values()].filter(({ made }) => made.spec.suite === suite.id);
  const progress = new Map(store.listProgress(suite.id).map((told) => [told.key, told]));
  const made = [...runs.map(({ record }) => madeRun(record)), ...progress.values(), ...ofSuite.map(({ made }) => made)];
  const plans: SuiteStatus["plans"][number][] = [];
  for (const { plan, places, engineClass, rootSeed } of plansOf(suite, made)) {
    const states: Record<string, number> = {};
    const begun: UnderWay[] = [];
    for (const place of places) {
      const { state, at } = await stateOf(store, place, progress.get(place.key), queued.runs.get(place.key));
      states[state] = (states[state] ?? 0) + 1;
      if (at) begun.push(at);
    }
    const { budget } = plan;
    const planned = places.length;
    plans.push({ suite: suite.id, budget, engine: engineClass, seed: rootSeed, planned, states, underWay: begun });
  }
  return { suite: suite.id, plans, problems, sizeBytes };
}

/** A status is for looking at a damaged store too: `problems` says what is wrong with the file. */
async function stateOf(
  store: Store,
  place: RunPlace,
  progress: Progress | undefined,
  queued: QueuedRun | undefined,
): Promise<{ readonly state: string; readonly at?: UnderWay }> {
  try {
    const stored = store.read(place)?.record;
    if (stored && isResult(stored)) return { state: stored.state };
    const at = progress && (await underWay(store, place, progress));
    const task = queued?.task;
    if (task && task.state !== "PENDING")
      return { state: "running on Slurm", ...(at && { at: { ...at, node: task.nodes } }) };
    if (task) return { state: "in Slurm's queue", ...(at && { at: { ...at, node: null } }) };
    if (queued && !task) return { state: "given to Slurm" };
    if (at && at.process !== null) return { state: "running", at };
    const state = stored?.state ?? (at || store.hasCheckpoint(place) ? "interrupted" : "not run");
    return at ? { state, at } : { state };
  } catch (error) {
    if (error instanceof HarnessError) return { state: "unreadable" };
    throw error;
  }
}

function statusText({ suite, plans, problems }: SuiteStatus): string[] {
  return [
    ...(plans.length === 0 ? [`${suite}: no runs yet`] : []),
    ...plans.flatMap(({ budget, engine, planned, states, underWay }) => {
      const counts = Object.entries(states).map(([state, n]) => `${n} ${state}`);
      return [
        `${suite} ${budget} on ${engine}: ${planned} planned, ${counts.join(", ")}`,
        ...underWay.flatMap(underWayText),
      ];
    }),
    ...problems.map(({ message }) => `  ! ${message}`),
  ];
}

function size(bytes: number): string {
  const [unit, name] = bytes < 1e6 ? [1e3, "kB"] : bytes < 1e9 ? [1e6, "MB"] : [1e9, "GB"];
  return `${(bytes / unit).toLocaleString("en", { maximumFractionDigits: 1 })} ${name}`;
}
