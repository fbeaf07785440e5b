/** What executes runs: processes of this machine, or job arrays of a cluster. */
import { HarnessError } from "../errors.ts";

export const EXECUTORS = ["workers", "slurm"] as const;
export type Executor = (typeof EXECUTORS)[number];

/** Throws HarnessError for options that the executor does not take. */
export function requireExecutor(args: { executor: Executor; slurm?: readonly string[]; stack?: number }): void {
  if (args.executor === "workers" && args.slurm !== undefined)
    throw new HarnessError("--slurm is for --executor slurm. Give both, or none.");
  if (args.executor === "slurm" && args.stack !== undefined)
    throw new HarnessError(
      "--stack is for one machine: every run is a task of its own on Slurm. Leave out one of the two.",
    );
}
