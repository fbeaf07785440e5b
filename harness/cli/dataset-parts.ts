/** The data sets of a program, as the command line shows and asks for them. */

/** One set of prepared data. */
export interface PreparedDataset {
  readonly name: string;
  /** What it is, or stands in for. */
  readonly dataset: string;
  readonly official: boolean;
  /** Images in each split. */
  readonly splits: Readonly<Record<string, number>>;
  readonly sizeBytes: number;
  readonly sha256: string;
  /** ISO time. */
  readonly importedAt: string;
  readonly folder: string;
  /** What keeps it from being used, in words. */
  readonly problem: string | null;
}
export interface Watch {
  readonly signal: AbortSignal;
  progress(what: string, fraction: number): void;
}
/** The data sets that a program knows, for the command line. Its errors are HarnessErrors. */
export interface DatasetParts {
  readonly known: readonly { readonly id: string; readonly canFetch: boolean; readonly howToGet: string }[];
  prepared(): readonly PreparedDataset[];
  fetch(id: string, watch: Watch): Promise<PreparedDataset>;
  import(id: string, from: string, watch: Watch): Promise<PreparedDataset>;
  /** Compares contents with checksums, and makes anew what is broken. */
  verify(name: string, watch: Watch): Promise<{ readonly data: PreparedDataset; readonly wasBroken: boolean }>;
  /** Resolves to the bytes that became free. */
  remove(name: string, watch: Watch): Promise<number>;
}
