/** Options that several verbs share. */

import { PROFILES, type Profile } from "../contract/profiles.ts";
import type { Suite } from "../contract/suite.ts";
import { ENGINES, type EngineId } from "../engine/engine.ts";
import { HarnessError, unknownName } from "../errors.ts";
import { EXECUTORS, type Executor } from "../execute/executor.ts";
import { sbatchOptions } from "../execute/slurm/pass-through.ts";
import { MOST_REPLICATES } from "../plan/plan-of.ts";
import { thisProject } from "../project.ts";
import { USUAL_OUT, USUAL_STORE } from "../terminal/commands.ts";

export const profileOption = {
  profile: {
    type: "string",
    default: "quick",
    describe: "How much is done: paper (as printed), quick (minutes), smoke (seconds)",
    coerce: (value: string): Profile => oneOf("profile", value, PROFILES),
  },
} as const;
export const engineOption = {
  engine: {
    type: "string",
    describe: "tensorflow, wasm or cpu; without it the best that works",
    coerce: (value: string): EngineId => oneOf("engine", value, ENGINES),
  },
} as const;
export const storeOption = {
  store: {
    type: "string",
    default: USUAL_STORE,
    describe: "Folder of the stored runs",
    coerce: (value: string) => notEmpty("store", value),
  },
} as const;
export const outOption = {
  out: {
    type: "string",
    default: USUAL_OUT,
    describe: "Folder for report pages",
    coerce: (value: string) => notEmpty("out", value),
  },
} as const;
export const seedOption = {
  seed: {
    type: "string",
    get default() {
      return thisProject().rootSeed;
    },
    describe: "Root seed of all random streams",
    coerce: (value: string) => notEmpty("seed", value),
  },
} as const;
export const replicatesOption = {
  replicates: {
    type: "string",
    describe: "Do the first so many runs of each model and reading; more than the profile's extend it",
    coerce: (value: string): number => wholeNumber("replicates", value, 1, MOST_REPLICATES),
  },
} as const;
export const modelOption = {
  model: { type: "string", describe: "Do only the runs of this model" },
} as const;
export const settingOption = {
  setting: {
    type: "string",
    describe: "Do only the runs of this setting; plan lists them",
    coerce: (value: string) => notEmpty("setting", value),
  },
} as const;
export const claimOption = {
  claim: {
    type: "string",
    describe: "Do only the runs that this claim's verdict waits for",
    coerce: (value: string) => notEmpty("claim", value),
  },
} as const;
export const workersOption = {
  workers: {
    type: "string",
    defaultDescription: "one a core, one for a GPU",
    describe: "Parallel processes of one thread; without it cores to spare become threads",
    coerce: (value: string): number => wholeNumber("workers", value, 1, 1_024),
  },
} as const;
export const executorOptions = {
  executor: {
    type: "string",
    default: "workers",
    describe: "workers: processes of this machine; slurm: job arrays of a cluster, --workers tasks at once",
    coerce: (value: string): Executor => oneOf("executor", value, EXECUTORS),
  },
  slurm: {
    type: "string",
    describe: 'Options for sbatch, e.g. "partition=gpu gres=gpu:1 time=90"',
    coerce: (value: string): string[] => sbatchOptions(value),
  },
} as const;

export const stackOption = {
  stack: {
    type: "string",
    defaultDescription: "none",
    describe: "Train so many runs of a model as one step (tensorflow only); results of a class of their own",
    coerce: (value: string): number => wholeNumber("stack", value, 1, 100),
  },
} as const;
export const jsonOption = {
  json: { type: "boolean", default: false, describe: "Print the result as one JSON text on standard output" },
} as const;

export function oneOf<T extends string>(what: string, value: string, allowed: readonly T[]): T {
  if (!(allowed as readonly string[]).includes(value)) throw unknownName(what, value, allowed);
  return value as T;
}

export function wholeNumber(what: string, value: string, low: number, high: number): number {
  const number = /^\d+$/.test(value) ? Number(value) : Number.NaN;
  if (!(number >= low && number <= high))
    throw new HarnessError(`--${what} takes a whole number from ${low} to ${high}, got "${value}".`);
  return number;
}

/** A number of minutes above 0, in milliseconds. */
export function minutes(what: string, value: string): number {
  const number = /^\d+(\.\d+)?$/.test(value) ? Number(value) : Number.NaN;
  if (!(number > 0 && number <= 1_000_000))
    throw new HarnessError(`--${what} takes a number of minutes above 0, e.g. 90 or 0.5, got "${value}".`);
  return number * 60_000;
}

/** An empty text is a shell variable that was not set: it must not pass for the current folder. */
export function notEmpty(what: string, value: string): string {
  if (value === "") throw new HarnessError(`--${what} is empty. Give it a value, or leave it out.`);
  return value;
}

export function findSuite(suites: readonly Suite[], id: string): Suite {
  const suite = suites.find((s) => s.id === id);
  if (!suite)
    throw unknownName(
      "suite",
      id,
      suites.map((s) => s.id),
    );
  return suite;
}
