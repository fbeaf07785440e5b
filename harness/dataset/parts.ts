/** The data sets of a program, as the command line shows and asks for them. */

/** One set of prepared data. */
export interface PreparedDataset {
  readonly name: string;
  /** The published dataset, or the one that a stand-in replaces. */
  readonly dataset: string;
  readonly official: boolean;
  /** Images in each split. */
  readonly splits: Readonly<Record<string, number>>;
  readonly sizeBytes: number;
  readonly sha256: string;
  /** ISO time. */
  readonly importedAt: string;
  readonly folder: string;
  /** The fault that prevents its use, in words. */
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
  /** Compares contents with checksums, and prepares broken files again. */
  verify(name: string, watch: Watch): Promise<{ readonly data: PreparedDataset; readonly wasBroken: boolean }>;
  /** Resolves to the bytes that became free. */
  remove(name: string, watch: Watch): Promise<number>;
}
