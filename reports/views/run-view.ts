/** Every planned run with its state and its numbers; a run without a record is shown as such. */
import type { RunRecord, RunSpec } from "../../harness/contract/run.ts";
import type { ReportData } from "../../harness/verdict/report-data.ts";
import { ABSENT, columnDecimals, formatDuration, formatNumber, unitText } from "../format.ts";
import { anchor } from "./anchors.ts";
import { type Badge, STATE_BADGES } from "./badge.ts";

export interface RunRow {
  readonly anchor: string;
  readonly model: string;
  readonly setting: string;
  readonly replicate: string;
  readonly path: string;
  readonly state: Omit<Badge, "meaning">;
  readonly message: string | null;
  readonly updates: string;
  readonly duration: string;
  readonly resumes: string;
  readonly metrics: readonly { readonly text: string; readonly absent: boolean }[];
}
export interface RunTable {
  readonly finished: number;
  readonly planned: number;
  readonly states: readonly { readonly badge: Omit<Badge, "meaning">; readonly count: number }[];
  readonly metrics: readonly (ReportData["metrics"][number] & { readonly anchor: string })[];
  readonly rows: readonly RunRow[];
}

/** Planned runs in the plan's order, each with its record; then records that the plan does not name. */
export function plannedAndRecorded(
  data: ReportData,
): readonly { readonly spec: RunSpec; readonly record: RunRecord | null; readonly planned: boolean }[] {
  const records = new Map(data.records.map((record) => [record.spec.path, record]));
  const planned = new Set(data.plan.runs.map((spec) => spec.path));
  return [
    ...data.plan.runs.map((spec) => ({ spec, record: records.get(spec.path) ?? null, planned: true })),
    ...data.records
      .filter((record) => !planned.has(record.spec.path))
      .map((record) => ({ spec: record.spec, record, planned: false })),
  ];
}

export function runCounts({ records, plan }: ReportData): Pick<RunTable, "finished" | "planned"> {
  return { finished: records.filter((record) => record.state === "finished").length, planned: plan.runs.length };
}

export function runTable(data: ReportData): RunTable {
  const runs = plannedAndRecorded(data);
  const decimals = data.metrics.map(({ key }) =>
    columnDecimals(data.records.flatMap((record) => (record.state === "finished" ? (record.metrics[key] ?? []) : []))),
  );
  const rows = runs.map(({ spec, record, planned }): RunRow => {
    const failure = record && record.state !== "finished" ? record.failure.message : null;
    return {
      anchor: anchor("run", spec.path),
      model: spec.model,
      setting: spec.setting,
      replicate: String(spec.replicate),
      path: spec.path,
      state: STATE_BADGES[record?.state ?? "absent"]!,
      message: planned ? failure : `Not in the plan.${failure === null ? "" : ` ${failure}`}`,
      updates: `${record ? formatNumber(record.updatesDone) : ABSENT} of ${formatNumber(spec.updates)}`,
      duration: record ? formatDuration(record.provenance.durationMs) : ABSENT,
      resumes: record ? formatNumber(record.provenance.resumes) : ABSENT,
      metrics: data.metrics.map(({ key }, column) => {
        const value = record?.state === "finished" ? record.metrics[key] : undefined;
        return { text: formatNumber(value, decimals[column]), absent: value === undefined };
      }),
    };
  });
  const states = [...new Set(rows.map((row) => row.state))];
  return {
    ...runCounts(data),
    states: states.map((badge) => ({ badge, count: rows.filter((row) => row.state === badge).length })),
    metrics: data.metrics.map(({ key, unit, meaning }) => ({
      anchor: anchor("metric", key),
      key,
      unit: unitText(unit),
      meaning,
    })),
    rows,
  };
}
