/** What the paper profile would take, as the page shows it. */
import type { PaperCost } from "../../harness/plan/paper-cost.ts";
import { formatDuration, formatNumber } from "../format.ts";

export interface CostView {
  readonly total: string;
  readonly gpu: string;
  readonly kinds: readonly {
    readonly name: string;
    readonly runs: string;
    readonly updates: string;
    readonly step: string;
    readonly here: string;
    readonly gpu: string;
  }[];
}

export function costView({ total, gpu, kinds }: PaperCost): CostView {
  return {
    total,
    gpu,
    kinds: kinds.map(({ name, runs, stepMs, updates, runMs, gpuRunMs }) => ({
      name,
      runs: formatNumber(runs),
      updates: formatNumber(updates),
      step: formatDuration(stepMs),
      here: formatDuration(runMs),
      gpu: formatDuration(gpuRunMs),
    })),
  };
}
