/**
 * Summaries over tasks and runs with intervals from a stratified bootstrap: runs are resampled within each task, tasks are
 * fixed (R. Agarwal, M. Schwarzer, P. S. Castro, A. Courville and M. G. Bellemare, "Deep Reinforcement Learning at the Edge
 * of the Statistical Precipice", NeurIPS 2021). A stratum is one task's runs.
 */
import type { Interval } from "../contract/claims.ts";
import { EXIT, HarnessError } from "../errors.ts";
import { mean, requireFinite } from "./descriptive.ts";
import { type BootstrapOptions, type Groups, percentileInterval, RESAMPLES } from "./hierarchical-bootstrap.ts";
import { DEFAULT_KEY, type Stream, stream } from "./stream.ts";

/** Mean of the middle half of all values: ⌊n/4⌋ are left out at either end, as scipy.stats.trim_mean(values, 0.25). */
export function interquartileMean(strata: Groups): number {
  const rising = strata.flat().toSorted((a, b) => a - b);
  const cut = Math.floor(rising.length / 4);
  return mean(rising.slice(cut, rising.length - cut));
}

/** P(a run of `first` is above one of `second`), ties ½, averaged over tasks. Throws where the tasks are not as many. */
export function probabilityOfImprovement(first: Groups, second: Groups): number {
  requireSameTasks(first, second);
  return mean(
    first.map((a, task) => {
      const b = second[task]!;
      requireFinite(a, "A task's runs");
      requireFinite(b, "A task's runs");
      const wins = a.reduce((sum, x) => sum + b.reduce((own, y) => own + (x > y ? 1 : x === y ? 0.5 : 0), 0), 0);
      return wins / (a.length * b.length);
    }),
  );
}

function requireSameTasks(first: Groups, second: Groups): void {
  if (first.length === 0 || first.length !== second.length)
    throw new HarnessError(
      `An improvement is averaged over the same tasks, at least 1; got ${first.length} and ${second.length}.`,
      EXIT.cannotJudge,
    );
}

function resampled(strata: Groups, { below }: Stream): Groups {
  return strata.map((runs) => runs.map(() => runs[below(runs.length)]!));
}

/** Percentile interval of the interquartile mean. */
export function interquartileMeanInterval(strata: Groups, options: BootstrapOptions = {}): Interval {
  for (const runs of strata) requireFinite(runs, "A task's runs");
  const draws = stream(options.key ?? DEFAULT_KEY);
  return intervalOf(() => interquartileMean(resampled(strata, draws)), options);
}

/** Percentile interval of the probability of improvement; the arms are resampled independently. */
export function improvementInterval(first: Groups, second: Groups, options: BootstrapOptions = {}): Interval {
  requireSameTasks(first, second);
  const draws = stream(options.key ?? DEFAULT_KEY);
  return intervalOf(() => probabilityOfImprovement(resampled(first, draws), resampled(second, draws)), options);
}

function intervalOf(replicate: () => number, { resamples = RESAMPLES, level }: BootstrapOptions): Interval {
  return percentileInterval(Array.from({ length: resamples }, replicate), level);
}
