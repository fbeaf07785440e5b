/** Runs that were begun and have no result yet: where they stand, and whether somebody is at them. */
import type { Curve } from "../contract/run.ts";
import { holderOf } from "../files/lock.ts";
import type { Progress } from "../store/progress.ts";
import type { RunPlace, Store } from "../store/store.ts";
import { duration } from "../terminal/progress.ts";
import { sparkline } from "../terminal/sparkline.ts";

export interface UnderWay {
  readonly path: string;
  /** The process that is at it; null for none of this machine, 0 for one that is too busy to say. */
  readonly process: number | null;
  /** Of a cluster, where one is at it; null for a run in its queue, absent for runs of this machine. */
  readonly node?: string | null;
  readonly updates: number;
  readonly planned: number;
  /** As long as the pace stays; null for a run that nobody is at, or that has just begun. */
  readonly leftMs: number | null;
  /** Age of all this. */
  readonly ageMs: number;
  readonly curve: Curve;
}

export async function underWay(store: Store, place: RunPlace, progress: Progress): Promise<UnderWay> {
  const holder = await holderOf(store.path(place));
  const ageMs = Math.max(0, Date.now() - Date.parse(progress.writtenAt));
  return {
    path: place.spec.path,
    process: holder?.pid ?? null,
    updates: progress.updates,
    planned: place.spec.updates,
    leftMs: holder && progress.leftMs !== null ? Math.max(0, progress.leftMs - ageMs) : null,
    ageMs,
    curve: progress.curve,
  };
}

const WIDTH = 40;

/** Lines for a person. */
export function underWayText({ path, process, node, updates, planned, leftMs, ageMs, curve }: UnderWay): string[] {
  const here = process === null ? "interrupted" : `running${process === 0 ? "" : ` (process ${process})`}`;
  const who = node === undefined ? here : node === null ? "in Slurm's queue" : `running on ${node}`;
  const at = `${count(updates)} of ${count(planned)} updates (${Math.floor((100 * updates) / planned)} %)`;
  const left = leftMs === null ? "" : `, about ${duration(leftMs)} left`;
  const { update = [], ...columns } = curve;
  return [
    `  ${path}: ${who}, ${at}${left}; as of ${duration(ageMs)} ago`,
    ...(update.length === 0
      ? []
      : [
          `    learning curve to update ${count(update.at(-1)!)}:`,
          ...Object.entries(columns).map(columnText(columns)),
        ]),
  ];
}

const columnText =
  (columns: Curve) =>
  ([name, values]: [string, readonly (number | null)[]]): string => {
    const known = values.filter((value) => value !== null);
    const range = known.length === 0 ? "" : `${short(Math.min(...known))} to ${short(Math.max(...known))}`;
    const nameWidth = Math.max(...Object.keys(columns).map((other) => other.length));
    const line = sparkline(values, WIDTH).padEnd(Math.min(WIDTH, values.length));
    return `      ${name.padEnd(nameWidth)}  ${line}  ${short(values.at(-1) ?? null)}${range === "" ? "" : `  (${range})`}`;
  };

const count = (n: number): string => n.toLocaleString("en");
const short = (value: number | null): string => (value === null ? "not finite" : String(Number(value.toPrecision(4))));
