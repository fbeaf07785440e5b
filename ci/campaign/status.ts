/** Status of a campaign. Only reads, and does not disturb the runs. */
import { existsSync, statfsSync } from "node:fs";
import { type Holder, holderOf } from "../../harness/files/lock.ts";
import { type UnderWay, underWay, underWayText } from "../../harness/status/under-way.ts";
import { isNotCaptured } from "../../harness/store/check-record.ts";
import { suitesIn } from "../../harness/store/layout.ts";
import { isResult, Store } from "../../harness/store/store.ts";
import { duration } from "../../harness/terminal/progress.ts";
import type { Waiting } from "../next-claim.ts";
import { Journal, type JournalEvent, type LineEnded } from "./journal.ts";
import { keyOf, type Line, nameOf } from "./lines.ts";
import { type CampaignPlace, LINES } from "./place.ts";
import { keptPlan, leftOf, resultsOf } from "./planned.ts";

export interface LineStatus {
  readonly name: string;
  readonly line: Line;
  readonly state: "done" | "running" | "failed" | "open";
  /** Exit code of its suite; null if the suite was not started. */
  readonly code: number | null;
  readonly message: string;
  /** Runs without a result, their training on one core in milliseconds, and waiting claims; null before planning. */
  readonly left: { readonly runs: number; readonly ms: number; readonly claims: readonly Waiting[] } | null;
  readonly idleMs: number | null;
}
export interface CampaignStatus {
  readonly folder: string;
  /** Process of the campaign; null if it is not running. */
  readonly process: number | null;
  /** Folder with the output of its commands. */
  readonly logs: string;
  /** The campaign file in use; null if no campaign runs, or an older version did not record it. */
  readonly linesFrom: string | null;
  /** The program that holds the store. */
  readonly store: Holder | null;
  readonly lines: readonly LineStatus[];
  readonly running: readonly UnderWay[];
  /** Results of the paper's profile, and the files of those whose step was not captured. */
  readonly results: number;
  readonly notCaptured: readonly string[];
  /** Wall time of the results' training steps, waits for a core included, and of the campaign since its first event. */
  readonly trainMs: number;
  readonly sinceMs: number;
  readonly freeBytes: number | null;
}

export async function statusOf(
  place: CampaignPlace,
  lines: readonly Line[],
  now = Date.now(),
): Promise<CampaignStatus> {
  const store = existsSync(place.store) ? Store.openIfThere(place.store) : null;
  const journal = new Journal(place.journal);
  const events = journal.events();
  const holder = await holderOf(place.folder);
  const working = holder ? lineAtWork(events) : undefined;
  const ended = journal.ended();
  const results = resultsOf(store);
  const records = (store ? suitesIn(store.folder) : [])
    .flatMap((suite) => store!.list(suite).runs.map(({ record }) => record))
    .filter((record) => record.spec.profile === "paper" && isResult(record));
  const starts = records.map(({ provenance }) => Date.parse(provenance.startedAt));
  const begun = Math.min(...starts, ...events.map(({ at }) => Date.parse(at)), now);
  return {
    folder: place.folder,
    process: holder?.pid ?? null,
    logs: place.logs,
    linesFrom: (holder && startedEvent(events)?.lines) ?? null,
    store: (await holderOf(place.store)) ?? null,
    lines: lines.map((line) =>
      lineStatus(line, { plans: place.plans, results, working, ended: ended.get(keyOf(line)) }),
    ),
    running: store ? await runningIn(store) : [],
    results: records.length,
    notCaptured: records
      .filter(isNotCaptured)
      .map(({ spec, key, provenance }) => store!.path({ spec, key, engineClass: provenance.engine.class })),
    trainMs: records.reduce((sum, { provenance }) => sum + provenance.trainMs, 0),
    sinceMs: now - begun,
    freeBytes: freeBytes(place.folder),
  };
}

const startedEvent = (events: readonly JournalEvent[]) => events.findLast((event) => event.what === "started");

/** The key of the line in progress, from the last event: a start discards a line that a kill left unfinished. */
function lineAtWork(events: readonly JournalEvent[]): string | undefined {
  const last = events.at(-1);
  return last?.what === "line-started" ? last.line : undefined;
}

function lineStatus(
  line: Line,
  {
    plans,
    results,
    working,
    ended,
  }: {
    plans: string;
    results: ReturnType<typeof resultsOf>;
    working: string | undefined;
    ended: LineEnded | undefined;
  },
): LineStatus {
  const plan = keptPlan(plans, line);
  const isRunning = working === keyOf(line);
  const outcome = ended?.outcome === "stopped" ? undefined : ended?.outcome;
  return {
    name: nameOf(line),
    line,
    state: isRunning ? "running" : (outcome ?? "open"),
    code: isRunning ? null : (ended?.code ?? null),
    message: isRunning ? "" : (ended?.message ?? ""),
    left: plan ? leftOf(line, plan, results) : null,
    idleMs: ended?.idleMs ?? null,
  };
}

/** Runs in progress, and interrupted runs. */
async function runningIn(store: Store): Promise<UnderWay[]> {
  const begun = suitesIn(store.folder).flatMap((suite) => store.listProgress(suite));
  return Promise.all(begun.map((progress) => underWay(store, progress, progress)));
}

function freeBytes(folder: string): number | null {
  try {
    const { bavail, bsize } = statfsSync(folder);
    return bavail * bsize;
  } catch {
    return null; // the folder does not exist yet
  }
}

const hours = (ms: number): string => (ms / 3_600_000).toFixed(1);
const count = (n: number, one: string): string => `${n} ${one}${n === 1 ? "" : "s"}`;

/** The status as lines of text. */
export function statusText(status: CampaignStatus): string[] {
  const { folder, process, logs, linesFrom, store, lines, running, results, notCaptured, trainMs, sinceMs, freeBytes } =
    status;
  const state =
    process !== null
      ? `running${process === 0 ? "" : ` (process ${process})`}`
      : store
        ? `not running; its store is in use by "${store.what}" (process ${store.pid})`
        : "not running";
  const claims = new Map(
    lines
      .filter((line) => line.state !== "done")
      .flatMap(({ left, line }) => (left?.claims ?? []).map((claim) => [`${line.suite} ${claim.claim}`, claim])),
  );
  return [
    `The campaign in ${folder}: ${state}.`,
    ...(linesFrom === null || linesFrom === LINES ? [] : [otherLines(linesFrom)]),
    ...lines.map(lineText),
    ...running.map((at) => underWayText(at)[0]!),
    ...[...claims].map(
      ([name, { runs, ms }]) => `  ${name} waits for ${count(runs, "run")}, about ${duration(ms)} of one core`,
    ),
    results === 0
      ? "No run of the paper's profile has a result yet."
      : `${count(results, "result")} of the paper's profile, their processes spent ${hours(trainMs)} hours in training steps, waiting for a core included, in the ${hours(sinceMs)} hours since the first began.`,
    ...notCaptured.map(
      (file) =>
        `NOT CAPTURED  ${file}: its step ran operation by operation. It is an error, not a result, and is not collected. Its provenance.step says why. Mend that, move it away, and do its run again: bash ci/campaign.sh start --again.`,
    ),
    ...(process !== null || lines.some((line) => line.state === "failed") ? [`What its commands say: ${logs}`] : []),
    ...(freeBytes === null ? [] : [`${(freeBytes / 1e9).toFixed(1)} GB of disk are free.`]),
  ];
}

/** Note on a campaign that another checkout started. */
const otherLines = (file: string): string =>
  existsSync(file)
    ? `It does the lines of ${file}, not those of this checkout, which stand here. To do these: stop, then start.`
    : `It does the lines of ${file} as they were, which is not there any more. To do those of this checkout, which stand here: stop, then start.`;

function lineText({ name, state, code, message, left, idleMs }: LineStatus): string {
  const notes = [
    ...(state === "failed" ? [code === null ? message : `exit code ${code}: ${message}`] : []),
    ...(state !== "done" && left ? [`${count(left.runs, "run")} left, about ${duration(left.ms)} of one core`] : []),
    ...(idleMs === null ? [] : [`${hours(idleMs)} core-hours idle at its end`]),
  ];
  return `  ${state.padEnd(7)}  ${name}${notes.length === 0 ? "" : ` (${notes.join("; ")})`}`;
}
