import type { SuiteStatus } from "./status.ts";
import { underWayText } from "./under-way.ts";

/** A line for each plan, run in progress and problem. */
export function statusText({ suite, plans, problems }: SuiteStatus): string[] {
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

/** "1.5 MB" */
export function size(bytes: number): string {
  const [unit, name] = bytes < 1e6 ? [1e3, "kB"] : bytes < 1e9 ? [1e6, "MB"] : [1e9, "GB"];
  return `${(bytes / unit).toLocaleString("en", { maximumFractionDigits: 1 })} ${name}`;
}
