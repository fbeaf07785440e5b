/** What a collection is asked for, and what it found. */
import type { RunRecord } from "../contract/run.ts";
import type { BitDifference } from "./bits.ts";
import type { Problem } from "./check-record.ts";
import type { Store } from "./store.ts";

export interface CollectOptions {
  readonly from: Store;
  /** The caller must hold its lock. */
  readonly into: Store;
  /** Restrict the copy to runs of this suite and profile, and their upstream runs. */
  readonly suite?: string | undefined;
  readonly profile?: string | undefined;
  /** Leaves weights and records of the training (event files, pictures) behind. */
  readonly withoutWeights: boolean;
  /** Keys, or prefixes of keys, of runs whose weights are copied nevertheless. */
  readonly weightsOf: readonly string[];
  /** Refuses finished runs of tensorflow whose step was not captured. */
  readonly captured?: boolean | undefined;
  readonly signal: AbortSignal;
  /** `done` of `total` runs or records of the current step. */
  onProgress(what: string, done: number, total: number): void;
}

export interface TakenRun {
  readonly key: string;
  /** `<suite>/paper/<model>/<setting>/replicate=3`. */
  readonly path: string;
  /** The record's file, relative to either store's folder. */
  readonly file: string;
  readonly state: RunRecord["state"];
  readonly weights: "brought" | "left-behind" | "none";
}
/** A run with results of different bits in both stores. */
export interface DifferingRun {
  readonly key: string;
  readonly path: string;
  readonly file: string;
  readonly differences: readonly BitDifference[];
}
/** Counts and findings of a collection, which its parts add to. */
export interface Tally {
  readonly taken: TakenRun[];
  /** Record files of runs that were here before, and whose weights were copied now. */
  readonly weightsAdded: string[];
  readonly notTaken: Problem[];
  readonly differing: DifferingRun[];
  /** Other problems of the source: its chain, missing records, findings. */
  readonly problems: Problem[];
  /** Runs that this store had with the same bits. */
  alreadyHere: number;
  /** Number of copied findings of `revalidate`. */
  revalidations: number;
  /** Number of copied records without a checksum, of older versions. */
  unsealed: number;
  readonly left: {
    crashed: number;
    timedOut: number;
    /** Unfinished runs, or runs that changed during the copy. */
    underWay: number;
    /** Records identical to records set aside here before. */
    setAside: number;
  };
}
export const emptyTally = (): Tally => ({
  taken: [],
  alreadyHere: 0,
  weightsAdded: [],
  revalidations: 0,
  unsealed: 0,
  left: { crashed: 0, timedOut: 0, underWay: 0, setAside: 0 },
  notTaken: [],
  differing: [],
  problems: [],
});
export interface Collected extends Tally {
  /** Requested results of the source. */
  readonly runs: number;
  /** Keys in `weightsOf` without a run in the source. */
  readonly unknownKeys: readonly string[];
  /** Whether the source has a chain; missing runs cannot be detected without one. */
  readonly chained: boolean;
  /** Runs left unchecked after an abort. */
  readonly remaining: number;
}

/** Records between two checks of signals and progress. */
export const STRIDE = 32;
