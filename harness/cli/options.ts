/** Options that several verbs share. */
import { availableParallelism } from "node:os";
import { ENGINES, type EngineId } from "../engine/engine.ts";
import { HarnessError, unknownName } from "../errors.ts";
import { PROFILES, type Profile } from "../run.ts";
import type { Suite } from "../suite.ts";

export const DEFAULT_SEED = "1606.00704";

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
  store: { type: "string", default: "runs", describe: "Folder of the stored runs" },
} as const;
export const outOption = {
  out: { type: "string", default: "reports/out", describe: "Folder for report pages" },
} as const;
export const seedOption = {
  seed: { type: "string", default: DEFAULT_SEED, describe: "Root seed of all random streams" },
} as const;
export const replicatesOption = {
  replicates: {
    type: "string",
    describe: "Runs of each model and reading, instead of the profile's number",
    coerce: (value: string): number => wholeNumber("replicates", value, 1, 10_000),
  },
} as const;
export const workersOption = {
  workers: {
    type: "string",
    default: String(availableParallelism()),
    defaultDescription: "one a core",
    describe: "Parallel processes",
    coerce: (value: string): number => wholeNumber("workers", value, 1, 1_024),
  },
} as const;

export function oneOf<T extends string>(what: string, value: string, allowed: readonly T[]): T {
  if (!(allowed as readonly string[]).includes(value)) throw unknownName(what, value, allowed);
  return value as T;
}

export function wholeNumber(what: string, value: string, low: number, high: number): number {
  const number = Number(value);
  if (!Number.isInteger(number) || number < low || number > high)
    throw new HarnessError(`--${what} takes a whole number from ${low} to ${high}, got "${value}".`);
  return number;
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
